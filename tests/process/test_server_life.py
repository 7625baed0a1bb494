"""A server removes the bot, while it runs or while it is down; its data is deleted after seven days."""

from __future__ import annotations

import pytest

from sandbox.state.models import Member
from tests.process.bot_process import BotProcess, agree


def invite(process: BotProcess) -> None:
    """Let the bot join the server again."""
    bot = process.box.world.app.user
    process.guild.members[bot.id] = Member(bot, [], process.box.clock.now())
    process.box.faults.end_outage(process.guild)  # GUILD_CREATE reports both


async def test_a_server_that_removed_the_bot_is_forgotten_after_seven_days(process: BotProcess) -> None:
    await process.add_room()
    await agree(process.person("Ada"))
    guild_id = process.guild.id
    assert process.traces(guild_id)
    process.box.faults.remove_bot(process.guild)
    await process.settle()
    mark = process.mark
    await process.wait(days=6, hours=23)
    assert process.rows("SELECT name FROM room") == [("Library",)]
    assert process.spent(mark) == []
    await process.wait(hours=2)
    for table in ("guild", "room", "consent", "cadence"):
        assert process.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608 - own names
    assert process.due() == []
    assert process.traces(guild_id) == []
    assert process.spent(mark) == []


async def test_a_removal_is_noticed_at_the_next_start_and_an_invitation_while_running(
    process: BotProcess,
) -> None:
    await process.add_room()
    await process.stop()
    process.box.faults.remove_bot(process.guild)
    await process.start()
    await process.box.until(lambda: process.rows("SELECT removed_at FROM guild") not in ([], [(None,)]))
    invite(process)
    await process.box.until(lambda: process.rows("SELECT removed_at FROM guild") == [(None,)])
    reply = await process.person("Ada").run("sit", channel="general", minutes=5)
    assert reply.error is None
    await process.card()


@pytest.mark.parametrize("shards", [None, "2"])
async def test_a_removal_during_a_lost_connection_is_noticed(
    unstarted_process: BotProcess, shards: str | None
) -> None:
    process = unstarted_process
    if shards:
        process.settings["SHARD_COUNT"] = shards
    await process.start(shards=int(shards or 1))
    mika = process.person("Mika")
    for channel in ("library", "reading-nook"):  # one in each of two servers
        options = {"channel": channel, "name": channel}
        assert (await mika.run("quiet room add", channel=channel, options=options)).error is None
        assert (await mika.run("quiet setup", channel=channel, options={"zone": "UTC"})).error is None
    process.box.faults.drop_gateway()
    await process.box.until(lambda: not process.box.bot_connected)
    await process.box.until_ready()
    await process.settle()
    assert process.rows("SELECT guild_id FROM guild WHERE removed_at IS NOT NULL") == []
    process.box.faults.drop_gateway(resume=False)
    process.box.faults.remove_bot(process.guild)
    removed = [(process.guild.id,)]
    await process.box.until(
        lambda: process.rows("SELECT guild_id FROM guild WHERE removed_at IS NOT NULL") == removed, 60
    )


async def test_an_outage_at_the_start_is_no_removal(process: BotProcess) -> None:
    await process.add_room()
    await process.stop()
    process.guild.available = False
    await process.start()
    await process.settle()
    assert process.rows("SELECT removed_at FROM guild") == []  # nothing of the server itself was saved
    kept = process.rows("SELECT * FROM room")
    ada, mika = process.person("Ada"), process.person("Mika")
    for person, path, options in (
        (ada, "sit", {}),
        (ada, "sit", {"room": "Library"}),
        (ada, "rooms", {}),
        (mika, "quiet check", {}),
        (mika, "quiet room add", {"channel": "general"}),
        (mika, "quiet room add", {"channel": "general", "voice": True}),
        (mika, "quiet room voice", {"room": "Library", "silent": 1}),
        (mika, "quiet room events", {"room": "Library", "announced": 1}),
        (mika, "quiet room remove", {"room": "Library"}),
    ):
        reply = await (await person.run(path, channel="general", options=dict(options))).settled()
        assert reply.text.startswith("I can't reach this server through Discord right now."), (
            path,
            reply.text,
        )
    assert await ada.complete("sit", "room", "", channel="general") == []
    assert process.rows("SELECT * FROM room") == kept
    process.box.faults.end_outage(process.guild)
    await process.settle()
    reply = await process.person("Ada").run("sit", channel="general", minutes=5)
    assert reply.error is None
    await process.card()
