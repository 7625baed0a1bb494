"""Answers the requests of a card story, and lets time pass in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at
from tests.cards.answers import Response
from tests.cards.deterministic_loop import now, settle
from tests.cards.records import Ending
from tests.cards.stage import Stage

OPENER = 1001  # who opened the session
Story: TypeAlias = Callable[[Stage], Awaitable[None]]


async def serve(stage: Stage, *answers: Response) -> None:
    """Answer edits of cards with `answers`, one after the other; everything else succeeds."""
    left = list(answers)
    while stage.script.waiting:
        request = stage.script.waiting[0]
        if left and request.method == "PATCH" and "/channels/" in request.path:
            stage.script.answer(request, left.pop(0))
            await asyncio.sleep(2)  # discord.py waits a second before it tries again
        else:
            stage.script.serve(request, Ending.WELL)
        await settle()


async def reach(stage: Stage, phase: Phase, *answers: Response) -> None:
    """Let time pass until the phase begins, and answer the edit of the card with `answer`."""
    session = await stage.session()
    assert session is not None
    await asyncio.sleep((begins_at(session, phase) - now()).total_seconds())
    await settle()
    await serve(stage, *answers)


async def pass_minutes(stage: Stage, minutes: int, *answers: Response) -> None:
    """Let minutes pass, and answer the edit of each with the next of `answers`."""
    for number in range(minutes):
        await asyncio.sleep(60)
        await settle()
        await serve(stage, *answers[number : number + 1])


def asked(stage: Stage, method: str) -> int:
    """Return how many rate-limited requests of one method were made."""
    return sum(each.method == method and "/channels/" in each.path for each in stage.script.asked)


def text_of(stage: Stage) -> str:
    """Return the text of the newest card."""
    card = stage.card()
    assert card is not None
    return card.text
