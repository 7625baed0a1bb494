"""No answer claims what did not happen."""

import json

from tests.stories.checkins import begins, newest
from tests.world import World


async def test_not_now_says_that_nothing_changed_also_after_a_consent(world: World) -> None:
    me = await world.ada.uses("me")
    first, second = [await world.ada.taps(me.panel, "Turn on weekly counts") for _ in range(2)]
    await world.ada.taps(first.panel, "Yes")
    assert (await world.ada.taps(second.panel, "Not now")).text == "All right. Nothing was changed."
    first, second = [await world.ada.uses("checkins") for _ in range(2)]
    await world.ada.taps(first.panel, "Yes, begin")
    assert (await world.ada.taps(second.panel, "Not now")).text == "All right. Nothing was changed."


async def test_turning_off_what_is_off_is_not_called_a_withdrawal(world: World) -> None:
    receipt = await world.ada.agrees("Turn on weekly counts")
    me = await world.ada.uses("me")
    await world.ada.taps(receipt.panel, "Turn off")
    again = await world.ada.taps(me.panel, "Stop and delete counts")
    assert again.text == "This was already off: weekly counts. Nothing is saved for it."


async def test_a_receipt_has_the_saved_date_and_none_is_given_of_a_consent_that_ended(world: World) -> None:
    world.takes_seconds("POST", 20)
    begun = await begins(world.ada)
    (consent,) = await world.client.services.consents.of_member(world.ada.id, world.guild.id)
    assert consent.granted_at < world.now
    assert f"You agreed to check-ins on <t:{int(consent.granted_at.timestamp())}:f>" in begun.text
    file = await world.ada.taps(begun.panel, "Get the receipt as a file")
    assert json.loads(file.panel.file)["given_at"] == consent.granted_at.isoformat()
    await world.pass_time(minutes=1)
    receipt = begun.panel.custom_id("Get the receipt as a file")
    stopped = await world.ada.taps((await world.ada.uses("checkins")).panel, "Stop")
    old = await world.ada.forges(receipt, begun.panel)
    assert "That consent has ended, so there's no receipt for it any more." in old.private[0].text
    ended = await world.ada.taps(stopped.panel, "Get the receipt as a file")
    assert json.loads(ended.panel.file)["withdrawn_at"] is not None


async def test_a_session_that_was_closed_meanwhile_does_not_stay_open(world: World) -> None:
    first = await world.ada.opens(minutes=50)
    second = await world.ada.opens()
    asked = await world.ada.taps(first.panel, "Close early")
    other = await world.ada.taps(second.panel, "Close early")
    closed = await world.ada.taps(asked.panel, "Close now")
    stays_open = await world.ada.taps(other.panel, "Leave it open")
    assert closed.text.startswith("The session is closing.")
    assert "It stays open" not in stays_open.text
    assert "That session has closed." in stays_open.text


async def test_beginning_again_what_did_not_stop_says_so(world: World) -> None:
    setup = await world.moderator.uses("quiet checkins list")
    answer = await world.moderator.forges("setup:begin_checkins_again::v1", setup.panel)
    assert "-# No channel check-ins were resting, so nothing was changed." in answer.text


async def test_an_acknowledgment_does_not_say_that_nothing_was_saved(world: World) -> None:
    await begins(world.ada)
    answer = await world.ada.taps(newest(world.ada), "Here")
    assert "Your answer isn't saved." in answer.text
