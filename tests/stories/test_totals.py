"""Totals of a server: members choose to share; moderators see totals of at least five members."""

import re

from tests.world import Person, World

WEEK = re.compile(
    r"Week (\d+) of 2026: sits (about \d+0|fewer than 10), check-ins (about \d+0|fewer than 10)"
)


async def sharing(world: World, count: int) -> list[Person]:
    """Invite members who save their weekly counts and share them."""
    people = [world.invite(f"Member {number}") for number in range(count)]
    for person in people:
        await person.agrees("Keep weekly counts")
        await person.agrees("Share in the totals")
    return people


async def a_week_of_sits(world: World, people: list[Person]) -> None:
    await world.pass_time(days=7)
    await people[0].opens(minutes=5)
    for person in people[1:]:
        await person.sits()
    await world.pass_time(days=8)


async def test_sharing_is_offered_once_weeks_are_counted_and_says_what_it_means(world: World) -> None:
    assert "Share in the totals" not in (await world.ada.uses("me")).buttons
    await world.ada.agrees("Keep weekly counts")
    me = await world.ada.uses("me")
    assert "Counts in the server's totals: not shared." in me.text
    asked = await world.ada.taps(me.panel, "Share in the totals")
    assert "Each whole week after this yes joins them, up to five sits and five check-ins." in asked.text
    assert "published totals stay and hold nobody." in asked.text
    receipt = await world.ada.taps(asked.panel, "Yes")
    assert "Kept: your yes to sharing your counts" in receipt.text
    assert "Counts in the server's totals: shared." in (await world.ada.uses("me")).text


async def test_five_members_who_share_are_one_blurred_number_in_picture_and_words(world: World) -> None:
    await a_week_of_sits(world, await sharing(world, 5))
    answer = await world.moderator.uses("quiet totals")
    (found,) = WEEK.findall(answer.text)
    assert found[0] == "3"
    assert found[2] in {"about 10", "fewer than 10", "about 20", "about 30", "about 40"}
    (alt,) = answer.panel.alts
    assert alt.splitlines()[1:] == [line for line in answer.text.splitlines() if line.startswith("Week ")]
    assert answer.panel.file.startswith(b"\x89PNG")
    assert answer.buttons == []
    assert "Member" not in answer.text
    assert (await world.moderator.uses("quiet totals")).text == answer.text


async def test_totals_of_four_members_are_not_shown(world: World) -> None:
    await a_week_of_sits(world, await sharing(world, 4))
    answer = await world.moderator.uses("quiet totals")
    assert "There is no week to show yet." in answer.text
    assert answer.panel.alts == []
    assert "if at least five members shared in it" in answer.text


async def test_totals_stay_after_a_member_deletes_their_data(world: World) -> None:
    people = await sharing(world, 6)
    await a_week_of_sits(world, people)
    before = (await world.moderator.uses("quiet totals")).text
    assert WEEK.search(before)
    asked = await people[0].uses("my-data delete")
    await people[0].taps(asked.panel, "In every server")
    assert (await world.moderator.uses("quiet totals")).text == before


async def test_members_do_not_see_totals_of_others(world: World) -> None:
    answer = await world.ada.forges_command("quiet", {"name": "totals", "type": 1, "options": []})
    assert "This is for those who manage the server." in answer.text


async def test_stopping_weekly_counts_stops_sharing_with_them(world: World) -> None:
    await world.ada.agrees("Keep weekly counts")
    await world.ada.agrees("Share in the totals")
    me = await world.ada.uses("me")
    await world.ada.taps(me.panel, "Stop and delete counts")
    assert (await world.row_counts())["consent"] == 0


async def test_a_server_that_is_forgotten_leaves_no_totals(world: World) -> None:
    await a_week_of_sits(world, await sharing(world, 5))
    await world.moderator.uses("quiet totals")
    assert (await world.row_counts())["weekly_total"] == 12
    await world.remove_bot()
    await world.pass_time(days=8)
    assert (await world.row_counts())["weekly_total"] == 0
