"""Direct messages with the bot: which commands work there, and what they say about the member's servers."""

import ast

from cogs.checkins.choices import Choices
from tests.stories.calls import (
    IN_SERVER,
    NOT_A_MEMBER,
    SUBJECTS,
    Known,
    by_subject,
    check_private,
    commands,
    forges,
    options,
)
from tests.world import World

EVERYWHERE = {"me", "checkins", "pause", "resume", "my-data", "privacy", "help", "help-now"}
SERVER, DIRECT = 0, 1  # Discord's numbers of contexts; 2 is a group of people


async def test_discord_offers_each_command_where_it_works(world: World) -> None:
    _, payload = await world.client.local_commands()
    contexts = {each["name"]: each["contexts"] for each in payload}
    assert contexts == {name: [SERVER, DIRECT] if name in EVERYWHERE else [SERVER] for name in contexts}
    assert EVERYWHERE | {"sit", "rooms", "quiet"} <= set(contexts)
    assert {tuple(each["integration_types"]) for each in payload} == {(SERVER,)}
    registered = await world.client.registered_commands()
    assert {each["name"]: each["contexts"] for each in registered} == contexts


async def test_a_server_command_that_is_sent_from_direct_messages_is_refused(
    world: World, known: Known
) -> None:
    before = await world.dump()
    for command in commands(world):
        if command.qualified_name.split()[0] not in EVERYWHERE:
            answer = await forges(world.ada, command, options(command, known, "Library"), is_direct=True)
            assert check_private(answer, command.qualified_name) == IN_SERVER
    assert await world.dump() == before


# /me


async def test_me_shows_the_choices_of_the_only_server_with_some(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    me = await world.ada.uses_in_dm("me")
    assert me.text.startswith("### Your choices in Reading circle\n")
    assert "Weekly counts are on." in me.text
    asked = await world.ada.taps(me.panel, "Show my name")
    given = await world.ada.taps(asked.panel, "Yes")
    assert "You agreed to showing your name in Reading circle on " in given.text
    assert "Your name is shown on cards." in (await world.ada.uses("me")).text


async def test_me_offers_a_choice_of_servers_by_name(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    for person in (world.ada, elsewhere):
        await person.agrees("Turn on weekly counts")
    await elsewhere.agrees("Show my name")
    asked = await world.ada.uses_in_dm("me")
    assert asked.panel.options("Choose a server") == ["Another place", "Reading circle"]
    me = await world.ada.chooses(asked.panel, "Choose a server", str(elsewhere.actor.guild.id))
    assert "### Your choices in Another place\n" in me.text
    assert "Your name is shown on cards." in me.text
    await world.ada.taps(me.panel, "Hide my name")
    assert "Your name isn't shown on cards." in (await elsewhere.uses("me")).text


async def test_me_says_what_to_do_where_nothing_was_chosen_and_saves_nothing(world: World) -> None:
    before = await world.dump()
    me = await world.ada.uses_in_dm("me")
    assert "To choose something, use /me in a server." in me.text
    assert me.buttons == []
    assert await world.dump() == before


async def test_me_leaves_out_a_server_that_the_bot_is_not_in_any_more(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    for person in (world.ada, elsewhere):
        await person.agrees("Turn on weekly counts")
    await world.remove_bot()
    assert "### Your choices in Another place\n" in (await world.ada.uses_in_dm("me")).text


async def test_the_panel_of_a_server_that_the_member_is_not_in_cannot_be_asked_for(world: World) -> None:
    dora = world.elsewhere(world.invite("dora"))
    panel = (await world.ada.uses_in_dm("help")).panel
    answer = await world.ada.forges("me:choose::v1", panel, values=[str(dora.actor.guild.id)])
    assert answer.private[-1].text.endswith(NOT_A_MEMBER)


async def test_a_new_consent_by_direct_message_needs_membership(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    me = await world.ada.uses_in_dm("me")
    world.leaves(world.ada)
    refused = await world.ada.taps(me.panel, "Show my name")
    assert refused.private[-1].text.endswith(NOT_A_MEMBER)
    agreeing = f"consent:give:{world.guild.id}.show_name.1:v1"
    another = (await world.ada.uses_in_dm("help")).panel
    assert (await world.ada.forges(agreeing, another)).private[-1].text.endswith(NOT_A_MEMBER)
    turned_off = await world.ada.taps(me.panel, "Stop and delete counts")
    assert "You turned off weekly counts in Reading circle" in turned_off.text


# /my-data


async def test_my_data_names_servers_and_can_delete_one_of_them(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    for person in (world.ada, elsewhere):
        await person.agrees("Turn on weekly counts")
    every = await world.ada.uses_in_dm("my-data show")
    assert str(world.guild.id) not in every.text
    assert "> the server: Reading circle\n" in every.text
    one = await world.ada.chooses(every.panel, "Show one server", str(elsewhere.actor.guild.id))
    assert one.text.startswith("### What is saved about you in Another place\n")
    assert "Reading circle" not in one.text
    asked = await world.ada.taps(one.panel, "Delete all")
    assert asked.buttons == ["In Another place", "In every server", "Keep everything"]
    deleted = await world.ada.taps(asked.panel, "In Another place")
    assert "Nothing is saved about you for Another place any more." in deleted.text
    left = await world.ada.uses_in_dm("my-data show")
    assert "Reading circle" in left.text
    assert "Another place" not in left.text


# /checkins


async def test_checkins_begin_in_the_only_server_that_is_shared(world: World) -> None:
    panel = await world.ada.uses_in_dm("checkins", days="daily", per_week=3)
    assert panel.text.startswith("### Check-ins in Reading circle\n")
    assert "up to 3 times a week, any day" in panel.text
    evening = await world.ada.chooses(panel.panel, "Time of day", "evening")
    assert evening.text.startswith("### Check-ins in Reading circle\n")
    begun = await world.ada.taps(evening.panel, "Yes, begin")
    assert "Check-ins are on: up to 3 times a week, any day, in the evening" in begun.text
    assert "You agreed to check-ins in Reading circle on " in begun.text
    cadence = await world.client.services.checkins.find(world.ada.id, world.guild.id)
    assert cadence is not None
    again = await world.ada.uses_in_dm("checkins")
    assert again.text.startswith("### Check-ins in Reading circle\n")
    assert "Stop" in again.buttons


async def test_checkins_offer_the_shared_servers_by_name_and_keep_what_was_given(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    world.elsewhere(world.ben)  # a third one, where Ada is not
    asked = await world.ada.uses_in_dm("checkins", window="midday", zone="europe/berlin")
    assert asked.panel.options("Choose a server") == ["Another place", "Reading circle"]
    panel = await world.ada.chooses(asked.panel, "Choose a server", str(elsewhere.actor.guild.id))
    assert panel.text.startswith("### Check-ins in Another place\n")
    assert "at midday, 11 to 14, Europe/Berlin time" in panel.text
    await world.ada.taps(panel.panel, "Yes, begin")
    checkins = world.client.services.checkins
    assert await checkins.find(world.ada.id, elsewhere.actor.guild.id) is not None
    assert await checkins.find(world.ada.id, world.guild.id) is None


async def test_a_bot_in_many_servers_finds_one_by_its_name(world: World) -> None:
    for number in range(12):
        world.env.create_guild(f"Place {number}")
    asked = await world.ada.uses_in_dm("checkins")
    assert "I can't see from here which servers we share." in asked.text
    assert world.spent() == []
    form = await world.ada.taps(asked.panel, "Another server")
    unknown = await world.ada.sends_in_dm(form, server="Place 3")
    assert "I can't find you in a server called Place 3." in unknown.text
    form = await world.ada.taps(asked.panel, "Another server")
    found = await world.ada.sends_in_dm(form, server=" reading CIRCLE ")
    assert found.text.startswith("### Check-ins in Reading circle\n")
    assert world.spent() == ["GET /guilds/*/members/*"] * 2


async def test_repeating_a_command_asks_discord_once_a_minute(world: World) -> None:
    for _ in range(5):
        await world.ada.uses_in_dm("checkins")
    assert world.spent() == ["GET /guilds/*/members/*"]


async def test_where_discord_cannot_say_a_server_with_data_counts_as_shared(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    world.fail("GET", "/guilds/*/members/*", status=503)
    assert "### Check-ins in Reading circle" in (await world.ada.uses_in_dm("checkins")).text
    assert "I can't see from here which servers we share." in (await world.ben.uses_in_dm("checkins")).text


# /help-now


async def test_help_now_shows_the_contacts_of_shared_servers_by_name(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    settings = world.client.services.server_settings
    await settings.set_help_contacts(world.guild.id, "**Night line** 0800 1")
    await settings.set_help_contacts(world.elsewhere(world.ben).actor.guild.id, "Not for Ada")
    answer = await world.ada.uses_in_dm("help-now")
    assert "**Another place**\nThis server hasn't listed any help contacts yet.\n" in answer.text
    assert "**Reading circle**\n**Night line** 0800 1\n" in answer.text
    assert "Not for Ada" not in answer.text
    assert "your local emergency number" in answer.text
    assert elsewhere.actor.guild.id != world.guild.id


async def test_help_now_says_what_to_do_where_no_server_is_known(world: World) -> None:
    world.leaves(world.ada)
    answer = await world.ada.uses_in_dm("help-now")
    assert "Use /help-now in a server to see its list." in answer.text
    assert "your local emergency number" in answer.text


# Rows


async def test_nothing_in_direct_messages_saves_a_row_of_no_server(world: World, known: Known) -> None:
    shown = (await world.ada.uses_in_dm("help")).panel
    for command in commands(world):
        for text in ("Library", "weekdays", "1"):
            await forges(world.ada, command, options(command, known, text), is_direct=True)
    for subject in SUBJECTS:
        for route in by_subject(subject):
            custom_id = route.of(known.payload(route.payload))
            for forged in (custom_id, custom_id.replace(str(world.guild.id), "0")):
                await world.ada.forges(forged, shown, values=["0"])
    await world.ada.forges(f"checkins:agree:1.{Choices.usual(0, 'UTC').encode()}:v1", shown)
    tables = await world.dump()
    columns = await world.columns()
    of_server = {name for name, names in columns.items() if "guild_id" in names} - {"due"}
    assert len(of_server) > 8
    for name in of_server:
        place = columns[name].index("guild_id")
        assert [row for row in tables[name] if ast.literal_eval(row)[place] == 0] == [], name
