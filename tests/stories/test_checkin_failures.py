"""Check-ins where Discord opens no direct messages, or does not delete the check-in before."""

from datetime import timedelta
from typing import cast

import pytest

from bot.gateway.sender import Sent
from bot.scheduling.due_queue import Due, DueKind
from bot.texts.catalogue import Texts
from cogs.checkins.commands import CheckinsCog
from tests.storage.members import begin_sending_next
from tests.stories.checkins import begins, newest
from tests.world import World

DELETE = "DELETE /channels/*/messages/*"
POST = "POST /channels/*/messages"


def text(key: str) -> str:
    """Return a text without placeholders."""
    return Texts().say(key, "en-US")


@pytest.mark.parametrize(
    ("status", "code", "key"),
    [
        (403, 50007, "refusals.dms_closed"),
        (403, 50278, "refusals.dms_closed"),
        (429, 0, "refusals.discord_later"),
        (500, 0, "refusals.discord_later"),
    ],
)
async def test_a_member_whose_direct_messages_cannot_be_opened_sees_why_and_nothing_is_saved(
    world: World, status: int, code: int, key: str
) -> None:
    world.fail("POST", "/users/@me/channels", status=status, code=code)
    answer = await begins(world.ada)
    assert answer.private[-1].text.endswith(text(key))
    counts = await world.row_counts()
    assert (counts["cadence"], counts["consent"], counts["outbox"]) == (0, 0, 0)
    world.heal()
    assert text(key) not in (await begins(world.ada)).text
    assert len(world.ada.direct_messages) == 1


async def test_a_member_whose_direct_messages_discord_does_not_open_now_gets_a_later_slot(
    world: World,
) -> None:
    world.fail("POST", "/users/@me/channels", status=400, code=40003)
    answer = await begins(world.ada)
    assert text("refusals.dms_closed") not in answer.text
    counts = await world.row_counts()
    assert (counts["cadence"], counts["consent"]) == (1, 1)
    world.heal()
    await world.pass_time(minutes=9)
    assert world.ada.direct_messages == []
    await world.pass_time(minutes=2)
    assert len(world.ada.direct_messages) == 1


async def test_an_opening_that_discord_refuses_as_too_fast_is_repeated_after_ten_minutes(
    world: World,
) -> None:
    world.fail("POST", "/users/@me/channels", status=400, code=40003)
    await begins(world.ada)
    await world.pass_time(minutes=11)
    assert world.ada.direct_messages == []
    world.heal()
    await world.pass_time(minutes=5)
    assert world.ada.direct_messages == []  # the refusal at the turn holds all for ten minutes more
    await world.pass_time(minutes=6)
    assert len(world.ada.direct_messages) == 1


async def test_another_refusal_to_open_direct_messages_is_our_error(world: World) -> None:
    world.expects_errors = True
    world.fail("POST", "/users/@me/channels", status=400, code=50035)
    answer = await begins(world.ada)
    assert "Reference" in answer.text
    assert (await world.row_counts())["cadence"] == 0


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10008), (404, 10003), (403, 50001), (403, 50013), (400, 50021)]
)
async def test_a_check_in_that_can_never_be_deleted_does_not_hold_back_the_next(
    world: World, status: int, code: int
) -> None:
    await begins(world.ada, days="daily", per_week=7)
    first = newest(world.ada).message.id
    world.fail("DELETE", "/channels/*/messages/*", status=status, code=code, times=1)
    world.spent()
    await world.pass_time(days=1, hours=4)
    assert world.spent() == [DELETE, POST]
    assert newest(world.ada).message.id != first
    assert (await world.row_counts())["outbox"] == 0


@pytest.mark.parametrize(("status", "code"), [(429, 0), (408, 0), (400, 20028), (500, 0)])
async def test_a_check_in_that_cannot_be_deleted_now_holds_back_the_next_until_it_can(
    world: World, status: int, code: int
) -> None:
    world.expects_errors = True
    await begins(world.ada, days="daily", per_week=7)
    first = newest(world.ada).message.id
    world.fail("DELETE", "/channels/*/messages/*", status=status, code=code)
    world.spent()
    await world.advance_to_what_is_next()
    await world.settle()
    assert set(world.spent()) == {DELETE}
    assert (await world.row_counts())["outbox"] == 0  # nothing was sent, so nothing has to be looked for
    await world.pass_time(days=1, hours=4)
    assert [each.message.id for each in world.ada.direct_messages] == [first]
    assert POST not in world.spent()
    world.heal()
    await world.pass_time(days=1)
    (only,) = world.ada.direct_messages
    assert only.message.id != first


@pytest.mark.parametrize("is_found", [True, False])
async def test_a_check_in_that_a_crash_left_unrecorded_is_looked_for_once_none_is_to_be_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, *, is_found: bool
) -> None:
    await begins(world.ada, days="daily", per_week=7)
    services = world.client.services
    cadence = await services.checkins.find(world.ada.id, world.guild.id)
    assert cadence is not None
    await begin_sending_next(services, cadence)

    async def find(*_: object) -> Sent | None:
        return Sent(777) if is_found else None

    monkeypatch.setattr(world.client.sender, "find", find)
    cog = cast("CheckinsCog", world.client.get_cog("CheckinsCog"))
    long_ago = Due(DueKind.CHECKIN, cadence.cadence_id, world.now - timedelta(hours=3), world.guild.id)
    await cog._delivery.act(long_ago)  # noqa: SLF001 - as the worker calls it
    after = await services.checkins.find(world.ada.id, world.guild.id)
    assert after is not None
    expected = (777, 2) if is_found else (cadence.prompt_message_id, 1)
    assert (after.prompt_message_id, after.sent) == expected
    assert (await world.row_counts())["outbox"] == 0
