"""In any order of taps, phases and answers, the card ends up correct or reposted, within the budget."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import CALLS_PER_SESSION, begins_at, may_spend, next_change, phase_at
from cogs.privacy.routes import TURN_OFF_CONSENT
from cogs.rooms.routes import SIT_AGAIN
from tests.cards.far_side import How, Touch
from tests.cards.steady import now, settle, steady
from tests.cards.steps import PEOPLE, Calm, Command, Delete, Private, Serve, Step, Tap, Wait, stories
from tests.cards.table import Table, lay

_MENDED_WITHIN_SECONDS = 200  # discord.py's five tries, then the worker's lease of a minute
_CARRIES = timedelta(minutes=14)
_GUEST = 1999  # a member who sits down after the failures


@pytest.fixture(scope="module", autouse=True)
def without_logging() -> Iterator[None]:
    """Disable logging: these stories are full of failures."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


async def _tell(folder: Path, minutes: int, steps: Sequence[Step], *, readable: bool) -> None:
    async with lay(folder, minutes, [PEOPLE[0], PEOPLE[1]]) as table:
        table.let_read_history(is_allowed=readable)
        await settle()
        for step in steps:
            await step.run(table)
            await settle()
            await _check_budget(table)
        await Calm(lasts=True).run(table)
        await asyncio.sleep(_MENDED_WITHIN_SECONDS)
        _check_acknowledged(table.far.touches.values())
        await _check_taps_at_hand(table)
        await _check_next_phase(table)
        await _check_next_tap(table)
        await _check_close(table)
        await _check_budget(table)
        assert table.session_id not in table.known_cards()  # a later /sit may have opened another


async def _check_budget(table: Table) -> None:
    assert (await table.message()).requests_spent <= CALLS_PER_SESSION
    assert max(table.far.heard.values(), default=0) <= CALLS_PER_SESSION


def _check_acknowledged(touches: Iterable[Touch]) -> None:
    """Check that every interaction was answered once, unless the answer itself was spoiled."""
    for touch in touches:
        assert touch.acknowledged <= 1
        assert touch.is_spoiled or (touch.attempts, touch.acknowledged) == (1, 1), touch
        assert touch.is_spoiled or not any("went wrong" in each for each in touch.told), touch


async def _check_taps_at_hand(table: Table) -> None:
    """Check that the card is correct already, if no failure disturbed the newest tap's edit."""
    session, card = await table.session(), table.card()
    if session is None or card is None or phase_at(session, now()) is Phase.CLOSED:
        return
    fresh = [each for each in table.far.touches.values() if now() - each.at < _CARRIES]
    taps = [each for each in fresh if each.source == card.message_id and each.is_about_card]
    if taps and not max(taps, key=lambda each: each.turn).is_hindered:
        await settle()  # what is due at this very moment
        assert await table.is_true(card)


async def _check_next_phase(table: Table) -> None:
    """Check that the next phase makes the card correct, and reposts it if it was deleted."""
    session = await table.session()
    if session is None or phase_at(session, now()) is Phase.CLOSED:
        return
    at = next_change(session, phase_at(session, now()))
    if at is None or at == begins_at(session, Phase.CLOSED):
        return
    can_be_shown = may_spend(session, await table.message(), phase_at(session, at))
    await asyncio.sleep((at - now()).total_seconds() + 1)
    session = await table.session()
    assert session is not None
    card = table.card()
    if can_be_shown:
        assert card is not None or not may_spend(session, await table.message(), phase_at(session, now()))
        can_be_known = table.far.is_readable or (card is not None and card.is_known)
        assert card is None or not can_be_known or await table.is_true(card)


async def _check_next_tap(table: Table) -> None:
    """Check that the next tap makes the card correct, and costs no rate-limited request."""
    session = await table.session()
    if session is None or phase_at(session, now()) is Phase.CLOSED:
        return
    await settle()  # what is due at this very moment
    before = table.far.heard.total()
    touch = table.taps(_GUEST, "Slip out")
    await settle()
    card = table.card()
    if touch is not None and card is not None:
        assert await table.is_true(card)
    assert table.far.heard.total() == before


async def _check_close(table: Table) -> None:
    """Check that the session ends, and that no card still shows it as open."""
    session = await table.session()
    if session is not None:
        closes = begins_at(session, Phase.CLOSED)
        await asyncio.sleep(max(0.0, (closes - now()).total_seconds()) + _MENDED_WITHIN_SECONDS)
    assert await table.session() is None
    for posted in table.cards():
        if posted.is_known or table.far.is_readable:
            assert posted.is_gone or "This session closed" in posted.text, posted.text
    unknown = [each for each in table.cards() if not each.is_known and not each.is_gone]
    assert len(unknown) <= 1  # without Read Message History, nothing is posted again


_POSTED = Serve(0, How.WELL)
_SERVED = Serve(0, How.WELL)
_A, _B, _C, *_ = PEOPLE

_DELETED_UNDER_A_TAP: list[Step] = [_POSTED, Tap(_A, "Sit"), Delete()]
_LOST_POST: list[Step] = [Serve(0, How.LOST), Wait(120), Wait(300), Serve(0, How.LOST)]
_OPENED_AGAIN: list[Step] = [_POSTED, Calm(lasts=True), Delete(), Wait(300), Command(_A, hidden=False)]
_REFUSED_PHASE: list[Step] = [_POSTED, Wait(60), Serve(0, How.REFUSED)]
_REFUSED_CLOSE: list[Step] = [
    *(_POSTED, Wait(60), _SERVED, Wait(120), Wait(60), _SERVED),
    *(Wait(60), Serve(0, How.REFUSED)),
]
_EXPIRED_WHILE_A_NEWER_TAP_CAME: list[Step] = [
    *(_POSTED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_AGAIN), _SERVED),
    *(Tap(_C, "Sit"), Serve(1, How.WELL), Serve(0, How.EXPIRED)),
]
_TAP_DURING_A_WITHDRAWAL: list[Step] = [
    *(_POSTED, Private(_A, TURN_OFF_CONSENT), Tap(_B, "Sit")),
    *(Serve(2, How.WELL), Serve(1, How.WELL)),
]
_CUT_WHILE_A_TAP_CARRIES: list[Step] = [
    *(_POSTED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_AGAIN), _SERVED, Serve(0, How.RESET)),
]


@example(minutes=50, steps=_DELETED_UNDER_A_TAP, readable=True)
@example(minutes=5, steps=_LOST_POST, readable=True)
@example(minutes=5, steps=_LOST_POST, readable=False)
@example(minutes=5, steps=_OPENED_AGAIN, readable=True)
@example(minutes=5, steps=_REFUSED_PHASE, readable=True)
@example(minutes=5, steps=_REFUSED_CLOSE, readable=True)
@example(minutes=50, steps=_EXPIRED_WHILE_A_NEWER_TAP_CAME, readable=True)
@example(minutes=50, steps=_TAP_DURING_A_WITHDRAWAL, readable=True)
@example(minutes=50, steps=_CUT_WHILE_A_TAP_CARRIES, readable=True)
@settings(max_examples=64, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(minutes=st.sampled_from([5, 10, 25, 50]), steps=stories, readable=st.booleans())
def test_every_interleaving_ends_with_a_true_card_within_the_budget(
    minutes: int, steps: list[Step], *, readable: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        steady(lambda: _tell(Path(folder), minutes, steps, readable=readable))
