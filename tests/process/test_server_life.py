"""A server removes the bot, while it runs or while it is down; nothing of it is left after seven days."""

from __future__ import annotations

import pytest

from sandbox.state.models import Member
from tests.process.house import House, agree


def invite(house: House) -> None:
    """Let the bot join the server again."""
    bot = house.box.world.app.user
    house.guild.members[bot.id] = Member(bot, [], house.box.clock.now())
    house.box.faults.end_outage(house.guild)  # GUILD_CREATE tells of both


async def test_a_server_that_removed_the_bot_is_forgotten_after_seven_days(house: House) -> None:
    await house.add_room()
    await agree(house.person("Ada"))
    guild_id = house.guild.id
    assert house.traces(guild_id)
    house.box.faults.remove_bot(house.guild)
    await house.settle()
    mark = house.mark
    await house.wait(days=6, hours=23)
    assert house.rows("SELECT name FROM room") == [("Library",)]
    assert house.spent(mark) == []
    await house.wait(hours=2)
    for table in ("guild", "room", "consent", "cadence"):
        assert house.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608 - own names
    assert house.due() == []
    assert house.traces(guild_id) == []
    assert house.spent(mark) == []


async def test_a_removal_is_noticed_after_the_fact_and_so_is_an_invitation(house: House) -> None:
    await house.add_room()
    await house.stop()
    house.box.faults.remove_bot(house.guild)
    await house.start()
    await house.box.until(lambda: house.rows("SELECT removed_at FROM guild") not in ([], [(None,)]))
    invite(house)
    await house.box.until(lambda: house.rows("SELECT removed_at FROM guild") == [(None,)])
    reply = await house.person("Ada").run("sit", channel="general", minutes=5)
    assert reply.error is None
    await house.card()


@pytest.mark.parametrize("shards", [None, "2"])
async def test_a_removal_during_a_lost_connection_is_noticed(
    empty_house: House, shards: str | None
) -> None:
    house = empty_house
    if shards:
        house.settings["SHARD_COUNT"] = shards
    await house.start(shards=int(shards or 1))
    mika = house.person("Mika")
    for channel in ("library", "reading-nook"):  # one in each of two servers
        options = {"channel": channel, "name": channel}
        assert (await mika.run("quiet room add", channel=channel, options=options)).error is None
        assert (await mika.run("quiet setup", channel=channel, options={"zone": "UTC"})).error is None
    house.box.faults.drop_gateway()
    await house.box.until(lambda: not house.box.bot_connected)
    await house.box.until_ready()
    await house.settle()
    assert house.rows("SELECT guild_id FROM guild WHERE removed_at IS NOT NULL") == []
    house.box.faults.drop_gateway(resume=False)
    house.box.faults.remove_bot(house.guild)
    removed = [(house.guild.id,)]
    await house.box.until(
        lambda: house.rows("SELECT guild_id FROM guild WHERE removed_at IS NOT NULL") == removed, 40
    )


async def test_an_outage_at_the_start_is_no_removal(house: House) -> None:
    await house.add_room()
    await house.stop()
    house.guild.available = False
    await house.start()
    await house.settle()
    assert house.rows("SELECT removed_at FROM guild") in ([], [(None,)])
    kept = house.rows("SELECT * FROM room")
    ada, mika = house.person("Ada"), house.person("Mika")
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
        assert reply.text.startswith("Discord cannot show this server at the moment."), (path, reply.text)
    assert await ada.complete("sit", "room", "", channel="general") == []
    assert house.rows("SELECT * FROM room") == kept
    house.box.faults.end_outage(house.guild)
    await house.settle()
    reply = await house.person("Ada").run("sit", channel="general", minutes=5)
    assert reply.error is None
    await house.card()
