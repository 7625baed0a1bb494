"""How a discord.py bot experiences its gateway sessions: disconnects, resumes, outages, shards."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.sandbox.conftest import Bot, Starter

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_disconnected_bot_resumes_and_misses_no_event(box: Sandbox, bot: Bot) -> None:
    resumed = asyncio.Event()
    bot.on_resumed = _setting(resumed)  # type: ignore[method-assign] # this test's own listener
    box.faults.drop_gateway()
    await box.until(lambda: not box.bot_connected)
    box.person("Ada").say("general", "while you were gone")
    await asyncio.wait_for(resumed.wait(), 30)
    assert [name for name, _ in bot.seen].count("ready") == 1
    assert bot.events("MESSAGE_CREATE") == 1
    assert box.bot_connected


async def test_a_bot_whose_session_ended_identifies_again_and_misses_events(
    box: Sandbox, start: Starter
) -> None:
    bot = await start(Bot())
    box.faults.drop_gateway(resume=False)
    await box.until(lambda: not box.bot_connected)
    box.person("Ada").say("general", "missed")
    ready = asyncio.Event()
    bot.on_ready = _setting(ready)  # type: ignore[method-assign] # this test's own listener
    await asyncio.wait_for(ready.wait(), 30)
    assert bot.events("READY") == 2
    assert bot.events("MESSAGE_CREATE") == 0
    assert box.gateway.identifies_left == 998


async def test_op_7_makes_the_bot_resume(box: Sandbox, bot: Bot) -> None:
    resumed = asyncio.Event()
    bot.on_resumed = _setting(resumed)  # type: ignore[method-assign] # this test's own listener
    box.faults.ask_to_reconnect()
    await asyncio.wait_for(resumed.wait(), 30)


async def test_a_close_code_reaches_the_bot(box: Sandbox) -> None:
    bot = Bot()
    task = asyncio.create_task(bot.start(box.token))
    await box.until_ready()
    await box.faults.close_gateway(4014)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await asyncio.wait_for(task, 30)
    await bot.close()


async def test_a_restarted_bot_gets_a_new_session(box: Sandbox, start: Starter) -> None:
    first = await start(Bot())
    for connection in list(box.gateway.connections):
        connection.abort()
    await first.close()
    await box.until(lambda: not box.bot_connected)
    second = await start(Bot())
    assert second.is_ready()
    assert [s.connection is None for s in box.gateway.sessions.values()].count(False) == 1


async def test_an_outage_makes_a_server_unavailable_and_removing_the_bot_removes_it(
    box: Sandbox, bot: Bot
) -> None:
    juniper = next(g for g in box.world.guilds.values() if g.name == "Juniper House")
    names: asyncio.Queue[str] = asyncio.Queue()

    def listen_for(name: str) -> Any:
        async def listener(_: discord.Guild) -> None:
            names.put_nowait(name)

        return listener

    for name in ("on_guild_unavailable", "on_guild_available", "on_guild_remove"):
        setattr(bot, name, listen_for(name))
    box.faults.outage(juniper)
    assert await asyncio.wait_for(names.get(), 30) == "on_guild_unavailable"
    before = bot.events("MESSAGE_CREATE")
    box.person("Ada").say("general", "missed")
    box.faults.end_outage(juniper)
    assert await asyncio.wait_for(names.get(), 30) == "on_guild_available"
    assert bot.events("MESSAGE_CREATE") == before
    box.faults.remove_bot(juniper)
    assert await asyncio.wait_for(names.get(), 30) == "on_guild_remove"
    assert bot.get_guild(juniper.id) is None


async def test_every_shard_of_an_auto_sharded_bot_gets_ready(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Start without discord.py's five seconds between shards."""

    bot = Sharded(intents=discord.Intents(guilds=True), shard_count=2, guild_ready_timeout=0.02)
    task = asyncio.create_task(bot.start(box.token))
    await box.until_ready()
    await asyncio.wait_for(bot.wait_until_ready(), 30)
    assert set(bot.shards) == {0, 1}
    assert len(bot.guilds) == 2
    await bot.close()
    await task


def _setting(event: asyncio.Event) -> Any:
    async def listener() -> None:
        event.set()

    return listener


async def test_a_session_can_be_resumed_after_the_gateway_closed_with_1000(box: Sandbox, bot: Bot) -> None:
    resumed = asyncio.Event()
    bot.on_resumed = _setting(resumed)  # type: ignore[method-assign] # this test's own listener
    await box.faults.close_gateway(1000)
    await asyncio.wait_for(resumed.wait(), 30)
    assert box.gateway.identifies_left == 999
