"""What stories of native events have in common: a moderator's commands, and Discord's events."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import timedelta

from sandbox.state import payloads
from sandbox.state.models import EventStatus, ScheduledEvent
from sandbox.state.simulation import Simulation
from tests.process.bot_process import BotProcess
from tests.process.test_schedules import MONDAY, next_weekday

CREATE = ("POST", "/guilds/{guild_id}/scheduled-events")
EDIT = ("PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}")


async def command(process: BotProcess, path: str, /, **options: object) -> str:
    """Let the moderator use a command, and return the answer."""
    reply = await process.person("Mika").run(path, channel="quiet-corner", options=options)
    text = (await reply.settled()).text
    await process.settle()
    return text


async def confirmed(process: BotProcess, button: str, path: str, /, **options: object) -> str:
    """Let the moderator use a command that asks first, and tap `button`; return the answer to that.

    If the command is refused, there is nothing to tap: return its answer.
    """
    mika = process.person("Mika")
    asked = await (await mika.run(path, channel="quiet-corner", options=options)).settled()
    assert asked.message is not None
    if "Nothing was changed." in asked.text:
        return asked.text
    text = (await (await mika.click(asked.message, button)).settled()).text
    await process.settle()
    return text


async def opens_weekly(process: BotProcess, days: str = "Monday") -> None:
    """Let the library open every week at 20:00 in Berlin."""
    given = {"time": "20:00", "minutes": 25, "zone": "Europe/Berlin"}
    text = await command(process, "quiet schedule add", room="Library", days=days, **given)
    assert "opens by itself" in text, text


async def announced(process: BotProcess) -> None:
    """Let the library open every week at 20:00 in Berlin, with events."""
    await process.add_room()
    await opens_weekly(process)
    assert "appears in the server's events" in await command(
        process, "quiet room events", room="Library", announced=1
    )


def events(process: BotProcess) -> list[ScheduledEvent]:
    """Return the events of the server that are not over."""
    return list(process.guild.events.values())


def spent(process: BotProcess, since: int = 0) -> list[tuple[str, str]]:
    """Return the requests that were about events."""
    return [each for each in process.spent(since) if each in {CREATE, EDIT}]


def simulation(process: BotProcess) -> Simulation:
    """Return the sandbox's simulation, to change what no person in it can change."""
    return process.box.simulation


def occurrence(process: BotProcess, event: ScheduledEvent) -> dict[str, str]:
    """Return the options that name the occurrence that an event stands for."""
    ((number,),) = process.rows("SELECT schedule_id FROM schedule")
    return {"schedule": str(number), "occurrence": event.starts_at.date().isoformat()}


def write(process: BotProcess, statement: str, *values: object) -> None:
    """Change the database of a bot that does not run."""
    assert not process.is_running
    with contextlib.closing(sqlite3.connect(process.database, isolation_level=None)) as connection:
        connection.execute(statement, values)


def status_of(event: ScheduledEvent) -> EventStatus:
    """Return the current status of an event."""
    return event.status


def upcoming(process: BotProcess) -> ScheduledEvent:
    """Return the server's only event, after checking that it is for the next Monday evening."""
    now = process.box.clock.now()
    today = next_weekday(now - timedelta(days=1), MONDAY, 20)
    (event,) = events(process)
    assert event.starts_at == (today if today > now else next_weekday(now, MONDAY, 20))
    return event


async def wait_for_problems(process: BotProcess, *problems: str | None) -> None:
    """Wait until the saved events have these problems; no response of the bot shows when that is."""
    async with asyncio.timeout(40):
        while [each for (each,) in process.rows("SELECT problem FROM native_event")] != list(problems):
            await process.settle()


async def permit(process: BotProcess, bits: int) -> None:
    """Change the permissions of the bot's role, and send the bot the event."""
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    role.permissions = int(bits)
    data = {"guild_id": str(process.guild.id), "role": payloads.role(role)}
    simulation(process).dispatch("GUILD_ROLE_UPDATE", data, process.guild.id)
    await process.settle()
