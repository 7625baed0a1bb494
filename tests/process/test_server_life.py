"""A server removes the bot, while it runs or while it is down; nothing of it is left after seven days."""

from __future__ import annotations

from sandbox.state import Member
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
