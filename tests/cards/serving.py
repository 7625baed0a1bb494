"""Answers the requests of a card story, and lets time pass in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at
from tests.cards.answers import Response
from tests.cards.steady import now, settle
from tests.cards.table import Table
from tests.cards.touches import How

OPENER = 1001  # who opened the session
Story: TypeAlias = Callable[[Table], Awaitable[None]]


async def serve(table: Table, *answers: Response) -> None:
    """Answer edits of cards with `answers`, one after the other; everything else succeeds."""
    left = list(answers)
    while table.far.waiting:
        request = table.far.waiting[0]
        if left and request.method == "PATCH" and "/channels/" in request.path:
            table.far.answer(request, left.pop(0))
            await asyncio.sleep(2)  # discord.py waits a second before it tries again
        else:
            table.far.serve(request, How.WELL)
        await settle()


async def reach(table: Table, phase: Phase, *answers: Response) -> None:
    """Let time pass until the phase begins, and answer its edit so."""
    session = await table.session()
    assert session is not None
    await asyncio.sleep((begins_at(session, phase) - now()).total_seconds())
    await settle()
    await serve(table, *answers)


async def pass_minutes(table: Table, minutes: int, *answers: Response) -> None:
    """Let minutes pass, and answer the edit of each with the next of `answers`."""
    for number in range(minutes):
        await asyncio.sleep(60)
        await settle()
        await serve(table, *answers[number : number + 1])


def asked(table: Table, method: str) -> int:
    """Return how many rate-limited requests were made by a method."""
    return sum(each.method == method and "/channels/" in each.path for each in table.far.asked)


def text_of(table: Table) -> str:
    """Return the text of the newest card."""
    card = table.card()
    assert card is not None
    return card.text
