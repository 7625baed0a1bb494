"""`/quiet check`: it lists what does not work and why, and no problem that was fixed."""

import re

from bot.storage.database import Statements
from tests.world import Answer, World

WELL = "Everything that's set up here works."


async def check(world: World) -> Answer:
    return await world.moderator.uses("quiet check")


def granted_by_the_link(answer: Answer) -> int:
    (permissions,) = re.findall(r"[?&]permissions=(\d+)", answer.text)
    return int(permissions)


async def test_every_permission_says_what_needs_it_and_what_happens_without_it(world: World) -> None:
    answer = await check(world)
    assert WELL in answer.text
    assert (
        "**View Channels** lets me keep session cards up to date. Allowed.\n  Without it: no session"
        in answer.text
    )
    assert "**Send Messages** lets me post session cards. Allowed." in answer.text
    assert "Manage Channels" not in answer.text  # nothing here uses it
    assert "**Attach Files** is optional." in answer.text
    assert answer.panel.is_private


async def test_without_read_message_history_the_check_names_a_problem_and_its_reason(world: World) -> None:
    world.take_from_bot(read_message_history=False)
    answer = await check(world)
    assert WELL not in answer.text
    assert "**Read Message History** lets me find my own messages after a crash" in answer.text
    assert "when I can't tell whether a message was sent, I don't send it again" in answer.text
    world.take_from_bot(read_message_history=None)
    assert WELL in (await check(world)).text


async def test_attach_files_is_optional(world: World) -> None:
    world.let_bot(attach_files=False)
    world.let_everyone(attach_files=False)
    answer = await check(world)
    assert WELL in answer.text
    assert "Missing: Attach Files.\n  Without it: I answer without the picture or file" in answer.text
    world.let_bot(attach_files=True)
    assert "Missing" not in (await check(world)).text


async def test_the_link_grants_just_what_the_server_uses(world: World) -> None:
    answer = await check(world)
    assert granted_by_the_link(answer) == 1024 + 2048 + 65536
    assert f"guild_id={world.guild.id}" in answer.text
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    library_id = world.library.id

    async def change(statements: Statements) -> None:
        await statements.run(
            "set_voice", room_id=room.room_id, voice_channel_id=library_id, bot_made_voice=False
        )
        await statements.run("set_has_events", room_id=room.room_id, has_events=True)

    await world.database.write(change)
    answer = await check(world)
    assert granted_by_the_link(answer) & (1 << 44 | 1 << 20 | 1 << 4 | 1 << 21) == (
        1 << 44 | 1 << 20 | 1 << 4 | 1 << 21  # create events, connect, manage channels, speak
    )
    assert granted_by_the_link(answer) & 8 == 0  # never administrator
    assert "**Create Events** lets me announce scheduled sessions" in answer.text


async def test_a_room_whose_channel_is_closed_is_listed_with_its_times_until_it_opens(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="10:00", minutes=5)
    world.take_from_bot(send_messages=False)
    await world.settle()
    answer = await check(world)
    assert (
        f"- **Library** in {world.library.mention} isn't working: I need Send Messages there."
        " It works again once that's allowed.\n"
        "  The channel's own permissions don't allow it. You can allow it there for Alongside.\n"
        "  Its schedule doesn't open sessions until then.\n"
    ) in answer.text
    assert WELL not in answer.text
    await world.pass_time(hours=2)
    world.take_from_bot(send_messages=None)
    await world.settle()
    checked = await world.moderator.taps(answer.panel, "Check again")
    assert WELL in checked.text
    await world.pass_time(days=7)
    assert len(world.cards()) == 1


async def test_a_deleted_channel_is_named_and_another_one_fixes_it(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="10:00", minutes=5)
    await world.delete_library()
    other = world.guild.create_text_channel("parlour")
    await world.settle()
    actor = world.moderator
    actor._channel = other  # noqa: SLF001 - their channel was deleted
    answer = await check(world)
    assert "**Library** isn't working: its channel is gone." in answer.text
    panel = await actor.taps(answer.panel, "Set up")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    chosen = await actor.chooses(panel.panel, "Change a room", str(room.room_id))
    moved = await actor.chooses(chosen.panel, "Choose another channel for its card", other)
    assert f"the card of Library moves to {other.mention}" in moved.text
    assert WELL in (await check(world)).text
    await world.pass_time(hours=1)
    assert "Library" in world.cards(other)[-1].text


async def test_an_event_that_could_not_be_made_is_listed_and_is_made_once_it_can_be(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="19:00", minutes=5)
    world.let_bot(create_events=False)
    await world.settle()
    await world.moderator.uses("quiet room events", room="Library", announced=1)
    answer = await check(world)
    at = int(world.now.replace(hour=19).timestamp())
    assert f"**Library** has no event for <t:{at}:F> yet: I need Create Events.\n" in answer.text
    assert "Missing: Create Events." in answer.text
    world.let_bot(create_events=True)
    await world.settle()
    await world.pass_time(minutes=30)
    assert WELL in (await check(world)).text


async def test_permissions_missing_everywhere_are_listed_apart_from_those_of_one_channel(
    world: World,
) -> None:
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    await world.client.services.rooms.set_voice(world.guild.id, room.room_id, 1, made=False)
    world.let_bot(manage_channels=False, use_soundboard=False)
    await world.settle()
    answer = await check(world)
    assert "Missing: Manage Channels." in answer.text
    assert "Missing: Use Soundboard." in answer.text
    assert "**Library**: its voice channel is gone." in answer.text
    assert "The channel's own permissions" not in answer.text


async def test_check_ins_in_private_threads_wait_where_the_channel_denies_the_bot_threads(
    world: World,
) -> None:
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    await world.client.services.rooms.offer_threads(world.guild.id, room.room_id, offered=True)
    world.let_bot(create_private_threads=True, send_messages_in_threads=True)
    world.take_from_bot(send_messages_in_threads=False)
    await world.settle()
    assert (
        "**Library**: check-ins in its private threads don't come, and I offer no new threads. "
        "I need Send Messages in Threads in its channel.\n"
        "  The channel's own permissions don't allow it. You can allow it there for Alongside."
    ) in (await check(world)).text


async def test_only_members_who_manage_the_server_can_check(world: World) -> None:
    answer = await world.ada.forges_command("quiet", {"name": "check", "type": 1, "options": []})
    assert answer.text == "You need Manage Server for this. Nothing was changed."


async def test_a_check_during_an_outage_says_so(world: World) -> None:
    await world.outage()
    assert (await check(world)).text.startswith("I can't reach this server through Discord right now.")


async def test_a_check_costs_discord_nothing_and_shows_no_people(world: World) -> None:
    await world.ada.opens()
    world.spent()
    answer = await check(world)
    assert world.spent() == []
    assert str(world.ada.id) not in answer.text
