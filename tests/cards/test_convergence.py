"""In any order of taps, phases and answers, the card ends up right, and is the room's only message."""

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

from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import EDIT_PAUSE, begins_at
from cogs.privacy.routes import TURN_OFF_CONSENT
from cogs.rooms.routes import SIT_HERE
from tests.cards.deterministic_loop import now, run_deterministic, settle
from tests.cards.records import Ending, Posted, SentInteraction
from tests.cards.stage import Stage, set_stage
from tests.cards.steps import (
    PEOPLE,
    AnswerAtOnce,
    Command,
    Delete,
    Private,
    Serve,
    Step,
    Tap,
    Wait,
    stories,
)

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
    async with set_stage(folder, minutes, [PEOPLE[0], PEOPLE[1]]) as stage:
        stage.let_read_history(is_allowed=readable)
        await settle()
        for step in steps:
            await step.run(stage)
            await settle()
        await AnswerAtOnce(lasts=True).run(stage)
        await asyncio.sleep(_MENDED_WITHIN_SECONDS)
        _check_acknowledged(stage.script.interactions.values())
        await _check_true(stage)
        await _check_change_without_tap(stage)
        await _check_next_tap(stage)
        await _check_close(stage)
        _check_pauses(stage)


def _check_pauses(stage: Stage) -> None:
    """Check that rate-limited edits are fifteen seconds apart or more."""
    edits = stage.script.edited_at
    assert all(later - earlier >= EDIT_PAUSE for earlier, later in pairwise(edits)), edits


def _check_acknowledged(interactions: Iterable[SentInteraction]) -> None:
    """Check that every interaction was answered once, unless the answer itself was spoiled."""
    for interaction in interactions:
        assert interaction.acknowledged <= 1
        assert interaction.is_failed or (interaction.attempts, interaction.acknowledged) == (1, 1), (
            interaction
        )
        assert interaction.is_failed or not any("went wrong" in each for each in interaction.shown), (
            interaction
        )


async def _check_true(stage: Stage) -> None:
    """Check that the card is right, and that there is no other message of the room.

    Without Read Message History, a message whose answer was lost cannot be found: it is left out.
    """
    await settle()  # what is due at this very moment
    there = [each for each in stage.cards() if not each.is_gone and _can_be_known(stage, each)]
    assert len(there) <= 1, [each.text for each in there]
    for card in there:
        assert await stage.is_true(card), card.text


def _can_be_known(stage: Stage, posted: Posted) -> bool:
    return stage.script.is_readable or posted.is_known


async def _check_change_without_tap(stage: Stage) -> None:
    """Check that a seat taken by command is on the card in time; a deleted card is posted again."""
    session = await stage.session()
    if session is None or begins_at(session, Phase.CLOSED) <= now() + timedelta(seconds=30):
        return
    stage.sits_by_command(_GUEST, hidden=False)
    await asyncio.sleep(_TRUE_WITHIN_SECONDS)
    await _check_true(stage)
    card = stage.card()
    assert card is not None or not stage.script.is_readable


async def _check_next_tap(stage: Stage) -> None:
    """Check that the next tap makes the card right, and costs no rate-limited request."""
    session, card = await stage.session(), stage.card()
    if session is None or card is None or begins_at(session, Phase.CLOSED) <= now():
        return
    before = len(stage.script.edited_at)
    interaction = stage.taps(_GUEST, "Slip out")
    await settle()
    if interaction is not None:
        await _check_true(stage)
        assert len(stage.script.edited_at) == before


async def _check_close(stage: Stage) -> None:
    """Check that the session closes on time, and that the room's one message says so soon after."""
    session = await stage.session()
    if session is not None:
        closes = begins_at(session, Phase.CLOSED)
        await asyncio.sleep(max(0.0, (closes - now()).total_seconds()) + 1)
        await settle()
    assert await stage.session() is None
    await asyncio.sleep(_MENDED_WITHIN_SECONDS)
    await _check_true(stage)
    assert len([each for each in stage.cards() if each.is_known and not each.is_gone]) == 1
    unknown = [each for each in stage.cards() if not each.is_known and not each.is_gone]
    assert len(unknown) <= 1  # without Read Message History, nothing is posted again


_POSTED = Serve(0, Ending.WELL)
_SERVED = Serve(0, Ending.WELL)
_A, _B, _C, *_ = PEOPLE

_DELETED_UNDER_A_TAP: list[Step] = [_POSTED, Tap(_A, "Sit"), Delete()]
_LOST_POST: list[Step] = [Serve(0, Ending.LOST), Wait(120), Wait(300), Serve(0, Ending.LOST)]
_OPENED_AGAIN: list[Step] = [
    _POSTED,
    AnswerAtOnce(lasts=True),
    Delete(),
    Wait(300),
    Command(_A, hidden=False),
]
_REFUSED_PHASE: list[Step] = [_POSTED, _SERVED, Wait(60), Serve(0, Ending.REFUSED)]
_REFUSED_CLOSE: list[Step] = [
    *(_POSTED, _SERVED, Wait(60), _SERVED, Wait(120), Wait(60), _SERVED),
    *(Wait(60), Serve(0, Ending.REFUSED)),
]
_EXPIRED_WHILE_A_NEWER_TAP_CAME: list[Step] = [
    *(_POSTED, _SERVED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_HERE), _SERVED),
    *(Tap(_C, "Sit"), Serve(1, Ending.WELL), Serve(0, Ending.EXPIRED)),
]
_TAP_DURING_A_WITHDRAWAL: list[Step] = [
    *(_POSTED, _SERVED, Private(_A, TURN_OFF_CONSENT), Tap(_B, "Sit")),
    *(Serve(2, Ending.WELL), Serve(1, Ending.WELL)),
]
_CUT_WHILE_A_TAP_CARRIES: list[Step] = [
    *(_POSTED, _SERVED, Tap(_A, "Sit"), _SERVED, _SERVED),
    *(Private(_B, SIT_HERE), _SERVED, Serve(0, Ending.RESET)),
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
        run_deterministic(lambda: _tell(Path(folder), minutes, steps, readable=readable))
