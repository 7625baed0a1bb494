"""Room notices from their session's opening to its close: prepared once, recorded, and ended."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.delivery import outbox
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.left_messages import LeftMessage
from bot.rooms.model import Room
from bot.rooms.notices.model import NoticeSettings, RoomNotice
from bot.rooms.notices.outbox import NoticeToSend, NoticeToSettle
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.due_rooms import pass_time
from tests.rooms import sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE

CHANNEL, MESSAGE = 500, 9001
VERSION = VERSIONS[Purpose.ROOM_NOTICES]
EVERY_DAY = 0b1111111
OPENS = MONDAY_NOON + timedelta(minutes=10)


@pytest.fixture
async def room(services: Services) -> Room:
    """Let ANN choose a room that opens at ten past noon for 25 minutes."""
    room = await services.rooms.add(HERE, 71, "Library", 8)
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 10, "UTC", 25)
    await services.notices.agree(ANN, HERE, [room.room_id], VERSION, CHANNEL)
    return room


async def notice_of(services: Services) -> RoomNotice:
    (notice,) = await services.notices.of_member(ANN, HERE)
    return notice


async def settings_of(services: Services) -> NoticeSettings:
    found = (await services.notices.overview(ANN, HERE)).settings
    assert found is not None
    return found


async def due_of(services: Services, number: int) -> Due:
    """Return the due row of a notice; add one if there is none, as after a restored backup."""
    find = partial(due_queue.find, kind=DueKind.ROOM_NOTICE, subject_id=number)
    at = await services.database.read(find)
    if at is None:
        at = services.clock.now()
        await services.database.write(
            partial(due_queue.set, kind=DueKind.ROOM_NOTICE, subject_id=number, guild_id=HERE, at=at)
        )
    return Due(DueKind.ROOM_NOTICE, number, at)


async def prepare(services: Services) -> NoticeToSend | NoticeToSettle | None:
    number = (await notice_of(services)).room_notice_id
    return await services.notices.outbox.prepare(await due_of(services, number))


async def send(services: Services, clock: ManualClock) -> NoticeToSend:
    """Let the session open and its notice be sent."""
    await pass_time(services, clock, 10)
    sending = await prepare(services)
    assert isinstance(sending, NoticeToSend)
    due = await due_of(services, sending.notice.room_notice_id)
    assert await services.notices.outbox.note_sent(due, sending.session_id, MESSAGE)
    return sending


async def test_a_notice_is_prepared_when_its_session_opens_and_once(
    services: Services, clock: ManualClock, room: Room
) -> None:
    assert await prepare(services) is None
    sending = await send(services, clock)
    assert (sending.room.room_id, sending.intent.channel_id) == (room.room_id, CHANNEL)
    assert sending.closes_at == OPENS + timedelta(minutes=25)
    assert OPENS < sending.until <= OPENS + timedelta(minutes=10)
    notice = await notice_of(services)
    assert (notice.session_id, notice.message_id) == (sending.session_id, MESSAGE)
    assert await prepare(services) is None
    assert (await settings_of(services)).unanswered == 1


async def test_nothing_is_sent_to_a_member_who_sits_there(
    services: Services, clock: ManualClock, room: Room
) -> None:
    await pass_time(services, clock, 10)
    await sit(services, room, ANN, None)
    assert await prepare(services) is None
    assert (await notice_of(services)).next_session_id is None


@pytest.mark.usefixtures("room")
async def test_a_notice_in_view_is_settled_when_its_session_is_over(
    services: Services, clock: ManualClock
) -> None:
    await send(services, clock)
    await pass_time(services, clock, 25)
    settling = await prepare(services)
    assert isinstance(settling, NoticeToSettle)
    assert (settling.channel_id, settling.notice.message_id, settling.intent) == (CHANNEL, MESSAGE, None)
    await services.notices.outbox.note_gone(settling.notice)
    assert (await notice_of(services)).message_id is None


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("outcome", ["note_skipped", "note_unreachable"])
async def test_a_notice_that_cannot_be_sent_leaves_no_intent(
    services: Services, clock: ManualClock, outcome: str
) -> None:
    await pass_time(services, clock, 10)
    sending = await prepare(services)
    assert isinstance(sending, NoticeToSend)
    due = await due_of(services, sending.notice.room_notice_id)
    await getattr(services.notices.outbox, outcome)(due)
    assert await services.database.read(partial(outbox.find, key=sending.intent.key)) is None
    assert (await notice_of(services)).session_id is None
    assert (await settings_of(services)).dms_closed is (outcome == "note_unreachable")


async def test_the_notice_of_a_removed_room_ends_with_it(services: Services, room: Room) -> None:
    number = (await notice_of(services)).room_notice_id
    await services.rooms.remove(HERE, room.room_id)
    assert await services.notices.outbox.prepare(await due_of(services, number)) is None
    assert await services.notices.find(number) is None
    find = partial(due_queue.find, kind=DueKind.ROOM_NOTICE, subject_id=number)
    assert await services.database.read(find) is None


@pytest.mark.parametrize("way", ["leaves the room out", "turns them off", "deletes everything"])
async def test_a_notice_in_view_is_deleted_from_discord_when_the_member_wants_none_of_its_room_any_more(
    services: Services, clock: ManualClock, room: Room, way: str
) -> None:
    await send(services, clock)
    left = list[LeftMessage]()
    services.erasure.left_messages.subscribe(left.extend)
    if way == "leaves the room out":
        other = await services.rooms.add(HERE, 72, "Attic", 8)
        both = (room.room_id, other.room_id)
        await services.notices.choose(ANN, HERE, both, among=both)
        assert left == []
        await services.notices.choose(ANN, HERE, (other.room_id,), among=both)
    elif way == "turns them off":
        await services.consents.turn_off(ANN, HERE, Purpose.ROOM_NOTICES)
    else:
        await services.erasure.erase_member(ANN, None)
    assert left == [LeftMessage(CHANNEL, MESSAGE)]


@pytest.mark.usefixtures("room")
async def test_a_notice_that_a_crash_left_unrecorded_is_in_view_once_it_is_found(
    services: Services, clock: ManualClock
) -> None:
    await pass_time(services, clock, 10)
    sending = await prepare(services)
    assert isinstance(sending, NoticeToSend)
    await services.notices.outbox.note_found(sending.notice, MESSAGE)
    assert (await notice_of(services)).message_id == MESSAGE
    assert await services.database.read(partial(outbox.find, key=sending.intent.key)) is None
    assert (await settings_of(services)).unanswered == 1


@pytest.mark.usefixtures("room")
async def test_a_tap_shows_that_a_notice_was_sent_and_lets_every_one_come_again(
    services: Services, clock: ManualClock
) -> None:
    await pass_time(services, clock, 10)
    sending = await prepare(services)
    assert isinstance(sending, NoticeToSend)
    number = sending.notice.room_notice_id
    tapped = await services.notices.note_tapped(number, ANN, sending.session_id, MESSAGE, "de")
    assert tapped.message_id == MESSAGE
    settings = await settings_of(services)
    assert (settings.unanswered, settings.locale) == (0, "de")
    with pytest.raises(RefusalError) as refused:
        await services.notices.note_tapped(number, BEN, sending.session_id, MESSAGE)
    assert refused.value.key == "refusals.notices_off"


async def test_only_the_text_in_force_can_be_agreed_to(services: Services, room: Room) -> None:
    services.notices.check(VERSION)
    with pytest.raises(RefusalError) as refused:
        services.notices.check(VERSION + 1)
    assert refused.value.key == "refusals.consent_changed"
    with pytest.raises(RefusalError):
        await services.notices.agree(BEN, HERE, [room.room_id], VERSION + 1, CHANNEL)
