"""Direct messages are opened in slots: who is next, and what follows a slot that is used or missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.checkins.personal.cadence import Cadence
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.notices.model import NoticeSettings
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, HERE, MORNINGS

SLOT = MONDAY_NOON + timedelta(minutes=3)
CHANNEL = 5001
MINUTE = timedelta(minutes=1)


class Checkins:
    """A member who agreed to check-ins, and waits for a slot."""

    kind, purpose = DueKind.OPEN_DM, Purpose.CHECKINS

    def __init__(self, services: Services) -> None:
        self._services = services
        self.openings: Any = services.checkins.dm_openings

    async def agree(self) -> int:
        version = VERSIONS[self.purpose]
        begun = await self._services.checkins.begin(
            ANN, HERE, 0, MORNINGS, version, sound=False, opens_at=SLOT
        )
        return begun.cadence.cadence_id

    async def saved(self) -> Cadence | NoticeSettings:
        found = await self._services.checkins.find(ANN, HERE)
        assert found is not None
        return found

    async def pause(self, days: int | None) -> None:
        await self._services.checkins.pause(ANN, days)

    async def resume(self) -> None:
        await self._services.checkins.resume(ANN)


class Notices:
    """A member who agreed to room notices, and waits for a slot."""

    kind, purpose = DueKind.OPEN_NOTICE_DM, Purpose.ROOM_NOTICES

    def __init__(self, services: Services) -> None:
        self._services = services
        self.openings: Any = services.notices.dm_openings

    async def agree(self) -> int:
        room = await self._services.rooms.add(HERE, 71, "Library", 8)
        version = VERSIONS[self.purpose]
        await self._services.notices.agree(ANN, HERE, [room.room_id], version, 0, SLOT)
        return (await self.saved()).notice_settings_id

    async def saved(self) -> NoticeSettings:
        found = (await self._services.notices.overview(ANN, HERE)).settings
        assert found is not None
        return found

    async def pause(self, days: int | None) -> None:
        await self._services.notices.pause(ANN, days)

    async def resume(self) -> None:
        await self._services.notices.resume(ANN)


@pytest.fixture(params=[Checkins, Notices])
def subject(request: pytest.FixtureRequest, services: Services) -> Any:
    """Return what the member agreed to."""
    return request.param(services)


def slot(subject: Any, number: int) -> Due:
    """Return the due row of the slot, as the worker claims it."""
    return Due(subject.kind, number, SLOT, guild_id=HERE)


async def slot_of(services: Services, kind: DueKind, number: int) -> datetime | None:
    return await services.database.read(partial(due_queue.find, kind=kind, subject_id=number))


async def test_in_its_slot_a_channel_is_opened_and_saved(
    services: Services, clock: ManualClock, subject: Any
) -> None:
    number = await subject.agree()
    assert await slot_of(services, subject.kind, number) == SLOT
    clock.move_to(SLOT + MINUTE)
    waiting = await subject.openings.find_waiting(slot(subject, number))
    assert waiting == await subject.saved()
    await subject.openings.note_opened(slot(subject, number), ANN, CHANNEL)
    assert (await subject.saved()).dm_channel_id == CHANNEL
    assert await slot_of(services, subject.kind, number) is None


async def test_a_missed_slot_is_replaced_by_a_later_one(
    services: Services, clock: ManualClock, subject: Any
) -> None:
    number = await subject.agree()
    clock.move_to(SLOT + MINUTE + timedelta(seconds=1))
    assert await subject.openings.find_waiting(slot(subject, number)) is None
    assert await slot_of(services, subject.kind, number) == clock.now()


async def test_a_channel_that_was_opened_for_another_server_needs_no_slot(
    clock: ManualClock, subject: Any
) -> None:
    number = await subject.agree()
    await subject.openings.note_opened(slot(subject, number), ANN, CHANNEL)
    clock.move_to(SLOT + timedelta(hours=1))
    waiting = await subject.openings.find_waiting(slot(subject, number))
    assert waiting.dm_channel_id == CHANNEL


async def test_a_slot_is_given_up_if_the_member_turned_off_what_it_was_for(
    services: Services, subject: Any
) -> None:
    number = await subject.agree()
    await services.consents.turn_off(ANN, HERE, subject.purpose)
    assert await subject.openings.find_waiting(slot(subject, number)) is None
    assert await slot_of(services, subject.kind, number) is None


async def test_a_member_who_paused_gives_their_slot_up_and_has_another_when_they_resume(
    services: Services, clock: ManualClock, subject: Any
) -> None:
    number = await subject.agree()
    await subject.pause(None)
    clock.move_to(SLOT)
    assert await subject.openings.find_waiting(slot(subject, number)) is None
    assert await slot_of(services, subject.kind, number) is None
    await subject.resume()
    if subject.kind is DueKind.OPEN_NOTICE_DM:  # a check-in's slot is reserved once the check-in is due
        assert await slot_of(services, subject.kind, number) == clock.now()
    assert await subject.openings.find_waiting(slot(subject, number)) is not None


async def test_resuming_leaves_a_slot_that_is_reserved(services: Services, subject: Any) -> None:
    number = await subject.agree()
    await subject.resume()
    assert await slot_of(services, subject.kind, number) == SLOT


async def test_after_a_failure_of_discord_another_slot_comes(
    services: Services, clock: ManualClock, subject: Any
) -> None:
    number = await subject.agree()
    clock.move_to(SLOT + MINUTE)
    await subject.openings.postpone(slot(subject, number))
    assert await slot_of(services, subject.kind, number) == clock.now()
    assert (await subject.saved()).dm_channel_id == 0


async def test_a_refusal_stops_messages_until_the_member_resumes(services: Services, subject: Any) -> None:
    number = await subject.agree()
    await subject.openings.note_refused(slot(subject, number))
    assert (await subject.saved()).dms_closed
    assert await slot_of(services, subject.kind, number) is None
    assert await slot_of(services, DueKind.CHECKIN, number) is None
    assert await subject.openings.find_waiting(slot(subject, number)) is None
    await subject.resume()
    assert not (await subject.saved()).dms_closed
