"""The patches of SimCord: each test fails when an upgrade makes its patch needless."""

import discord
import pytest
from discord.http import Route

from bot.gateway.interactions import anyone, guarded
from tests.world import UNPATCHED_BASE_PAYLOAD, UNPATCHED_REQUEST, World, settling_defaults


def test_simcord_still_sleeps_after_each_action() -> None:
    assert settling_defaults()["idle"] >= 0.01


async def test_simcord_still_gives_every_member_the_same_locale(world: World) -> None:
    world.locales[world.ada.id] = "de"
    _, payload = UNPATCHED_BASE_PAYLOAD(
        world.env.backend,
        type=2,
        channel_id=world.library.id,
        guild_id=world.guild.id,
        user_id=world.ada.id,
        data={},
    )
    assert payload["locale"] == "en-US"


@pytest.mark.parametrize("locale", ["sv-SE", "en-GB", "a language of tomorrow"])
async def test_a_language_without_a_catalogue_is_answered_in_english(world: World, locale: str) -> None:
    world.locales[world.ada.id] = locale
    answer = await world.ada.opens()
    assert "You have a seat in Library." in answer.text


async def test_people_act_at_once_where_a_story_says_so(world: World) -> None:
    await world.ada.opens()
    seen = len(world.env.backend.transcript)
    answers = await world.act_at_once([world.ben.sits, world.cleo.sits])
    assert all(answer.is_acknowledged for answer in answers)
    happened = [name for _, name, _ in world.env.backend.transcript[seen:]]
    assert happened[:2] == ["INTERACTION_CREATE", "INTERACTION_CREATE"]


async def test_simcord_still_knows_no_nonces(world: World) -> None:
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=world.library.id)
    body = {"content": "once", "nonce": "1", "enforce_nonce": True, "allowed_mentions": {"parse": []}}
    for _ in range(2):
        await UNPATCHED_REQUEST(world.client.http, route, json=body)  # type: ignore[arg-type] # SimCord's own client
    assert len(world.posts()) == 2
    for _ in range(2):
        await world.client.http.request(route, json=body)
    assert len(world.posts()) == 3


async def test_a_story_fails_when_an_answer_is_seen_by_everyone(world: World) -> None:
    @guarded(anyone)
    @world.client.tree.command(name="shout", guild=None)
    async def shout(interaction: discord.Interaction) -> None:
        """Answer publicly."""
        await interaction.response.send_message("seen by everybody")

    await world.client.tree.set_translator(None)  # the catalogue has no texts of this command
    await world.client.tree.sync()
    await world.ada.uses("shout")
    with pytest.raises(AssertionError, match="seen by everybody"):
        world.check()
    world.env.http_requests.clear()


async def test_a_story_fails_when_a_message_mentions_someone(world: World) -> None:
    channel = world.client.get_partial_messageable(world.library.id)
    await channel.send("@everyone", allowed_mentions=discord.AllowedMentions.all())
    with pytest.raises(AssertionError, match="everyone"):
        world.check()
    world.env.http_requests.clear()


async def test_a_story_fails_when_a_room_has_two_cards(world: World) -> None:
    await world.ada.opens()
    world.check()
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=world.library.id)
    body = {
        "components": world.card().message.components,
        "flags": 1 << 15,
        "allowed_mentions": {"parse": []},
    }
    await world.client.http.request(route, json=body)
    assert len(world.cards()) == 2
    with pytest.raises(AssertionError, match="Counter"):
        world.check()
    await world.client.http.delete_message(world.library.id, world.card().message.id)
