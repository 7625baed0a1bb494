"""The same bot over several gateway connections."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.state import messages
from tests.process.bot_process import DELETE, POST, BotProcess, agree
from tests.process.launching import free_port


@pytest.mark.usefixtures("voice_and_events")
async def test_a_sharded_bot_serves_every_server_and_direct_messages(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    port = free_port()
    process.settings |= {"SHARD_COUNT": "3", "HEALTH_PORT": str(port)}
    assert {(guild.id >> 22) % 3 for guild in process.box.world.guilds.values()} == {0, 1}
    await process.start(shards=3)
    mika, ada = process.person("Mika"), process.person("Ada")
    cards = []
    for channel in ("library", "reading-nook"):
        options = {"channel": channel, "name": channel}
        added = await mika.run("quiet room add", channel=channel, options=options)
        assert "is ready" in added.text
        await process.settle()  # its card is posted
        opened = await ada.run("sit", channel=channel, minutes=5)
        assert "You have a seat" in opened.text
        cards.append(await process.card(channel))
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    process.box.faults.drop_gateway()
    for card in cards:
        assert (await process.person("Bo").click(card, "Sit")).error is None
        await process.shows(card, "2 of 8 seats are taken.")
    await agree(ada)
    assert (await ada.click(ada.dm()[0], "Here")).error is None
    await process.wait(minutes=5)
    for card in cards:
        assert "Open a session" in messages.plain_text(card)
        assert process.spent_in(card.channel_id) == [POST, POST, DELETE]  # the taps carried all edits
    for channel in ("library", "reading-nook"):
        told = {"room": channel, "announced": 1}
        assert (await mika.run("quiet room events", channel=channel, options=told)).error is None
        weekly = {"room": channel, "days": "Monday", "time": "20:00", "minutes": 25}
        assert (await mika.run("quiet schedule add", channel=channel, options=weekly)).error is None
    await process.settle()
    assert [len(guild.events) for guild in process.box.world.guilds.values()] == [1, 1]


async def test_a_second_process_waits_for_the_end_of_the_first_whatever_its_shards(
    unstarted_process: BotProcess,
) -> None:
    process, other = unstarted_process, BotProcess(unstarted_process.box, unstarted_process.folder)
    process.settings |= {"SHARD_COUNT": "2", "SHARD_IDS": "0"}
    other.settings |= {"SHARD_COUNT": "2", "SHARD_IDS": "1"}
    await process.start(shards=2)
    try:
        await other.launch()
        await process.person("Ada").run("rooms", channel="general")
        assert len(process.box.gateway.identifies) == 2
        assert await process.stop() == 0
        await process.box.until(lambda: len(process.box.gateway.identifies) == 4)
        assert await other.stop() == 0
    finally:
        await other.kill_if_running()


_RUN_WITH_SHORT_INTERVALS = """
from bot.cli import main
from bot.gateway import identify_gate

identify_gate._INTERVAL_US, identify_gate._AFTER_INVALID_SECONDS = 300_000, (0.0, 0.0)
main(["run"])
"""


async def test_shards_start_in_discords_windows_and_resume_after_an_outage(
    unstarted_process: BotProcess,
) -> None:
    process, starts = unstarted_process, unstarted_process.box.starts
    starts.max_concurrency, starts.window_seconds = 2, 0.25
    process.settings |= {"SHARD_COUNT": "3"}
    await process.launch(code=_RUN_WITH_SHORT_INTERVALS)
    process.box.faults.invalidate_sessions(1)
    await process.box.until(lambda: len(process.box.gateway.sessions) == 3)
    assert all(each.is_in_time for each in starts.identifies)
    assert len(starts.identifies) == 4
    first, second, *_ = (each.loop_seconds for each in starts.identifies)
    assert second - first < starts.window_seconds  # of two keys

    assert (await process.person("Ada").run("rooms", channel="general")).error is None
    await process.settle()  # the worker begins once all shards are ready
    process.box.faults.refuse_gateway(1)
    process.box.faults.drop_gateway()
    assert (await process.person("Ada").run("rooms", channel="general")).error is None
    await process.box.until(lambda: len(process.box.gateway.connected_shards(3)) == 3)
    assert len(starts.identifies) == 4
