"""Set-up as one guided panel: it suggests the next step, and every choice can be changed there."""

import pytest

from bot.texts import catalogue
from tests.world import Shown, World


async def first_room(world: World) -> str:
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    return str(room.room_id)


async def room_panel(world: World) -> Shown:
    panel = await world.moderator.uses("quiet setup")
    chosen = await world.moderator.chooses(panel.panel, "Change a room", await first_room(world))
    return chosen.panel


async def test_the_panel_leads_from_nothing_to_a_server_that_is_set_up(empty_world: World) -> None:
    world, mika = empty_world, empty_world.moderator
    panel = await mika.uses("quiet setup")
    assert "No room yet. Choose a channel below" in panel.text
    panel = await mika.chooses(panel.panel, "Add a room: choose its channel", world.library)
    assert "Next, if you like: add a schedule" in panel.text
    zone = await mika.taps(panel.panel, "Time zone")
    panel = await mika.sends(zone, zone="Europe/Berlin")
    form = await mika.taps(panel.panel, "Add a schedule")
    panel = await mika.sends(
        form, room=[await first_room(world)], days="Monday", time="19:30", minutes=["25"]
    )
    assert "Next, if you like: add help contacts" in panel.text
    form = await mika.taps(panel.panel, "Help contacts")
    panel = await mika.sends(form, help_contacts="A helpline: 123")
    assert "Everything is set up. You can change it here at any time." in panel.text
    assert "Time zone: Europe/Berlin" in panel.text
    checked = await mika.taps(panel.panel, "Check")
    assert "Everything that's set up here works." in checked.text
    assert "Everything is set up." in (await mika.taps(checked.panel, "Set up")).text


async def test_voice_is_added_and_given_up_in_the_panel(world: World) -> None:
    panel = await room_panel(world)
    assert "Silent voice channel: none." in panel.text
    form = await world.moderator.taps(panel, "Add silent voice")
    added = await world.moderator.sends(form, limit="")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    assert room.voice_channel_id is not None
    assert f"Silent voice channel: <#{room.voice_channel_id}>" in added.text
    asked = await world.moderator.taps(added.panel, "Delete voice channel")
    gone = await world.moderator.taps(asked.panel, "Delete it")
    assert "Silent voice channel: none." in gone.text
    assert room.voice_channel_id not in world.env.backend.channels


async def test_a_voice_channel_takes_as_many_people_as_a_moderator_types(world: World) -> None:
    form = await world.moderator.taps(await room_panel(world), "Add silent voice")
    for typed in ("many", "-1", "100"):
        refused = await world.moderator.sends(form, limit=typed)
        assert "A voice channel can take 1 to 99 people. Leave the field empty" in refused.text
        form = await world.moderator.taps(refused.panel, "Open the form again")
    await world.moderator.sends(form, limit="12")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    (channel,) = world.client.guilds[0].voice_channels
    assert (channel.id, channel.user_limit) == (room.voice_channel_id, 12)


async def test_events_are_switched_in_the_panel(world: World) -> None:
    panel = await room_panel(world)
    assert "Discord events: off." in panel.text
    on = await world.moderator.taps(panel, "Announce as events")
    assert "Discord events: on." in on.text
    assert "Discord events: off." in (await world.moderator.taps(on.panel, "Turn events off")).text


async def test_the_arriving_question_is_switched_in_the_panel(world: World) -> None:
    panel = await room_panel(world)
    on = await world.moderator.taps(panel, "Turn hello buttons on")
    assert "Hello buttons: on." in on.text
    assert "Hello buttons: off." in (await world.moderator.taps(on.panel, "Turn hello buttons off")).text


async def test_the_panel_of_a_room_leads_back(world: World) -> None:
    back = await world.moderator.taps(await room_panel(world), "Back")
    assert "Quiet rooms: set-up" in back.text


@pytest.mark.parametrize(
    "label",
    [
        "Add silent voice",
        "Announce as events",
        "Turn hello buttons on",
        "Let only moderators open them",
        "Back",
    ],
)
async def test_a_former_moderator_cannot_change_anything(world: World, label: str) -> None:
    panel = await room_panel(world)
    world.demote(world.moderator)
    answer = await world.moderator.taps(panel, label)
    assert answer.private[-1].text == "You need Manage Server for this. Nothing was changed."
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    assert (room.voice_channel_id, room.has_events, room.asks_arriving) == (None, False, False)
    assert room.members_may_open


@pytest.mark.parametrize("room", ["0", "999", "x", "9" * 30])
async def test_a_forged_room_is_refused(world: World, room: str) -> None:
    panel = await world.moderator.uses("quiet setup")
    for detail in (
        f"show_room:{room}",
        *(f"{verb}:{room}.1" for verb in ("add_voice", "leave_voice", "delete_voice", "ask_remove_room")),
        *(f"{switch}:{room}.1.1" for switch in ("events", "question", "threads", "remove_room")),
    ):
        answer = await world.moderator.forges(f"setup:{detail}:v1", panel.panel)
        expected = (
            "That room isn't here any more." if room == "999" else "This button is from an older version."
        )
        assert answer.private[-1].text.startswith(expected)


async def test_every_language_of_the_catalogue_is_offered_for_cards(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    names = [catalogue.load(each)["language"]["name"] for each in catalogue.locales()]
    assert panel.panel.options("Language of cards") == ["Same as in Discord", *names]


async def test_cards_are_in_the_language_that_was_chosen_or_else_in_discords(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    assert "Language of cards: English, as set in this server's Discord settings" in panel.text
    await world.ada.opens(minutes=5)
    assert "Die Session endet um" not in world.card_text()
    assert panel.panel.options("Language of cards")[0] == "Same as in Discord"
    chosen = await world.moderator.chooses(panel.panel, "Language of cards", "de")
    assert "Language of cards: Deutsch" in chosen.text
    await world.ben.sits()
    assert "Die Session endet um" in world.card_text()
    followed = await world.moderator.chooses(chosen.panel, "Language of cards", "discord")
    assert "as set in this server's Discord settings" in followed.text
    world.rename(preferred_locale="de")
    await world.cleo.taps(world.card(), "Hinsetzen")
    assert "Die Session endet um" in world.card_text()


@pytest.mark.parametrize(
    ("locale", "refusal"),
    [
        ("xx", "I don't speak that language yet. Nothing was changed."),
        ("../x", "This button is from an older version. Use the command again, and it will work."),
    ],
)
async def test_a_language_without_a_catalogue_is_refused(world: World, locale: str, refusal: str) -> None:
    panel = await world.moderator.uses("quiet setup")
    answer = await world.moderator.forges(
        "setup:set_language:1:v1", panel.panel, component_type=3, values=[locale]
    )
    assert answer.private[-1].text == refusal
