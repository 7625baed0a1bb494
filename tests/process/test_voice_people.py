"""People in a room's voice channel: counted on the card, and never saved."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from sandbox.state.models import Member, User
from tests.process.bot_process import EDIT, BotProcess
from tests.process.voice_rooms import voice_room

pytestmark = pytest.mark.usefixtures("voice_and_events")


async def card_is_due_soon(process: BotProcess) -> None:
    """Wait until the bot has heard of a change, and is going to edit the card within 20 seconds."""
    by = int(process.box.clock.now().timestamp()) + 20
    await process.saved(f"SELECT 1 FROM due WHERE kind = 'card' AND due_at <= {by}", [(1,)])  # noqa: S608 - a number


async def test_being_in_the_channel_counts_and_is_never_saved(process: BotProcess) -> None:
    channel, _ = await voice_room(process)
    ada, bo, cleo = (process.person(name) for name in ("Ada", "Bo", "Cleo"))
    helper = User(1 + max(process.box.world.users), "helper", "Helper", bot=True)
    process.box.world.users[helper.id] = helper
    process.guild.members[helper.id] = Member(helper, [], process.box.clock.now())
    process.box.person(str(helper.id)).join_voice(channel)
    ada.join_voice(channel)
    await (await cleo.run("sit", channel="library", minutes=25)).settled()
    card = await process.card()
    assert "One of 8 seats is taken." in messages.plain_text(card)
    assert f"<#{channel.id}>, one person there." in messages.plain_text(card)
    since = process.mark
    bo.join_voice(channel)
    cleo.join_voice(channel)
    await card_is_due_soon(process)
    await process.wait(seconds=20)
    await process.shows(card, f"<#{channel.id}>, 3 people there.")
    assert process.spent(since) == [EDIT]
    ada.leave_voice()
    await card_is_due_soon(process)
    await process.wait(seconds=20)
    await process.shows(card, f"<#{channel.id}>, 2 people there.")
    assert "One of 8 seats is taken." in messages.plain_text(card)
    assert process.spent(since) == [EDIT, EDIT]
    assert process.traces(bo.id) == []
    assert process.rows("SELECT member_id FROM seat") == [(cleo.id,)]


async def test_a_hidden_sitter_in_voice_is_on_no_card(process: BotProcess) -> None:
    channel, _ = await voice_room(process)
    ada = process.person("Ada")
    ada.join_voice(channel)
    await (await ada.run("sit", channel="library", minutes=25, hidden=True)).settled()
    assert "There are 8 seats." in messages.plain_text(await process.card())
