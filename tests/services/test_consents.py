"""Consents, weekly counts and server settings."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.errors import RefusalError
from bot.privacy import consents
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.sessions.model import Visibility
from bot.servers.model import Guild
from bot.servers.service import LONGEST_HELP_CONTACTS
from bot.services import Services
from tests.rooms import find_card, here, leave, named, sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree, rooms_in_both, settle


async def test_a_consent_covers_only_its_purpose_in_its_server(services: Services) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    assert await services.consents.in_force(ANN, HERE) == {Purpose.SHOW_NAME}
    assert await services.consents.in_force(ANN, THERE) == frozenset()
    assert await services.consents.in_force(BEN, HERE) == frozenset()


async def test_a_consent_is_saved_with_its_version_and_moment(services: Services) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    consent = (await services.consents.of_member(ANN, HERE))[0]
    assert (consent.version, consent.granted_at) == (VERSIONS[Purpose.SHOW_NAME], MONDAY_NOON)


async def test_an_older_version_covers_nothing_and_is_still_shown(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    monkeypatch.setitem(VERSIONS, Purpose.SHOW_NAME, VERSIONS[Purpose.SHOW_NAME] + 1)
    assert await services.consents.in_force(ANN, HERE) == frozenset()
    assert len(await services.consents.of_member(ANN, HERE)) == 1
    room = await services.rooms.add(HERE, 1, "Quiet", 3)
    assert (await sit(services, room, ANN, 5)).seat.visibility is Visibility.COUNTED
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    assert await services.consents.in_force(ANN, HERE) == {Purpose.SHOW_NAME}


@pytest.mark.parametrize("step", [-1, 1])
async def test_a_consent_to_a_text_that_is_not_in_force_is_not_saved(step: int, services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.consents.agree(
            ANN, HERE, Purpose.WEEKLY_COUNTS, VERSIONS[Purpose.WEEKLY_COUNTS] + step
        )
    assert caught.value.key == "refusals.consent_changed"
    assert await services.consents.of_member(ANN, HERE) == []


async def test_who_was_looked_up_this_month_is_forgotten_before_they_are_too_many(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "_MOST_RECORDED", 3)
    for member_id in range(1, 9):
        await services.consents.record_activity(member_id, HERE)
        assert 1 <= len(services.consents._recorded) <= 3  # noqa: SLF001 - what is in memory


async def test_turning_a_name_off_makes_named_seats_counted_there_alone(services: Services) -> None:
    sat = {}
    for guild_id in (HERE, THERE):
        room = await services.rooms.add(guild_id, 1, "Quiet", 5)
        for member_id in (ANN, BEN):
            await agree(services, member_id, guild_id, Purpose.SHOW_NAME)
            sat[guild_id] = await sit(services, room, member_id, 25)
    await services.consents.turn_off(ANN, HERE, Purpose.SHOW_NAME)
    cards = [await find_card(services, sat[guild_id].card.session.session_id) for guild_id in (HERE, THERE)]
    assert [(here(card), named(card)) for card in cards if card is not None] == [
        (2, (BEN,)),
        (2, (ANN, BEN)),
    ]


async def test_agreeing_to_a_name_makes_a_counted_seat_named_and_leaves_a_hidden_one(
    services: Services,
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    sat = await sit(services, room, ANN, 25)
    await sit(services, room, BEN, None, Visibility.HIDDEN)
    for member_id in (ANN, BEN):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    card = await find_card(services, sat.card.session.session_id)
    assert card is not None
    assert (here(card), named(card)) == (1, (ANN,))


async def test_weeks_are_counted_from_the_consent_on_and_deleted_with_it(
    services: Services, clock: ManualClock
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    sat = await sit(services, room, ANN, 25)
    assert await services.weekly_counts.all_weeks(ANN, HERE) == []
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    await leave(services, sat.card, ANN)
    await sit(services, room, ANN, None)
    await sit(services, room, ANN, None)  # the same seat
    await services.sessions.close(sat.card.session.session_id)
    clock.move(days=7)
    await sit(services, room, ANN, 5)
    weeks = await services.weekly_counts.all_weeks(ANN, HERE)
    assert [(each.week, each.sits, each.checkins) for each in weeks] == [(202648, 1, 0), (202649, 1, 0)]
    await services.consents.turn_off(ANN, HERE, Purpose.WEEKLY_COUNTS)
    assert await services.weekly_counts.all_weeks(ANN, HERE) == []


async def test_a_week_is_that_of_the_servers_zone(services: Services, clock: ManualClock) -> None:
    await services.server_settings.set_zone(HERE, "Pacific/Auckland")
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    clock.move(days=6, hours=1)  # Sunday afternoon in UTC, Monday there
    await sit(services, room, ANN, 5)
    assert [each.week for each in await services.weekly_counts.all_weeks(ANN, HERE)] == [202649]


async def test_a_server_without_saved_settings_has_the_defaults(services: Services) -> None:
    assert await services.server_settings.get(HERE) == Guild(HERE, "UTC", "")


async def test_changing_one_server_setting_leaves_the_others(services: Services) -> None:
    await services.server_settings.set_help_contacts(HERE, " A line  \n\n Another \n")
    await services.server_settings.set_zone(HERE, "Europe/Berlin")
    chosen = Guild(HERE, "Europe/Berlin", "A line\n\n Another", is_zone_chosen=True)
    assert await services.server_settings.get(HERE) == chosen
    await services.server_settings.set_help_contacts(HERE, "")
    assert await services.server_settings.get(HERE) == replace(chosen, help_contacts="")


@pytest.mark.parametrize("contacts", ["x" * (LONGEST_HELP_CONTACTS + 1), "line\n" * 20 + "line"])
async def test_help_contacts_that_are_too_long_change_nothing(contacts: str, services: Services) -> None:
    await services.server_settings.set_help_contacts(HERE, "as it was")
    with pytest.raises(RefusalError) as caught:
        await services.server_settings.set_help_contacts(HERE, contacts)
    assert caught.value.key == "refusals.help_contacts_long"
    assert (await services.server_settings.get(HERE)).help_contacts == "as it was"


async def test_an_unknown_zone_changes_nothing(services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.server_settings.set_zone(HERE, "Mars" * 100)
    assert caught.value.key == "unreadable.zone"
    assert len(str(caught.value.values["typed"])) <= 60
    assert await services.server_settings.get(HERE) == Guild(HERE, "UTC", "")


async def test_only_members_who_had_agreed_can_agree_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `only_again`, as in direct messages, where the bot cannot see whether they are in the server."""
    version = VERSIONS[Purpose.SHOW_NAME]
    with pytest.raises(RefusalError) as caught:
        await services.consents.agree(ANN, HERE, Purpose.SHOW_NAME, version, only_again=True)
    assert caught.value.key == "refusals.button_old"
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    monkeypatch.setitem(VERSIONS, Purpose.SHOW_NAME, version + 1)
    await services.consents.agree(ANN, HERE, Purpose.SHOW_NAME, version + 1, only_again=True)
    assert await services.consents.in_force(ANN, HERE) == {Purpose.SHOW_NAME}


async def test_who_agrees_again_is_written_to_in_the_language_of_that_tap(services: Services) -> None:
    room, _ = await rooms_in_both(services)
    await settle(services, ANN, room)
    for locale, expected in (("fr", "fr"), (None, "fr"), ("ja", "ja")):
        for agreeing, purpose in (
            (services.checkins.agree_again, Purpose.CHECKINS),
            (services.notices.agree_again, Purpose.ROOM_NOTICES),
        ):
            await agreeing(ANN, HERE, VERSIONS[purpose], locale)
        cadence = await services.checkins.find(ANN, HERE)
        notices = (await services.notices.overview(ANN, HERE)).settings
        assert [each and each.locale for each in (cadence, notices)] == [expected, expected]


async def test_cards_that_show_less_or_more_are_published(
    services: Services,
) -> None:
    published = list[Sequence[int]]()

    services.card_updates.subscribe(published.append)
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    await sit(services, room, ANN, 25)
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await services.consents.turn_off(ANN, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(ANN, None)
    assert published == [(room.room_id,)] * 3
