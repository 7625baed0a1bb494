"""Channel check-ins: sent weekly, with a number once three answered, deleted after twelve hours."""

from functools import partial

import pytest

from tests.world import Answer, Person, Shown, World

ANSWERS = ["Here", "Quiet today", "Pass"]
DAILY = {"days": "Mon-Sun", "time": "10:00", "zone": "UTC"}
ONE_COMES = ["POST /channels/*/messages"]
ONE_GOES = ["DELETE /channels/*/messages/*"]


async def adds(world: World, **options: object) -> Answer:
    return await world.moderator.uses("quiet checkins add", channel=world.library, **{**DAILY, **options})


@pytest.fixture
async def asking(world: World) -> World:
    """Return a server with a channel check-in that was just posted, at ten on Monday."""
    await adds(world)
    await until_ten(world)
    return world


async def until_ten(world: World) -> None:
    """Let time pass to the next ten o'clock."""
    hours = (10 - world.now.hour) % 24 or 24
    await world.pass_time(hours=hours, minutes=-world.now.minute, seconds=-world.now.second)


def in_view(world: World) -> list[Shown]:
    return [each for each in world.posts() if not each.is_gone]


async def taps(person: Person, world: World, answer: str = "Here") -> str:
    return (await person.taps(in_view(world)[-1], answer)).text


async def test_one_command_sets_up_a_channel_check_in_and_says_when_the_next_comes(world: World) -> None:
    added = await adds(world, days="Mon, Thu", time="9:30", zone="Europe/Berlin")
    assert f"check-ins will come to {world.library.mention}, Monday, Thursday at 09:30" in added.text
    assert "Europe/Berlin time" in added.text
    assert "Next: <t:" in added.text
    assert added.panel.is_private
    listed = await world.moderator.uses("quiet checkins list")
    assert "Monday, Thursday at 09:30" in listed.text


async def test_the_panel_of_set_up_does_the_same_in_three_steps(world: World) -> None:
    setup = await world.moderator.uses("quiet setup")
    panel = await world.moderator.taps(setup.panel, "Channel check-ins")
    assert "None here yet." in panel.text
    form = await world.moderator.chooses(panel.panel, "Add one: choose its channel", world.library)
    added = await world.moderator.sends(form, days="Monday", time="10:00")
    assert "Monday at 10:00" in added.text
    asked = await world.moderator.chooses(added.panel, "Remove one", "1")
    removed = await world.moderator.taps(asked.panel, "Remove them")
    assert "check-ins no longer come to" in removed.text
    assert "None here yet." in removed.text


async def test_channel_check_ins_to_remove_are_listed_with_their_channel_however_long_its_name(
    world: World,
) -> None:
    zone = "America/North_Dakota/New_Salem"
    await adds(world, days="Monday-Saturday", zone=zone)
    added = await adds(world, time="11:00", zone=zone)
    longest, other = added.panel.options("Remove one")
    assert longest.startswith("#library: Monday, Tuesday, ")
    assert len(longest) == 100
    assert other == f"#library: every day at 11:00, {zone} time"


async def test_a_channel_check_in_comes_silently_and_shows_a_number_from_three_answers_up(
    asking: World,
) -> None:
    world = asking
    (one,) = in_view(world)
    assert one.is_silent
    assert one.buttons == ANSWERS
    answers = {await taps(world.ada, world), await taps(world.ben, world, "Quiet today")}
    assert "said hello" not in in_view(world)[0].text
    for _ in range(2):
        answers.add(await taps(world.cleo, world, "Pass"))  # twice, and counted once
    assert len(answers) == 1
    assert "Your answer isn't saved." in answers.pop()
    assert "3 people said hello." in in_view(world)[0].text
    assert str(world.ada.id) not in in_view(world)[0].text


async def test_after_twelve_hours_the_message_and_who_answered_are_deleted(asking: World) -> None:
    world = asking
    wanted = in_view(world)[0].custom_id("Here")
    await taps(world.ada, world)
    assert (
        "answered a channel check-in, not which answer you tapped"
        in (await world.ada.uses("my-data show")).text
    )
    world.spent()
    await world.pass_time(hours=11, minutes=59)
    assert len(in_view(world)) == 1
    await world.pass_time(minutes=1)
    assert in_view(world) == []
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    assert world.spent() == ONE_GOES
    elsewhere = (await world.ada.uses("rooms")).panel
    forged = await world.ada.forges(wanted, elsewhere)
    assert "This check-in is gone, so nothing was saved." in forged.text
    assert (await world.row_counts())["channel_checkin_answer"] == 0


async def test_a_channel_check_in_costs_one_message_and_one_deletion_however_many_tap(
    asking: World,
) -> None:
    world = asking
    world.spent()
    for _ in range(3):
        for person in (world.ada, world.ben, world.cleo):
            await taps(person, world)
        await world.pass_time(days=1)
    assert world.spent() == (ONE_GOES + ONE_COMES) * 3


async def test_after_four_without_a_tap_channel_check_ins_stop_until_a_moderator_resumes_them(
    asking: World,
) -> None:
    world = asking
    await world.pass_time(days=30)
    assert in_view(world) == []
    assert world.spent().count(ONE_COMES[0]) == 4
    assert "resting, after four without a tap." in (await world.moderator.uses("quiet checkins list")).text
    check = await world.moderator.uses("quiet check")
    assert "are resting, after four without a tap." in check.text
    begun = await world.moderator.taps(check.panel, "Start check-ins again")
    assert "the check-ins that were resting come again" in begun.text
    world.spent()
    await world.pass_time(days=1)
    assert ONE_COMES[0] in world.spent()
    assert "Everything that's set up here works." in (await world.moderator.uses("quiet check")).text


async def test_a_resting_channel_check_in_without_permission_is_shown_to_need_both(asking: World) -> None:
    world = asking
    await world.pass_time(days=30)
    world.take_from_bot(send_messages=False)
    check = await world.moderator.uses("quiet check")
    assert "are resting, after four without a tap. I also need Send Messages there." in check.text
    assert "Once that's allowed, tap Start check-ins again." in check.text
    assert "They come again once that's allowed" not in check.text
    assert "Start check-ins again" in check.buttons
    await world.moderator.taps(check.panel, "Start check-ins again")
    assert "They come again once that's allowed." in (await world.moderator.uses("quiet check")).text


async def test_a_tap_on_the_fourth_lets_channel_check_ins_continue(asking: World) -> None:
    world = asking
    await world.pass_time(days=3)
    await taps(world.ada, world)
    await world.pass_time(days=1)
    assert len(in_view(world)) == 1


async def test_many_taps_at_the_same_moment_end_in_the_true_number(asking: World) -> None:
    world = asking
    people = [world.ada, world.ben, world.cleo, world.moderator]
    (one,) = in_view(world)
    await world.act_at_once([partial(person.taps, one, "Here") for person in people])
    assert "4 people said hello." in in_view(world)[0].text


async def test_a_channel_check_in_due_while_the_process_was_down_is_skipped_and_the_old_one_deleted(
    asking: World,
) -> None:
    world = asking
    world.spent()
    await world.sleeps_through(days=2, hours=1)
    assert in_view(world) == []
    assert [each for each in world.spent() if "/messages" in each] == ONE_GOES
    await until_ten(world)
    assert len(in_view(world)) == 1


async def test_a_deleted_or_closed_channel_costs_nothing_and_is_named(asking: World) -> None:
    world = asking
    await world.pass_time(hours=13)
    world.take_from_bot(send_messages=False)
    await world.settle()
    world.spent()
    await world.pass_time(days=3)
    assert world.spent() == []
    check = await world.moderator.uses("quiet check")
    assert f"Channel check-ins in {world.library.mention}" in check.text
    assert "I need Send Messages there" in check.text
    world.take_from_bot(send_messages=None)
    await world.settle()
    await until_ten(world)
    assert len(in_view(world)) == 1
    await world.delete_library()
    world.spent()
    await world.pass_time(days=3)
    assert world.spent() == ONE_GOES  # it was deleted with the channel; one request shows that
    actor = world.moderator
    actor._channel = world.guild.create_text_channel("parlour")  # noqa: SLF001 - their channel was deleted
    await world.settle()
    assert "don't come: their channel is gone" in (await actor.uses("quiet check")).text


async def test_a_removed_bot_forgets_who_answered_at_once_and_continues_when_invited_again(
    asking: World,
) -> None:
    world = asking
    await taps(world.ada, world)
    await world.remove_bot()
    assert (await world.row_counts())["channel_checkin_answer"] == 0
    world.spent()
    await world.pass_time(days=2, hours=3)
    assert world.spent() == []
    await world.invite_bot()
    await world.settle()
    assert world.spent() == []
    await until_ten(world)
    assert world.spent() == ONE_COMES


async def test_a_second_channel_check_in_at_the_same_time_and_a_sixth_in_a_server_are_refused(
    world: World,
) -> None:
    await adds(world)
    assert "already has check-ins at that time" in (await adds(world)).text
    for hour in range(11, 15):
        await adds(world, time=f"{hour}:00")
    assert "A server can have 5 channel check-ins." in (await adds(world, time="20:00")).text
    assert 'I can\'t read "someday" as days of the week.' in (await adds(world, days="someday")).text
    assert "as a time" in (await adds(world, time="25:00")).text
    assert "I don't know a time zone" in (await adds(world, zone="Nowhere")).text


async def test_channel_check_ins_are_set_up_by_members_who_manage_the_server(asking: World) -> None:
    world = asking
    listing = {"name": "checkins", "type": 2, "options": [{"name": "list", "type": 1, "options": []}]}
    for answer in (
        await world.ada.forges_command("quiet", listing),
        await world.ada.forges("setup:begin_checkins_again::v1"),
        await world.ada.forges("setup:ask_remove_checkin::v1", values=["1"]),
        await world.ada.forges("setup:remove_channel_checkin:1.1:v1"),
    ):
        assert answer.text == "You need Manage Server for this. Nothing was changed."
    assert len(in_view(world)) == 1


async def test_a_channel_check_in_is_removed_after_a_question_that_says_what_goes(asking: World) -> None:
    world, before = asking, await asking.dump()
    asked = await world.moderator.uses("quiet checkins remove", checkin="1")
    assert "Remove these check-ins from" in asked.text
    assert "The next one was planned for <t:" in asked.text
    assert "The message that's there now is deleted, with its number of answers." in asked.text
    kept = await world.moderator.taps(asked.panel, "Keep them")
    assert "### Channel check-ins" in kept.text
    assert await world.dump() == before


async def test_removing_a_channel_check_in_deletes_the_one_in_view(asking: World) -> None:
    world = asking
    asked = await world.moderator.uses("quiet checkins remove", checkin="1")
    removed = await world.moderator.taps(asked.panel, "Remove them")
    assert "check-ins no longer come to" in removed.text
    for typed in ("1", "the first"):
        again = await world.moderator.uses("quiet checkins remove", checkin=typed)
        assert again.text == "That channel check-in isn't here any more. Nothing was changed."
    assert in_view(world) == []
    assert world.spent() == [*ONE_COMES, *ONE_GOES]
    await world.pass_time(days=3)
    assert world.spent() == []


async def test_a_question_that_is_out_of_date_is_asked_again_before_anything_goes(world: World) -> None:
    await adds(world)
    asked = await world.moderator.uses("quiet checkins remove", checkin="1")
    assert "Next" not in asked.text
    await until_ten(world)
    assert len(in_view(world)) == 1
    again = await world.moderator.taps(asked.panel, "Remove them")
    assert "Something changed after you were asked, so nothing was removed." in again.text
    assert "- The message that's there now is deleted, with its number of answers." in again.text
    assert len(in_view(world)) == 1
    removed = await world.moderator.taps(again.panel, "Remove them")
    assert "no longer come to" in removed.text
    assert in_view(world) == []
