"""In any order of taps, phases and answers, the card ends up true, and stays its room's one message."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.rooms.sessions.card_rules import EDIT_PAUSE
from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at
from cogs.privacy.routes import TURN_OFF_CONSENT
from cogs.rooms.routes import SIT_HERE
from tests.cards.steady import now, settle, steady
from tests.cards.steps import PEOPLE, Calm, Command, Delete, Private, Serve, Step, Tap, Wait, stories
from tests.cards.table import Table, lay
from tests.cards.touches import How, Posted, Touch

_MENDED_WITHIN_SECONDS = 200  # discord.py's five tries, then the worker's lease of a minute
_TRUE_WITHIN_SECONDS = 20
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
        await Calm(lasts=True).run(table)
        await asyncio.sleep(_MENDED_WITHIN_SECONDS)
        _check_acknowledged(table.far.touches.values())
        await _check_true(table)
        await _check_change_without_tap(table)
        await _check_next_tap(table)
        await _check_close(table)
        _check_pauses(table)


def _check_pauses(table: Table) -> None:
    """Check that rate-limited edits are fifteen seconds apart or more."""
    edits = table.far.edited_at
    assert all(later - earlier >= EDIT_PAUSE for earlier, later in pairwise(edits)), edits


def _check_acknowledged(touches: Iterable[Touch]) -> None:
    """Check that every interaction was answered once, unless the answer itself was spoiled."""
    for touch in touches:
        assert touch.acknowledged <= 1
        assert touch.is_spoiled or (touch.attempts, touch.acknowledged) == (1, 1), touch
        assert touch.is_spoiled or not any("went wrong" in each for each in touch.told), touch


async def _check_true(table: Table) -> None:
    """Check that the card is true, and that there is no other message of the room.

    Without Read Message History, a message whose answer was lost cannot be found: it is left out.
    """
    await settle()  # what is due at this very moment
    there = [each for each in table.cards() if not each.is_gone and _can_be_known(table, each)]
    assert len(there) <= 1, [each.text for each in there]
    for card in there:
        assert await table.is_true(card), card.text


def _can_be_known(table: Table, posted: Posted) -> bool:
    return table.far.is_readable or posted.is_known


async def _check_change_without_tap(table: Table) -> None:
    """Check that a seat taken by command is on the card in time; a deleted card is posted again."""
    session = await table.session()
    if session is None or begins_at(session, Phase.CLOSED) <= now() + timedelta(seconds=30):
        return
    table.sits_by_command(_GUEST, hidden=False)
    await asyncio.sleep(_TRUE_WITHIN_SECONDS)
    await _check_true(table)
    card = table.card()
    assert card is not None or not table.far.is_readable


async def _check_next_tap(table: Table) -> None:
    """Check that the next tap makes the card true, and costs no rate-limited request."""
    session, card = await table.session(), table.card()
    if session is None or card is None or begins_at(session, Phase.CLOSED) <= now():
        return
    before = len(table.far.edited_at)
    touch = table.taps(_GUEST, "Slip out")
    await settle()
    if touch is not None:
        await _check_true(table)
        assert len(table.far.edited_at) == before


async def _check_close(table: Table) -> None:
    """Check that the session closes on time, and that the room's one message says so soon after."""
    session = await table.session()
    if session is not None:
        closes = begins_at(session, Phase.CLOSED)
        await asyncio.sleep(max(0.0, (closes - now()).total_seconds()) + 1)
        await settle()
    assert await table.session() is None
    await asyncio.sleep(_MENDED_WITHIN_SECONDS)
    await _check_true(table)
    assert len([each for each in table.cards() if each.is_known and not each.is_gone]) == 1
    unknown = [each for each in table.cards() if not each.is_known and not each.is_gone]
    assert len(unknown) <= 1  # without Read Message History, nothing is posted again


_POSTED = Serve(0, How.WELL)
_SERVED = Serve(0, How.WELL)
_A, _B, _C, *_ = PEOPLE

_DELETED_UNDER_A_TAP: list[Step] = [_POSTED, Tap(_A, "Sit"), Delete()]
_LOST_POST: list[Step] = [Serve(0, How.LOST), Wait(120), Wait(300), Serve(0, How.LOST)]
_OPENED_AGAIN: list[Step] = [_POSTED, Calm(lasts=True), Delete(), Wait(300), Command(_A, hidden=False)]
_REFUSED_PHASE: list[Step] = [_POSTED, _SERVED, Wait(60), Serve(0, How.REFUSED)]
_REFUSED_CLOSE: list[Step] = [
    *(_POSTED, _SERVED, Wait(60), _SERVED, Wait(120), Wait(60), _SERVED),
    *(Wait(60), Serve(0, How.REFUSED)),
]
_EXPIRED_WHILE_A_NEWER_TAP_CAME: list[Step] = [
    *(_POSTED, _SERVED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_HERE), _SERVED),
    *(Tap(_C, "Sit"), Serve(1, How.WELL), Serve(0, How.EXPIRED)),
]
_TAP_DURING_A_WITHDRAWAL: list[Step] = [
    *(_POSTED, _SERVED, Private(_A, TURN_OFF_CONSENT), Tap(_B, "Sit")),
    *(Serve(2, How.WELL), Serve(1, How.WELL)),
]
_CUT_WHILE_A_TAP_CARRIES: list[Step] = [
    *(_POSTED, _SERVED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_HERE), _SERVED, Serve(0, How.RESET)),
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
def test_every_interleaving_ends_with_one_true_card(
    minutes: int, steps: list[Step], *, readable: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        steady(lambda: _tell(Path(folder), minutes, steps, readable=readable))
