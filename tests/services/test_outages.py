"""Messages to moderators' channels on a real file: decided and recorded once, whatever fails between."""

from pathlib import Path

import pytest

from bot.delivery.outcome import Problem
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.outages.service import ModeratorsMessage
from bot.services import Services
from tests.rooms import due_at
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE, THERE
from tests.storage.scratch import query

CHANNEL = 71
WORKS = {"room:1": True, "room:2": True}
BROKEN = {"room:1": False, "room:2": True}


class Watch:
    """Looks at the server as the worker does, and keeps what is to be sent."""

    def __init__(self, services: Services) -> None:
        self._outages = services.outages
        self.works = WORKS
        self.can_send = True
        self.message: ModeratorsMessage | None = None
        self.due: Due | None = None
        services.worker.on(DueKind.OUTAGES, self.act)

    @property
    def is_silent(self) -> bool:
        return self.message is None

    async def act(self, due: Due) -> None:
        self.due = due
        self.message = await self._outages.prepare(due, self.works, can_send=self.can_send)


@pytest.fixture
async def watch(services: Services) -> Watch:
    found = Watch(services)
    await services.outages.choose_channel(HERE, CHANNEL)
    await services.worker.run_due()
    assert found.is_silent
    return found


async def breaks(services: Services, clock: ManualClock, watch: Watch) -> ModeratorsMessage:
    """Let room 1 stop working, and return the message that says so."""
    watch.works = BROKEN
    await services.outages.look(HERE)
    await services.worker.run_due()
    assert watch.is_silent
    clock.move(minutes=5)
    await services.worker.run_due()
    assert watch.message is not None
    return watch.message


async def test_a_stop_and_a_return_are_told_once_each(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    message = await breaks(services, clock, watch)
    assert (message.stopped, message.resumed, message.number) == (["room:1"], [], 1)
    assert watch.due is not None
    await services.outages.note_sent(watch.due, message)
    for _ in range(3):
        await services.outages.look(HERE)
        clock.move(days=1)
        await services.worker.run_due()
        assert watch.is_silent
    watch.works = WORKS
    await services.outages.look(HERE)
    await services.worker.run_due()
    clock.move(minutes=5)
    await services.worker.run_due()
    assert watch.message is not None
    assert (watch.message.stopped, watch.message.resumed, watch.message.number) == ([], ["room:1"], 2)


async def test_nothing_is_looked_at_without_a_moderators_channel(services: Services) -> None:
    await services.outages.look(HERE)
    await services.outages.look_everywhere({HERE})
    assert await due_at(services, DueKind.OUTAGES, HERE) is None


async def test_only_servers_that_the_bot_is_in_are_looked_at_after_a_start(
    services: Services, watch: Watch, clock: ManualClock
) -> None:
    await services.outages.choose_channel(THERE, CHANNEL)
    await services.worker.run_due()
    clock.move(hours=1)
    await services.outages.look_everywhere({HERE})
    assert await due_at(services, DueKind.OUTAGES, HERE) == clock.now()
    assert await due_at(services, DueKind.OUTAGES, THERE) is None


async def test_a_message_whose_outcome_is_unknown_stays_the_same_message(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    first = await breaks(services, clock, watch)
    watch.works = {"room:1": True, "room:2": False}  # meanwhile
    clock.move(minutes=1)
    await services.worker.run_due()
    assert watch.message is not None
    assert (watch.message.number, watch.message.stopped, watch.message.resumed) == (1, ["room:1"], [])
    assert watch.message.intent.nonce == first.intent.nonce
    assert watch.message.intent.is_repeated


async def test_the_next_claim_decides_again_about_a_message_that_was_not_sent(
    services: Services, clock: ManualClock, watch: Watch, path: Path
) -> None:
    message = await breaks(services, clock, watch)
    assert watch.due is not None
    await services.outages.note_not_sent(watch.due, message, Problem.LATER, is_refused=False)
    assert query(path, "SELECT key FROM outbox") == []
    watch.works = WORKS  # by the next try it works again: there is nothing to say
    clock.move(minutes=1)
    await services.worker.run_due()
    assert watch.is_silent
    assert await due_at(services, DueKind.OUTAGES, HERE) is None


async def test_a_refused_message_waits_until_something_changes(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    message = await breaks(services, clock, watch)
    assert watch.due is not None
    await services.outages.note_not_sent(watch.due, message, Problem.REFUSED, is_refused=True)
    assert await due_at(services, DueKind.OUTAGES, HERE) is None
    assert (await services.server_settings.get(HERE)).moderators_problem is Problem.REFUSED
    await services.outages.choose_channel(HERE, CHANNEL + 1)
    assert (await services.server_settings.get(HERE)).moderators_problem is None
    await services.worker.run_due()
    assert watch.message is not None
    assert watch.message.intent.channel_id == CHANNEL + 1


async def test_nothing_is_begun_while_the_channel_cannot_be_written_to(
    services: Services, clock: ManualClock, watch: Watch, path: Path
) -> None:
    watch.can_send, watch.works = False, BROKEN
    await services.outages.look(HERE)
    await services.worker.run_due()
    clock.move(minutes=30)
    await services.worker.run_due()
    assert watch.is_silent
    assert query(path, "SELECT key FROM outbox") == []
    watch.can_send = True
    await services.outages.look(HERE)
    await services.worker.run_due()
    assert watch.message is not None  # it has not worked for half an hour


async def test_a_removed_room_is_not_mentioned_any_more(
    services: Services, clock: ManualClock, watch: Watch, path: Path
) -> None:
    await breaks(services, clock, watch)
    watch.works = {"room:2": True}
    clock.move(minutes=1)
    await services.worker.run_due()
    assert watch.is_silent
    assert query(path, "SELECT * FROM outage") == []


async def test_without_a_channel_the_record_of_what_it_was_told_is_deleted(
    services: Services, clock: ManualClock, watch: Watch, path: Path
) -> None:
    message = await breaks(services, clock, watch)
    await services.outages.choose_channel(HERE, None)
    assert watch.due is not None
    await services.outages.note_sent(watch.due, message)
    assert query(path, "SELECT * FROM outage") == []
    assert query(path, "SELECT key FROM outbox") == []
    assert await due_at(services, DueKind.OUTAGES, HERE) is None


async def test_a_change_during_a_send_is_looked_at_after_it(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    message = await breaks(services, clock, watch)
    clock.move(seconds=1)
    await services.outages.look(HERE)
    assert watch.due is not None
    await services.outages.note_sent(watch.due, message)
    assert await due_at(services, DueKind.OUTAGES, HERE) == clock.now()


async def test_a_paused_server_s_moderators_are_told_nothing(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    await services.pauses.pause(HERE, None)
    watch.works = BROKEN
    await services.outages.look(HERE)
    await services.worker.run_due()
    clock.move(hours=2)
    await services.worker.run_due()
    assert watch.is_silent
    await services.pauses.resume(HERE)
    await services.worker.run_due()
    clock.move(minutes=5)
    await services.worker.run_due()
    assert watch.message is not None


async def test_the_sixth_look_is_as_prompt_as_the_first(
    services: Services, clock: ManualClock, watch: Watch
) -> None:
    for number in range(6):
        watch.works = BROKEN if number % 2 == 0 else WORKS
        await services.outages.look(HERE)
        await services.worker.run_due()
        clock.move(hours=6)
        await services.worker.run_due()
        assert watch.message is not None, number
        assert watch.due is not None
        assert watch.due.claims == 1
        await services.outages.note_sent(watch.due, watch.message)


async def test_a_removed_server_leaves_nothing(
    services: Services, watch: Watch, clock: ManualClock, path: Path
) -> None:
    await breaks(services, clock, watch)
    services.worker.on(DueKind.FORGET_SERVER, services.removals.forget)
    await services.removals.note_removed(HERE)
    clock.move(days=8)
    await services.worker.run_due()
    for table in ("outage", "outbox", "guild"):
        assert query(path, f"SELECT * FROM {table}") == [], table  # noqa: S608 - own names
