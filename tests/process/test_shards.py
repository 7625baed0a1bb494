"""The same bot over several gateway connections."""

from __future__ import annotations

import aiohttp

from sandbox import messages
from tests.process.house import EDIT, POST, House, agree, free_port


async def test_a_sharded_bot_serves_every_server_and_direct_messages(empty_house: House) -> None:
    house = empty_house
    port = free_port()
    house.settings |= {"SHARD_COUNT": "3", "SHARD_IDS": "0,1", "HEALTH_PORT": str(port)}
    assert {(guild.id >> 22) % 3 for guild in house.box.world.guilds.values()} == {0, 1}
    await house.start(shards=2)
    mika, ada = house.person("Mika"), house.person("Ada")
    cards = []
    for channel in ("library", "reading-nook"):
        options = {"channel": channel, "name": channel}
        added = await mika.run("quiet room add", channel=channel, options=options)
        assert "is ready" in added.text
        await ada.run("sit", channel=channel, minutes=5)
        cards.append(await house.card(channel))
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    house.box.faults.drop_gateway()
    for card in cards:
        assert (await house.person("Bo").click(card, "Sit")).error is None
        await house.shows(card, "2 people are here.")
    await agree(ada)
    assert (await ada.click(ada.dm()[0], "Here")).error is None
    await house.wait(minutes=5)
    for card in cards:
        assert "This session closed" in messages.plain_text(card)
        assert house.spent_in(card.channel_id) == [POST, EDIT, EDIT, EDIT]


async def test_two_processes_share_a_database_and_do_nothing_twice(empty_house: House) -> None:
    house, other = empty_house, House(empty_house.box, empty_house.folder)
    assert {(guild.id >> 22) % 3 for guild in house.box.world.guilds.values()} == {0, 1}
    house.settings |= {"SHARD_COUNT": "3", "SHARD_IDS": "0,2"}
    other.settings |= {"SHARD_COUNT": "3", "SHARD_IDS": "1"}
    await house.start(shards=2)
    await other.start(shards=3)
    try:
        mika, ada = house.person("Mika"), house.person("Ada")
        cards = []
        for channel in ("library", "reading-nook"):
            options = {"channel": channel, "name": channel}
            assert "is ready" in (await mika.run("quiet room add", channel=channel, options=options)).text
            await ada.run("sit", channel=channel, minutes=5)
            cards.append(await house.card(channel))
        for channel in ("general", "front-desk"):
            proposal = await ada.run("checkins", channel=channel, options={"zone": "Europe/Berlin"})
            await (await ada.click(proposal.messages[-1], "Yes, begin")).settled()
        assert len(ada.dm()) == 2
        for prompt in ada.dm():  # each answered by the process with shard 0, whosever server it is about
            answered = await ada.click(prompt, "Here")
            assert answered.error is None
        await house.wait(minutes=6)
        for card in cards:
            assert "This session closed" in messages.plain_text(card)
            assert house.spent_in(card.channel_id) == [POST, EDIT, EDIT, EDIT]
        assert house.leaks() + other.leaks() == []
        assert await other.stop() == 0
    finally:
        await other.abandon()
