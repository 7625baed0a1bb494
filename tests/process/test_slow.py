"""A slow or stuck database: every member still has an answer within three seconds."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox import Reply
from sandbox.state import messages
from tests.process.bot_process import BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

IN_TIME_SECONDS = 3.0
EARLY_SECONDS = 1.0  # what took longer was acknowledged before it was done


@asynccontextmanager
async def busy_database(process: BotProcess) -> AsyncIterator[None]:
    """Hold the database's write lock as another process, for example a large copy, would."""
    with contextlib.closing(sqlite3.connect(process.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


def was_early(reply: Reply) -> bool:
    """Return whether an answer came in time, before the work was done."""
    after = reply.acknowledged_after
    return reply.error is None and after is not None and EARLY_SECONDS < after < IN_TIME_SECONDS


async def test_while_the_database_is_busy_everyone_is_answered_in_time(shared_process: BotProcess) -> None:
    process = shared_process
    room, other = await process.new_room(), await process.new_room()
    ada, bo, mika = (process.person(name) for name in ("Ada", "Bo", "Mika"))
    await ada.run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    panel = await mika.run("quiet setup", channel="general")
    form = await mika.click(panel.messages[-1], "Time zone")
    assert form.modal is not None
    async with busy_database(process):
        command, button, typed = await asyncio.gather(
            bo.run("sit", channel="general", room=other, minutes=10),
            process.person("Cleo").click(card, "Sit"),
            mika.submit(form.modal, {"zone": "Asia/Tokyo"}),
        )
        assert [was_early(one) for one in (command, button, typed)] == [True] * 3
        assert command.ephemeral
    await command.settled()
    assert "You have a seat" in command.text
    assert command.ephemeral
    await process.shows(card, "2 of 8 seats are taken.")
    await process.box.until(lambda: button.messages)
    assert "You have a seat" in button.text
    assert button.ephemeral
    await typed.settled()
    assert "Asia/Tokyo" in messages.plain_text(panel.messages[-1])


async def test_a_stuck_database_gives_an_apology_with_a_reference_from_the_log(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    async with busy_database(process):
        reply = await process.person("Dev").run("sit", channel="general", room=room, minutes=10)
        assert was_early(reply)
        await reply.settled()
    (reference,) = re.findall(r"Reference (\w{4})\.", reply.text)
    assert any(f"reference {reference}" in line for line in process.log)
    again = await process.person("Dev").run("sit", channel="general", room=room, minutes=10)
    assert "You have a seat" in again.text
