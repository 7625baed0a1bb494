"""Sending check-ins: one unit of work records that a message is being sent, one records the outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.outbox import ChannelCheckinToSend
from bot.checkins.personal.outbox import CheckinToSend
from bot.delivery.outcome import Problem
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, DAILY, HERE, THERE, begin
from tests.storage.scratch import query


@contextmanager
def one_commit(executed_commands: list[str]) -> Iterator[None]:
    """Check that the code inside makes exactly one commit."""
    before = executed_commands.count("COMMIT")
    yield
    assert executed_commands.count("COMMIT") == before + 1


def open_intents(path: Path) -> list[tuple[object, ...]]:
    return query(path, "SELECT key, attempts FROM outbox ORDER BY key")


async def next_due(services: Services, clock: ManualClock, cadence_id: int) -> Due:
    """Let time pass until the next check-in is due."""
    moment = await services.checkins.next_at(cadence_id)
    assert moment is not None
    clock.move_to(moment)
    return Due(DueKind.CHECKIN, cadence_id, moment)


async def due_channel_checkin(services: Services, clock: ManualClock) -> tuple[ChannelCheckin, Due]:
    """Add a channel check-in and move the clock to its first time."""
    one = await services.channel_checkins.add(HERE, 71, 0b1111111, 9 * 60, "Europe/Berlin")
    moment = (await services.channel_checkins.listed(HERE))[0].next_at
    assert moment is not None
    clock.move_to(moment)
    return one, Due(DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, moment)


async def first_of(services: Services, thread_id: int | None = None) -> CheckinToSend:
    """Let ANN agree, and return the first check-in while it is being sent."""
    version = VERSIONS[Purpose.CHECKINS]
    begun = await services.checkins.begin(ANN, HERE, 500, DAILY, version, sound=False, thread_id=thread_id)
    assert begun.first is not None
    return begun.first


async def test_agreeing_records_consent_cadence_and_intent_in_one_commit(
    services: Services, executed_commands: list[str], path: Path
) -> None:
    with one_commit(executed_commands):
        first = await first_of(services)
    cadence_id = first.cadence.cadence_id
    assert open_intents(path) == [(f"checkin:{cadence_id}", 1)]
    assert first.intent.channel_id == 500
    with one_commit(executed_commands):
        await services.checkins.outbox.note_sent(cadence_id, 9001, 1, first.text.texts_sent)
    assert open_intents(path) == []
    assert (await services.checkins.get(cadence_id, ANN)).texts_sent == first.text.texts_sent


async def test_agreeing_that_is_refused_records_no_intent(services: Services, path: Path) -> None:
    with pytest.raises(RefusalError):
        await services.checkins.begin(ANN, HERE, 500, DAILY, 0, sound=False)
    assert open_intents(path) == []


async def test_a_due_check_in_costs_one_commit_before_it_is_sent_and_one_after(
    services: Services, clock: ManualClock, executed_commands: list[str], path: Path
) -> None:
    cadence = await begin(services)
    due = await next_due(services, clock, cadence.cadence_id)
    with one_commit(executed_commands):
        checkin = await services.checkins.outbox.prepare(due)
    assert checkin is not None
    assert open_intents(path) == [(f"checkin:{cadence.cadence_id}", 1)]
    with one_commit(executed_commands):
        await services.checkins.outbox.note_sent(cadence.cadence_id, 9002, 2, checkin.text.texts_sent)
    assert open_intents(path) == []


async def test_an_answer_to_a_check_in_that_was_not_recorded_records_it_in_one_commit(
    services: Services, clock: ManualClock, executed_commands: list[str], path: Path
) -> None:
    cadence = await begin(services)
    due = await next_due(services, clock, cadence.cadence_id)
    assert await services.checkins.outbox.prepare(due) is not None
    with one_commit(executed_commands):
        answered, _ = await services.checkins.note_answered(cadence.cadence_id, ANN, 9002, number=2)
    assert (answered.sent, answered.prompt_message_id) == (2, 9002)
    assert open_intents(path) == []
    assert len((await services.checkins.get(cadence.cadence_id, ANN)).texts_sent.split()) == 2
    assert (await services.checkins.next_at(cadence.cadence_id) or due.occurs_at) > clock.now()


async def test_another_members_tap_records_nothing(services: Services, path: Path) -> None:
    first = await first_of(services)
    with pytest.raises(RefusalError):
        await services.checkins.note_answered(first.cadence.cadence_id, BEN, 9001, number=1)
    assert len(open_intents(path)) == 1
    assert (await services.checkins.get(first.cadence.cadence_id, ANN)).sent == 0


async def test_the_same_check_in_keeps_its_text_and_nonce_until_it_was_sent(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    due = await next_due(services, clock, cadence.cadence_id)
    first = await services.checkins.outbox.prepare(due)
    clock.move(minutes=3)
    second = await services.checkins.outbox.prepare(due)
    assert first is not None
    assert second is not None
    assert (second.text, second.intent.nonce) == (first.text, first.intent.nonce)
    assert (first.intent.is_repeated, second.intent.is_repeated) == (False, True)


async def test_another_channel_begins_another_intent(services: Services) -> None:
    first = await first_of(services)
    moved = await first_of(services, thread_id=77)
    assert (moved.intent.channel_id, moved.intent.attempts) == (77, 1)
    assert moved.intent.nonce != first.intent.nonce


async def test_the_threads_in_use_are_those_of_check_ins_in_that_server(services: Services) -> None:
    assert await services.checkins.outbox.threads_of(HERE) == frozenset()
    await first_of(services, thread_id=77)
    assert await services.checkins.outbox.threads_of(HERE) == {77}
    assert await services.checkins.outbox.threads_of(THERE) == frozenset()


@pytest.mark.parametrize("erases", [True, False], ids=["erased", "turned off"])
async def test_erasing_and_turning_off_remove_the_open_intent(
    services: Services, path: Path, *, erases: bool
) -> None:
    first = await first_of(services)
    if erases:
        await services.erasure.erase_member(ANN, HERE)
    else:
        await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)
    assert open_intents(path) == []
    assert not await services.checkins.outbox.note_sent(first.cadence.cadence_id, 9001, 1)


async def test_the_outcome_of_posting_a_channel_check_in_is_one_commit(
    services: Services, clock: ManualClock, executed_commands: list[str], path: Path
) -> None:
    _, due = await due_channel_checkin(services, clock)
    with one_commit(executed_commands):
        message = await services.channel_checkins.outbox.prepare(due)
    assert isinstance(message, ChannelCheckinToSend)
    assert len(open_intents(path)) == 1
    with one_commit(executed_commands):
        await services.channel_checkins.outbox.note_not_sent(
            message, Problem.REFUSED, may_be_out=False, is_skipped=True
        )
    assert open_intents(path) == []
    (after,) = await services.channel_checkins.of_guild(HERE)
    assert after.problem is Problem.REFUSED
    assert query(path, "SELECT occurs_at FROM due WHERE kind = 'channel_checkin'") == [
        (int((due.occurs_at + timedelta(days=1)).timestamp()),)
    ]


@pytest.mark.parametrize("outcome", ["note_skipped", "note_unreachable"])
async def test_a_check_in_that_cannot_be_sent_leaves_no_intent(
    services: Services, path: Path, outcome: str
) -> None:
    first = await first_of(services)
    await getattr(services.checkins.outbox, outcome)(first.cadence.cadence_id)
    assert open_intents(path) == []


async def test_a_channel_check_in_that_was_sent_leaves_no_intent(
    services: Services, clock: ManualClock, path: Path
) -> None:
    one, due = await due_channel_checkin(services, clock)
    assert isinstance(await services.channel_checkins.outbox.prepare(due), ChannelCheckinToSend)
    await services.channel_checkins.outbox.note_sent(one.channel_checkin_id, 9001, one.number)
    assert open_intents(path) == []


async def test_the_intent_of_a_message_that_may_have_been_posted_stays_open(
    services: Services, clock: ManualClock, path: Path
) -> None:
    one, due = await due_channel_checkin(services, clock)
    message = await services.channel_checkins.outbox.prepare(due)
    assert isinstance(message, ChannelCheckinToSend)
    await services.channel_checkins.outbox.note_not_sent(
        message, Problem.LATER, may_be_out=True, is_skipped=False
    )
    unsettled = await services.channel_checkins.outbox.find_unsettled(one.channel_checkin_id)
    assert unsettled is not None
    assert unsettled[1] == message.intent
    assert isinstance(await services.channel_checkins.outbox.prepare(due), ChannelCheckinToSend)
    assert open_intents(path) == [(message.intent.key, 2)]
    await services.channel_checkins.outbox.note_sent(one.channel_checkin_id, 17, message.one.number)
    shown = await services.channel_checkins.outbox.prepare(
        Due(DueKind.CHANNEL_CHECKIN_END, one.channel_checkin_id, clock.now() + timedelta(hours=12))
    )
    assert isinstance(shown, ChannelCheckin)
