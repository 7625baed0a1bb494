"""What a large database costs: `python -m bench.scale [members]` (1,000,000).

On each engine: how many bytes a member with a consent, a cadence and a check-in that is due takes; how long
an export and a deletion of one member take among all the others; and how much longer the bot starts with
1,000 open sessions of five seats each than with none.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pydantic import SecretStr

from bench.databases import BotDatabase, DatabaseChoice, new_database
from bench.due import fill_commands
from bench.process import BEGIN, BotProcess, exit_on_sigterm
from bench.small_servers import Server, add_servers
from bot.app.compose import wire
from bot.scheduling.clock import SystemClock
from bot.storage.engine import engine_for
from sandbox import Sandbox
from tests import postgres

MEMBERS = 1_000_000
_ONE_BY_ONE = 20  # members who are exported, and deleted
_FIRST_ID = 100_000_000_000_000_000  # of the members in `fill_commands`
_SERVERS, _ROOMS, _SEATS = 100, 10, 5
_STARTS = 3
_MINUTES = 50
_SESSION = "session_id, room_id, guild_id, channel_id, opened_at, minutes, rounds, closes_at"


def engines() -> list[str]:
    """Return the engines that are on this machine."""
    return ["sqlite", *(["postgres"] if postgres.programs() else [])]


async def lines(engine: str, members: int) -> list[str]:
    """Return what was measured on an engine, a line each."""
    with contextlib.ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3)]
        large, without, full = (
            stack.enter_context(new_database(folder, engine, durable=True)) for folder in folders
        )
        costs = await _member_costs(large, folders[0], fill_commands(members, engine), members)
        starts = await _starts((without, folders[1]), (full, folders[2]))
    return [f"{engine}, {line}" for line in (*costs, starts)]


async def _member_costs(
    database: BotDatabase, folder: Path, filling: Sequence[str], members: int
) -> list[str]:
    chosen = DatabaseChoice(SecretStr(database.url), folder)
    opened = await engine_for(chosen).open()
    try:
        empty = _size(database)
        database.run_all(filling)
        each = (_size(database) - empty) / members
        services = wire(opened, SystemClock())
        step = members // (2 * _ONE_BY_ONE)
        ids = [_FIRST_ID + number * step * 2654435761 % 2**32 for number in range(2 * _ONE_BY_ONE)]
        exported = await _median_ms(services.member_data.export, ids)

        async def erase(member_id: int, guild_id: int | None) -> None:
            if not await services.erasure.erase_member(member_id, guild_id):
                raise RuntimeError(f"there is nothing to delete of {member_id}")

        erased = await _median_ms(erase, ids[:_ONE_BY_ONE])
    finally:
        await opened.close()
    return [
        f"{members:,} members: {each:.0f} bytes a member",
        f"{members:,} members: export of one {exported:.1f} ms",
        f"{members:,} members: deletion of one {erased:.1f} ms",
    ]


async def _median_ms(act: Callable[[int, None], Awaitable[object]], members: Sequence[int]) -> float:
    took = []
    for member_id in members:
        begun = time.perf_counter()
        await act(member_id, None)
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000


def _size(database: BotDatabase) -> int:
    """Return how many bytes the tables and indexes take."""
    is_file = database.url.startswith("sqlite")
    sizes = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    query = sizes if is_file else "SELECT pg_database_size(current_database())"
    return int(database.run(query)[0][0])


async def _starts(without: tuple[BotDatabase, Path], full: tuple[BotDatabase, Path]) -> str:
    """Return how long the bot takes to start, without and with open sessions, in turns."""
    async with Sandbox(begin=BEGIN) as box:
        servers = add_servers(box, _SERVERS, _SEATS, random.Random(7))
        bots = [BotProcess(box, folder, DATABASE_URL=database.url) for database, folder in (without, full)]
        for bot in bots:
            await _start_seconds(bot)  # makes the database
        full[0].run_all(_live_sessions(servers, int(box.clock.now().timestamp())))
        took = [[await _start_seconds(bot) for bot in bots] for _ in range(_STARTS)]
    before, after = (statistics.median(each) for each in zip(*took, strict=True))
    count = f"{_SERVERS * _ROOMS:,} open sessions"
    return f"start with {count} {after:.2f} s, without {before:.2f} s: {after / before:.2f}"


async def _start_seconds(bot: BotProcess) -> float:
    begun = time.perf_counter()
    try:
        await bot.start()
        return time.perf_counter() - begun
    finally:
        await bot.end()


def _live_sessions(servers: Sequence[Server], now: int) -> list[str]:
    """Return the SQL that opens sessions in all rooms of all servers."""
    sessions, cards, rooms, seats, due = [], [], [], [], []
    for number in range(1, _SERVERS * _ROOMS + 1):
        server = servers[number % _SERVERS]
        guild_id, channel_id, closes = server.guild.id, server.channel.id, now + _MINUTES * 60
        rooms.append(f"({number}, {guild_id}, {channel_id}, 'Room {number}', 99)")
        sessions.append(f"({number}, {number}, {guild_id}, {channel_id}, {now}, {_MINUTES}, 1, {closes})")
        cards.append(f"({number}, {guild_id}, {channel_id}, {number})")
        due += [
            f"('close_session', 0, {closes}, {number}, {guild_id}, {closes})",
            f"('card', 0, {now + 300}, {number}, {guild_id}, {now + 300})",
        ]
        if number <= _SERVERS:  # a member has one seat in a server
            seats += [f"({number}, {person.id}, {guild_id}, 'counted')" for person in server.people]
    return [
        _insert("room (room_id, guild_id, channel_id, name, capacity)", rooms),
        _insert(f"session ({_SESSION})", sessions),
        _insert("card (room_id, guild_id, channel_id, message_id)", cards),
        _insert("seat (session_id, member_id, guild_id, visibility)", seats),
        "UPDATE card SET shown_revision = revision",
        _insert("due (kind, shard_range, due_at, subject_id, guild_id, occurs_at)", due),
    ]


def _insert(into: str, rows: Sequence[str]) -> str:
    return f"INSERT INTO {into} VALUES {','.join(rows)}"  # noqa: S608 - made here


async def main(members: int) -> None:
    """Print what was measured on each engine."""
    for engine in engines():
        sys.stdout.writelines(f"{line}\n" for line in await lines(engine, members))


if __name__ == "__main__":
    exit_on_sigterm()
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS))
