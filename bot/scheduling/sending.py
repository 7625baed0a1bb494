"""The operators' switch that stops all sending in the deployment: a note in the table `deployment`.

Another process sets it (`alongside sending`), so it is read again when something is due, and before each
message.
"""

from datetime import UTC, datetime

from bot.storage.database import Statements

_NAME = "sending stopped at"


async def stopped_at(statements: Statements) -> datetime | None:
    """Return since when operators stop all sending (aware, UTC), or None: the bot sends."""
    value = await statements.value("get_deployment", name=_NAME)
    return datetime.fromtimestamp(int(value), UTC) if value else None


async def stop(statements: Statements, now: datetime) -> bool:
    """Stop all sending; return whether it was not stopped before."""
    if await stopped_at(statements) is not None:
        return False
    await statements.run("set_deployment", name=_NAME, value=str(int(now.timestamp())))
    return True


async def start(statements: Statements) -> bool:
    """Let the bot send again; return whether it was stopped."""
    was_stopped = await stopped_at(statements) is not None
    await statements.run("set_deployment", name=_NAME, value="")
    return was_stopped
