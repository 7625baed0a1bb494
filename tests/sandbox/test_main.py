"""`python -m sandbox`, and a bot process that is killed and restarted."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.state import interactions

ROOT = Path(__file__).resolve().parents[2]
BOT = """
import sys, discord, yarl
from discord import app_commands
discord.http.Route.BASE = sys.argv[1]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
class Bot(discord.Client):
    async def setup_hook(self):
        await tree.sync()
bot = Bot(intents=discord.Intents(guilds=True), guild_ready_timeout=0.02)
tree = app_commands.CommandTree(bot)
@tree.command(description="hello")
async def hello(interaction: discord.Interaction):
    await interaction.response.send_message("hello")
bot.run(sys.argv[3], log_handler=None)
"""


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_prints_its_addresses_and_stops_cleanly(stop: signal.Signals) -> None:
    process = await _start("-m", "sandbox", "--port", "0", "--app-name", "Pond")
    assert process.stdout is not None
    async with asyncio.timeout(20):
        lines = [(await process.stdout.readline()).decode().split() for _ in range(5)]
        assert [line[0] for line in lines] == ["page", "rest", "gateway", "clock", "token"]
        assert lines[1][1].endswith("/api/v10")
        process.send_signal(stop)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


async def test_a_port_in_use_is_reported_in_one_line(box: Sandbox) -> None:
    port = box.page_url.rstrip("/").rpartition(":")[2]
    process = await _start("-m", "sandbox", "--port", port)
    async with asyncio.timeout(20):
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode().startswith(f"The sandbox cannot listen on port {port}: ")


async def test_interactions_fail_while_the_bots_process_is_dead_and_work_after_a_restart(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = box.person("Ada")
    arguments = ("-c", BOT, box.api_url, box.gateway_url, box.token)
    first = await _start(*arguments)
    await box.until_ready()
    assert (await ada.run("hello", channel="general")).text == "hello"
    first.kill()
    await first.communicate()
    await box.until(lambda: not box.bot_connected)
    with monkeypatch.context() as patch:
        patch.setattr(interactions, "FIRST_RESPONSE_SECONDS", 0.05)
        assert (await ada.run("hello", channel="general")).kind == "failed"
    second = await _start(*arguments)
    await box.until_ready()
    assert (await ada.run("hello", channel="general")).text == "hello"
    second.kill()
    await second.communicate()
