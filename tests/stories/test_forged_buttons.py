"""Buttons that a member forges: of another version, with another number, of another member or server."""

import logging

import pytest

from tests.stories.calls import says_calmly
from tests.world import World


@pytest.mark.parametrize(
    "custom_id",
    [
        "rooms:dance:1:v1",
        "rooms:sit:1:v0",
        "rooms:sit:1:v2",
        "unknown:verb::v1",
        "checkins:answer:1.1.here:v99",
    ],
)
async def test_a_button_of_another_version_says_so(world: World, custom_id: str) -> None:
    await world.ada.opens()
    before = await world.row_counts()
    answer = await world.ben.forges(custom_id)
    assert answer.text == "This button is from an older version. Use the command again, and it will work."
    assert await world.row_counts() == before


@pytest.mark.parametrize(
    "custom_id",
    [
        *(f"rooms:{verb}:99999:v1" for verb in ("sit", "slip", "nod", "leave", "again", "hide", "count")),
        *(f"checkins:{verb}:99999:v1" for verb in ("change", "times", "less_often", "stop")),
        *(f"checkins:answer:99999.1.{answer}:v1" for answer in ("here", "quiet", "pass")),
        "checkins:pause::v1",
        "checkins:resume::v1",
    ],
)
async def test_a_forged_number_reaches_nothing(empty_world: World, custom_id: str) -> None:
    world = empty_world
    panel = await world.ada.uses("help")
    helped, before = panel.text, await world.row_counts()
    answer = await world.ada.forges(custom_id, panel.panel)
    assert says_calmly(answer.private[0].text)
    assert answer.private[0].text != helped
    assert await world.row_counts() == before


@pytest.mark.parametrize("verb", ["ask_zone", "ask_help_contacts", "ask_schedule", "show", "check"])
async def test_a_forged_button_of_set_up_shows_a_member_nothing(world: World, verb: str) -> None:
    await world.moderator.uses("quiet room add", channel=world.hidden_channel(), name="Attic")
    panel = await world.ada.uses("help")
    answer = await world.ada.forges(f"setup:{verb}::v1", panel.panel)
    assert answer.form is None
    assert answer.private[-1].text == "You need Manage Server for this. Nothing was changed."


@pytest.mark.parametrize(
    "verb",
    [
        "answer:{}.1.here",
        "answer:{}.1.quiet",
        "answer:{}.1.pass",
        "change:{}",
        "times:{}",
        "less_often:{}",
        "stop:{}",
    ],
)
async def test_another_members_check_ins_cannot_be_changed(world: World, verb: str) -> None:
    panel = await world.ada.uses("checkins")
    await world.ada.taps(panel.panel, "Yes, begin")
    number = world.ada.direct_messages[-1].custom_id("Change").split(":")[2]
    help_panel = await world.ben.uses("help")
    before = await world.ada.uses("my-data show")
    answer = await world.ben.forges(f"checkins:{verb.format(number)}:v1", help_panel.panel)
    assert answer.private[-1].text.startswith("This check-in is for someone else.")
    assert (await world.ada.uses("my-data show")).text == before.text


@pytest.mark.parametrize("verb", ["sit", "sit_here", "hide", "count", "nod", "slip", "leave"])
async def test_a_session_of_another_server_is_out_of_reach(world: World, verb: str) -> None:
    await world.ada.opens()
    number = world.card().custom_id("Sit").split(":")[2]
    stranger = world.elsewhere(world.invite("dora"), manages=True)
    panel = await stranger.uses("help")
    before = await world.row_counts()
    answer = await stranger.forges(f"rooms:{verb}:{number}:v1", panel.panel)
    said = answer.private[-1].text
    assert "That session has closed." in said
    assert await world.row_counts() == before
    assert "Library" not in "".join(each.text for each in answer.private)


async def test_rooms_and_times_of_another_server_are_out_of_reach(world: World) -> None:
    room = (await world.moderator.types("quiet room remove", "room", ""))["Library"]
    await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time="19:30", minutes=25
    )
    (time,) = (await world.moderator.types("quiet schedule remove", "schedule", "")).values()
    stranger = world.elsewhere(world.invite("dora"), manages=True)
    before = await world.row_counts()
    for command, options in (
        ("sit", {"room": room}),
        ("quiet room remove", {"room": room}),
        ("quiet schedule remove", {"schedule": time}),
        ("quiet schedule add", {"room": room, "days": "Monday", "time": "9", "minutes": 5}),
    ):
        answer = await stranger.uses(command, **options)
        assert " isn't here" in answer.text
    assert await world.row_counts() == before


@pytest.mark.parametrize(
    "custom_id",
    [
        "rooms:sit:abc:v1",
        "rooms:sit:9223372036854775808:v1",
        "checkins:answer::v1",
        "consent:ask:1.world_peace:v1",
        "consent:give:1:v1",
        "data:erase:all:v1",
    ],
)
async def test_a_malformed_detail_is_answered_as_a_button_of_another_version(
    world: World, custom_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    await world.ada.opens()
    before = await world.row_counts()
    answer = await world.ben.forges(custom_id)
    assert answer.text == "This button is from an older version. Use the command again, and it will work."
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert await world.row_counts() == before


@pytest.mark.parametrize(
    "custom_id",
    [
        "checkins:agree:1.nonsense:v1",
        "checkins:agree:1.1 weekdays morning x 0 UTC:v1",
        "checkins:sound:1 never morning 2 0 UTC:v1",
    ],
)
async def test_choices_of_an_earlier_version_are_answered_calmly(world: World, custom_id: str) -> None:
    await world.ada.opens()
    answer = await world.ben.forges(custom_id)
    assert answer.text == "This button is from an older version. Use the command again, and it will work."
