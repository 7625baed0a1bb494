"""Consents, weeks and servers' choices on a real file."""

import pytest

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.sessions.model import Visibility
from bot.servers.model import Guild
from bot.servers.service import LONGEST_HELP_CONTACTS
from bot.services import Services
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree


async def test_a_yes_holds_in_its_server_for_its_purpose_alone(services: Services) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    assert await services.consents.standing(ANN, HERE) == {Purpose.SHOW_NAME}
    assert await services.consents.standing(ANN, THERE) == frozenset()
    assert await services.consents.standing(BEN, HERE) == frozenset()


async def test_a_yes_is_kept_with_its_version_and_moment(services: Services) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    consent = (await services.consents.of_member(ANN, HERE))[0]
    assert (consent.version, consent.granted_at) == (VERSIONS[Purpose.SHOW_NAME], MONDAY_NOON)


async def test_an_older_version_covers_nothing_and_is_still_shown(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    monkeypatch.setitem(VERSIONS, Purpose.SHOW_NAME, VERSIONS[Purpose.SHOW_NAME] + 1)
    assert await services.consents.standing(ANN, HERE) == frozenset()
    assert len(await services.consents.of_member(ANN, HERE)) == 1
    room = await services.rooms.add(HERE, 1, "Quiet", 3)
    assert (await services.sessions.sit(room, ANN, 5)).visibility is Visibility.COUNTED
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    assert await services.consents.standing(ANN, HERE) == {Purpose.SHOW_NAME}


@pytest.mark.parametrize("step", [-1, 1])
async def test_a_yes_to_a_text_that_is_not_in_force_is_not_kept(step: int, services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.consents.grant(
            ANN, HERE, Purpose.WEEKLY_COUNTS, VERSIONS[Purpose.WEEKLY_COUNTS] + step
        )
    assert caught.value.key == "refusals.consent_changed"
    assert await services.consents.of_member(ANN, HERE) == []


async def test_sharing_rests_on_keeping(services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await agree(services, ANN, HERE, Purpose.SHARE_COUNTS)
    assert caught.value.key == "refusals.consent_rests"
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    await agree(services, ANN, HERE, Purpose.SHARE_COUNTS)
    await services.consents.withdraw(ANN, HERE, Purpose.WEEKLY_COUNTS)
    assert await services.consents.of_member(ANN, HERE) == []


async def test_withdrawing_a_name_turns_listed_seats_to_counted_there_alone(services: Services) -> None:
    sat = {}
    for guild_id in (HERE, THERE):
        room = await services.rooms.add(guild_id, 1, "Quiet", 5)
        for member_id in (ANN, BEN):
            await agree(services, member_id, guild_id, Purpose.SHOW_NAME)
            sat[guild_id] = await services.sessions.sit(room, member_id, 25)
    await services.consents.withdraw(ANN, HERE, Purpose.SHOW_NAME)
    cards = [
        await services.sessions.find_card(sat[guild_id].session.session_id) for guild_id in (HERE, THERE)
    ]
    assert [(card.here, card.named) for card in cards if card is not None] == [
        (2, (BEN,)),
        (2, (ANN, BEN)),
    ]


async def test_agreeing_to_a_name_lists_a_counted_seat_and_leaves_an_unlisted_one(
    services: Services,
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    sat = await services.sessions.sit(room, ANN, 25)
    await services.sessions.sit(room, BEN, None, Visibility.HIDDEN)
    for member_id in (ANN, BEN):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    card = await services.sessions.find_card(sat.session.session_id)
    assert card is not None
    assert (card.here, card.named) == (1, (ANN,))


async def test_weeks_are_counted_from_the_yes_on_and_gone_with_it(
    services: Services, clock: ManualClock
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    sat = await services.sessions.sit(room, ANN, 25)
    assert await services.rhythm.weeks(ANN, HERE) == []
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    await services.sessions.slip_out(sat.session.session_id, ANN)
    await services.sessions.sit(room, ANN, None)
    await services.sessions.sit(room, ANN, None)  # the same seat
    await services.sessions.close(sat.session.session_id)
    clock.move(days=7)
    await services.sessions.sit(room, ANN, 5)
    weeks = await services.rhythm.weeks(ANN, HERE)
    assert [(each.week, each.sits, each.checkins) for each in weeks] == [(202648, 1, 0), (202649, 1, 0)]
    await services.consents.withdraw(ANN, HERE, Purpose.WEEKLY_COUNTS)
    assert await services.rhythm.weeks(ANN, HERE) == []


async def test_a_week_is_that_of_the_servers_zone(services: Services, clock: ManualClock) -> None:
    await services.guilds.set_zone(HERE, "pacific/auckland")
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    clock.move(days=6, hours=1)  # Sunday afternoon in UTC, Monday there
    await services.sessions.sit(room, ANN, 5)
    assert [each.week for each in await services.rhythm.weeks(ANN, HERE)] == [202649]


async def test_a_server_without_choices_has_the_usual_ones(services: Services) -> None:
    assert await services.guilds.get(HERE) == Guild(HERE, "UTC", "")


async def test_a_servers_choices_do_not_touch_each_other(services: Services) -> None:
    await services.guilds.set_help_contacts(HERE, " A line  \n\n Another \n")
    assert await services.guilds.set_zone(HERE, "europe/berlin ") == "Europe/Berlin"
    assert await services.guilds.get(HERE) == Guild(HERE, "Europe/Berlin", "A line\n\n Another")
    await services.guilds.set_help_contacts(HERE, "")
    assert await services.guilds.get(HERE) == Guild(HERE, "Europe/Berlin", "")


@pytest.mark.parametrize("contacts", ["x" * (LONGEST_HELP_CONTACTS + 1), "line\n" * 20 + "line"])
async def test_help_contacts_that_are_too_long_change_nothing(contacts: str, services: Services) -> None:
    await services.guilds.set_help_contacts(HERE, "as it was")
    with pytest.raises(RefusalError) as caught:
        await services.guilds.set_help_contacts(HERE, contacts)
    assert caught.value.key == "refusals.help_contacts_long"
    assert (await services.guilds.get(HERE)).help_contacts == "as it was"


async def test_an_unknown_zone_changes_nothing(services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.guilds.set_zone(HERE, "Mars" * 100)
    assert caught.value.key == "refusals.zone_unknown"
    assert len(str(caught.value.values["typed"])) <= 60
    assert await services.guilds.get(HERE) == Guild(HERE, "UTC", "")
