"""/my-data, /privacy and help: saved data can be shown, exported and deleted, from anywhere."""

import json
import re
from typing import Any

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.personal_data import PERSONAL
from bot.scheduling.quiet_times import UNTIL_RESUMED
from bot.storage.database import Statements
from bot.texts.catalogue import Texts
from tests.storage.members import begin_sending_next, choose_notices
from tests.stories.checkins import begins
from tests.world import Answer, Person, World

SAY = Texts().to("en")
NOTHING = "Nothing is saved about you here."


async def _lives_a_little(person: Person) -> None:
    await person.world.moderator.uses("quiet room hello", room="Library", asks=1)
    await person.agrees("Show my name")
    await person.agrees("Turn on weekly counts")
    panel = await person.uses("checkins")
    await person.taps(panel.panel, "Yes, begin")
    await person.opens(minutes=50)
    await person.taps(person.world.card(), "Pass")
    await _stops_by(person)


async def _stops_by(person: Person) -> None:
    """Set up a channel check-in and let the person answer it."""
    kept = person.world.client.services.channel_checkins
    one = await kept.add(person.world.guild.id, 5, 1, int(person.id) % 1000, "UTC")
    await kept.outbox.note_sent(one.channel_checkin_id, 7, 1)
    await kept.note_answered(person.world.guild.id, one.channel_checkin_id, 1, 5, 7, person.id)


def _document(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.panel.file)
    return found


async def test_nothing_is_saved_about_a_member_who_chose_nothing(world: World) -> None:
    for command in ("rooms", "me", "help", "privacy", "help-now", "my-data show"):
        await world.ada.uses(command)
    assert (await world.ada.uses("my-data show")).text == NOTHING
    assert all(rows == [] for rows in _document(await world.ada.uses("my-data export"))["tables"].values())


async def test_privacy_says_who_can_read_what_is_saved(world: World) -> None:
    text = (await world.ada.uses("privacy")).text
    assert "The people who run this bot can read its database." in text
    assert "haven't linked a page about who they are" in text


async def test_every_row_is_shown_in_words(world: World) -> None:
    await _lives_a_little(world.ada)
    text = (await world.ada.uses("my-data show")).text
    assert "What you agreed to" in text
    assert "what you agreed to: showing your name" in text
    assert "what you agreed to: weekly counts" in text
    assert "how the card shows you (named, counted or hidden): named" in text
    assert "your time zone: UTC" in text
    assert "how often you took a seat or sat again: 1" in text
    assert "/my-data export" not in text  # which is named where a panel has no room for all of it


async def test_the_export_holds_every_table_with_its_meaning(world: World) -> None:
    await _lives_a_little(world.ada)
    await _lives_a_little(world.ben)
    for person in (world.ada, world.ben):  # the next check-in is on its way
        cadence = await world.client.services.checkins.find(person.id, world.guild.id)
        assert cadence is not None
        await begin_sending_next(world.client.services, cadence)
        (room,) = await world.client.services.rooms.of_guild(world.guild.id)
        await choose_notices(world.client.services, person.id, room)
    document = _document(await world.ada.uses("my-data export"))
    assert document["format"] == "alongside-export"
    assert document["member_id"] == str(world.ada.id)
    assert set(document["tables"]) == {table.table for table in PERSONAL}
    for table, rows in document["tables"].items():
        assert rows, table
        assert set(rows[0]) <= set(document["meanings"][table])
    assert document["tables"]["weekly_count"][0]["sits"] == 1
    assert str(world.ben.id) not in json.dumps(document)


async def test_deleting_asks_once_and_then_leaves_nothing_here(world: World) -> None:
    await _lives_a_little(world.ada)
    await _lives_a_little(world.ben)
    await world.ben.nods()
    asked = await world.ada.uses("my-data delete")
    assert asked.buttons == ["In this server", "In every server", "Keep everything"]
    kept = await world.ada.taps(asked.panel, "Keep everything")
    assert kept.text == "Nothing was deleted."
    assert (await world.ada.uses("my-data show")).text != NOTHING
    asked = await world.ada.uses("my-data delete")
    deleted = await world.ada.taps(asked.panel, "In this server")
    done = (
        f"Done on <t:{int(world.now.timestamp())}:f>. Nothing is saved about you for this server any more."
    )
    assert deleted.text.splitlines()[0] == done
    assert "A coded note of the deletion, without your ID, is saved for 90 days" in deleted.text
    assert (await world.ada.uses("my-data show")).text == NOTHING
    assert (await world.ben.uses("my-data show")).text != NOTHING
    assert f"Here: {world.ben.mention}" in world.card_text()
    assert world.ada.mention not in world.card_text()
    count = len(world.ada.direct_messages)
    await world.pass_time(days=30)
    assert len(world.ada.direct_messages) == count


async def test_deleting_here_leaves_other_servers_alone(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    await world.ada.agrees("Turn on weekly counts")
    await elsewhere.agrees("Turn on weekly counts")
    asked = await world.ada.uses("my-data delete")
    await world.ada.taps(asked.panel, "In this server")
    assert "Weekly counts are off." in (await world.ada.uses("me")).text
    assert "Weekly counts are on." in (await elsewhere.uses("me")).text


async def test_direct_messages_show_export_and_delete_everything_everywhere(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    await elsewhere.agrees("Turn on weekly counts")
    await _lives_a_little(world.ada)
    await world.ben.sits()
    shown = await world.ada.uses_in_dm("my-data show")
    assert shown.text.count("what you agreed to: weekly counts") == 2
    document = _document(await world.ada.uses_in_dm("my-data export"))
    assert document["guild_id"] is None
    assert len(document["tables"]["consent"]) == 4
    asked = await world.ada.uses_in_dm("my-data delete")
    assert asked.buttons == ["In every server", "Keep everything"]
    deleted = await world.ada.taps(asked.panel, "In every server")
    assert ">. Nothing is saved about you for any server any more.\n" in deleted.text
    assert (await world.ada.uses_in_dm("my-data show")).text == NOTHING
    assert "Weekly counts are off." in (await elsewhere.uses("me")).text
    assert world.ada.mention not in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()


async def test_my_data_can_be_opened_from_the_me_panel_too(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    me = await world.ada.uses("me")
    shown = await world.ada.taps(me.panel, "My data")
    assert "What you agreed to" in shown.text
    file = await world.ada.taps(shown.panel, "Get a file")
    assert len(_document(file)["tables"]["consent"]) == 1
    asked = await world.ada.taps(shown.panel, "Delete all")
    await world.ada.taps(asked.panel, "In every server")
    assert (await world.ada.uses("my-data show")).text == NOTHING


async def test_a_deletion_that_is_tapped_twice_is_done_once_and_answered_twice(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    asked = await world.ada.uses("my-data delete")
    answers = await world.act_at_once([lambda: world.ada.taps(asked.panel, "In this server")] * 2)
    assert len(answers) == 2
    assert {answer.text.partition(">. ")[2].splitlines()[0] for answer in answers} == {
        "Nothing is saved about you for this server any more."
    }


async def test_deleted_rows_leave_no_trace_in_the_files(world: World) -> None:
    await _lives_a_little(world.ada)
    needle = world.ada.id.to_bytes(8, "big")
    assert needle in b"".join(file.read_bytes() for file in world.files())
    asked = await world.ada.uses("my-data delete")
    await world.ada.taps(asked.panel, "In every server")
    assert needle not in b"".join(file.read_bytes() for file in world.files())


async def test_a_member_with_rows_in_many_servers_is_shown_what_fits_and_gets_the_rest_as_a_file(
    world: World,
) -> None:
    consents = world.client.services.consents
    for number in range(40):
        for purpose in (Purpose.SHOW_NAME, Purpose.WEEKLY_COUNTS):
            await consents.agree(world.ada.id, 10**17 + number, purpose, VERSIONS[purpose])
    shown = await world.ada.uses_in_dm("my-data show")
    assert "There is more." in shown.text
    assert "Get a file" in shown.buttons
    document = _document(await world.ada.uses_in_dm("my-data export"))
    assert len(document["tables"]["consent"]) == 80


async def test_every_week_that_is_saved_is_shown_row_by_row(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")

    async def count(statements: Statements) -> None:
        for week in range(202601, 202621):
            await statements.run("count_sit", member_id=world.ada.id, guild_id=world.guild.id, week=week)

    await world.database.write(count)
    shown = await world.ada.uses("my-data show")
    assert shown.text.count("> the week, Monday to Sunday: ") == 20


async def test_privacy_is_made_from_the_tables_themselves(world: World) -> None:
    for answer in (await world.ada.uses("privacy"), await world.ada.uses_in_dm("privacy")):
        for table in PERSONAL:
            assert f"{table.what(SAY)[1:]}. Saved until {table.until(SAY)}." in answer.text
        assert "Moderators see rooms, never people." in answer.text


async def test_a_member_of_a_server_that_removed_the_bot_has_their_data_in_direct_messages(
    world: World,
) -> None:
    elsewhere = world.elsewhere(world.ada)
    await elsewhere.agrees("Turn on weekly counts")
    await _lives_a_little(world.ada)
    await world.remove_bot()
    shown = await world.ada.uses_in_dm("my-data show")
    assert shown.text.count("what you agreed to: weekly counts") == 2
    document = _document(await world.ada.uses_in_dm("my-data export"))
    assert {row["guild_id"] for row in document["tables"]["consent"]} > {str(world.guild.id)}
    asked = await world.ada.uses_in_dm("my-data delete")
    await world.ada.taps(asked.panel, "In every server")
    assert (await world.ada.uses_in_dm("my-data show")).text == NOTHING
    needle = world.ada.id.to_bytes(8, "big")
    assert needle not in b"".join(file.read_bytes() for file in world.files())


async def test_my_data_speaks_of_servers_rooms_and_dates_in_words(world: World) -> None:
    await _lives_a_little(world.ada)
    text = (await world.ada.uses("my-data show")).text.replace("\u2009\u2013\u2009", " - ")
    assert "the server: Reading circle" in text
    assert "the session's room: Library" in text
    assert "the channel check-in: <#5>" in text
    assert "the month you last used the bot in that server: January 2026" in text
    assert "the days you chose: Monday, Tuesday, Wednesday, Thursday, Friday" in text
    assert "the day of the last one: January 5, 2026" in text
    assert "the week, Monday to Sunday: Jan 5 - 11, 2026" in text
    assert f"your time zone: UTC, where it's {world.now:%H:%M} now" in text
    assert "which texts have come, so that they don't repeat soon: one text" in text
    assert "Discord's IDs" in text


async def test_my_data_shows_no_ids_and_no_numbers_of_our_own(world: World) -> None:
    await _lives_a_little(world.ada)
    cadence = await world.client.services.checkins.find(world.ada.id, world.guild.id)
    assert cadence is not None
    await begin_sending_next(world.client.services, cadence)
    for shown in (await world.ada.uses("my-data show"), await world.ada.uses_in_dm("my-data show")):
        readable = re.sub(r"<#\d+>|<t:\d+:\w>", "", shown.text)
        assert not re.search(r"\d{6,}", readable), readable
        assert "the bot's number for your check-ins" not in readable


async def test_a_pause_without_an_end_is_not_shown_as_the_year_9999(world: World) -> None:
    await begins(world.ada)
    await world.ada.uses("pause")
    text = (await world.ada.uses("my-data show")).text
    assert "paused until: you use /resume" in text
    assert f"<t:{int(UNTIL_RESUMED.timestamp())}" not in text


async def test_a_value_that_cannot_be_read_is_shown_as_it_is_saved(world: World) -> None:
    await begins(world.ada)

    async def damage(statements: Statements) -> None:
        await statements.run(
            "set_active_month",
            member_id=world.ada.id,
            guild_id=world.guild.id,
            purpose="checkins",
            active_month=202677,
        )

    await world.database.write(damage)
    assert "in that server: 202677" in (await world.ada.uses("my-data show")).text


async def test_a_server_that_the_bot_left_is_shown_without_its_id(world: World) -> None:
    elsewhere = world.elsewhere(world.ada)
    await elsewhere.agrees("Turn on weekly counts")
    await _lives_a_little(world.ada)
    await world.remove_bot()
    shown = await world.ada.uses_in_dm("my-data show")
    assert "the server: a server that I'm not in right now" in shown.text
    assert str(world.guild.id) not in shown.text
