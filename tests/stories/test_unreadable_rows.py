"""A row that cannot be read: the rest of the server works, and `/quiet check` names what does not."""

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from tests.storage.members import MORNINGS
from tests.storage.scratch import query
from tests.world import World

UNKNOWN = "America/Coyhaique_unknown"


def change(world: World, command: str, *values: object) -> None:
    query(next(each for each in world.files() if each.suffix == ".db"), command, *values)


async def add_time(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="19:00", minutes=5)


async def test_a_schedule_in_an_unknown_zone_stops_nothing_else_and_is_named(world: World) -> None:
    await add_time(world)
    change(world, "UPDATE schedule SET zone = ?", UNKNOWN)
    assert "Library" in (await world.ada.uses("rooms")).text
    assert "Library" in (await world.moderator.uses("quiet setup")).text
    await world.ada.uses("sit", room="Library")
    assert len(world.cards()) == 1
    checked = await world.moderator.uses("quiet check")
    assert (
        "**Library**, one schedule: I can't read the saved value \"zone\", so this isn't working."
    ) in checked.text
    assert UNKNOWN not in checked.text
    change(world, "UPDATE schedule SET zone = 'Europe/Berlin'")
    assert "I can't read" not in (await world.moderator.taps(checked.panel, "Check again")).text


async def test_a_server_in_an_unknown_zone_goes_on_and_can_choose_another(world: World) -> None:
    await add_time(world)
    columns = "(guild_id, zone, help_contacts) VALUES (?, ?, 'Call 111')"
    change(world, f"INSERT OR REPLACE INTO guild {columns}", world.guild.id, UNKNOWN)
    assert "Library" in (await world.moderator.uses("quiet setup")).text
    assert "Call 111" in (await world.ada.uses("help-now")).text
    assert (
        "This server's settings: I can't read the saved value"
        in (await world.moderator.uses("quiet check")).text
    )
    await world.client.services.server_settings.set_zone(world.guild.id, "Europe/Paris")
    assert "I can't read" not in (await world.moderator.uses("quiet check")).text


@pytest.mark.parametrize("column", ["zone", "weekdays"])
async def test_a_member_whose_check_ins_cannot_be_read_is_told_so_and_can_delete_them(
    world: World, column: str
) -> None:
    await world.client.services.checkins.begin(
        world.ada.id, world.guild.id, 500, MORNINGS, VERSIONS[Purpose.CHECKINS], sound=False
    )
    change(world, f"UPDATE cadence SET {column} = ?", UNKNOWN if column == "zone" else 0)  # noqa: S608 - names of the schema
    assert "I can't read something that's saved for this" in (await world.ada.uses("checkins")).text
    assert "One member's check-ins: I can't read" in (await world.moderator.uses("quiet check")).text
    await world.client.services.erasure.erase_member(world.ada.id, world.guild.id)
    assert "I can't read" not in (await world.moderator.uses("quiet check")).text
