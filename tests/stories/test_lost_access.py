"""Moderators keep people out of a room with Discord's own tools: a seat there is lost, all others stay."""

import discord
import pytest

from bot.rooms.sessions.access import SeatAccess, TakenSeat
from tests.world import Person, Role, World

LOOKS_UP = "GET /guilds/*/members/*"


async def seated(world: World) -> list[str]:
    """Return the names of the people who have a seat."""
    people = {each.id: each.actor.user.name for each in (world.ada, world.ben, world.cleo)}
    rows = await world.database.read(
        lambda statements: statements.rows("seats_of_guild", guild_id=world.guild.id)
    )
    return sorted(people[int(row["member_id"] or 0)] for row in rows)


async def sets(
    world: World,
    target_id: int,
    *,
    is_role: bool = False,
    view_channel: bool | None,
    attach_files: bool | None = None,
) -> None:
    """Let a moderator change the library's own permissions for a role or a person."""
    permissions = discord.PermissionOverwrite(view_channel=view_channel, attach_files=attach_files)
    world.set_permissions(target_id, permissions, is_role=is_role)
    await world.settle()


def in_the_hall(world: World, person: Person) -> Person:
    """Return a person in a channel that everyone sees."""
    return Person(world, person.actor, world.guild.create_text_channel("hall"))


@pytest.fixture
async def readers(world: World) -> Role:
    """Return the role that shows the library to Ada and Ben, who sit there; Ada has another one too."""
    role = world.guild.create_role("readers")
    trusted = world.guild.create_role("trusted", permissions=discord.Permissions(administrator=True))
    members = world.env.backend.get_guild(world.guild.id).members
    members[world.ada.id].role_ids.extend([role.id, trusted.id])
    members[world.ben.id].role_ids.append(role.id)
    await sets(world, world.env.backend.bot_user.id, view_channel=True)
    await sets(world, world.guild.id, is_role=True, view_channel=False)
    await sets(world, role.id, is_role=True, view_channel=True)
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    assert await seated(world) == ["ada", "ben"]
    world.spent()
    return role


async def test_a_person_from_whom_the_channel_is_hidden_loses_their_seat_at_once(
    world: World, readers: Role
) -> None:
    await sets(world, world.ben.id, view_channel=False)
    assert await seated(world) == ["ada"]
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_role_that_no_longer_shows_the_channel_takes_the_seats_of_its_members(
    world: World, readers: Role
) -> None:
    await sets(world, readers.id, is_role=True, view_channel=None)
    assert await seated(world) == ["ada"]  # who is an administrator


async def test_a_deleted_role_takes_the_seats_of_its_members(world: World, readers: Role) -> None:
    world.env.backend.delete_role(world.guild.id, readers.id)
    await world.settle()
    assert await seated(world) == ["ada"]


async def test_a_role_that_lost_view_channels_takes_the_seats_of_its_members(world: World) -> None:
    await world.ada.opens(minutes=50)
    world.let_everyone(view_channel=False)
    await world.settle()
    assert await seated(world) == []


async def test_a_role_taken_from_a_member_is_noticed_with_their_next_tap_anywhere(
    world: World, readers: Role
) -> None:
    world.demote(world.ben)
    await world.settle()
    assert await seated(world) == ["ada", "ben"]  # Discord does not report it
    await in_the_hall(world, world.ben).uses("help")
    assert await seated(world) == ["ada"]
    await world.ada.nods()
    assert "One of 8 seats is taken." in world.card_text()


async def test_someone_who_left_the_server_loses_their_seat_when_permissions_change(
    world: World, readers: Role
) -> None:
    world.leaves(world.ben)
    await sets(world, world.cleo.id, view_channel=False)
    assert await seated(world) == ["ada"]


async def test_a_timeout_is_noticed_when_permissions_change(world: World, readers: Role) -> None:
    world.times_out(world.ben, world.now.replace(hour=23))
    await sets(world, world.cleo.id, view_channel=False)
    assert await seated(world) == ["ada"]


@pytest.mark.parametrize("status", [500, 403])
async def test_nobody_loses_a_seat_because_discord_does_not_answer(
    world: World, readers: Role, status: int
) -> None:
    world.fail("GET", f"/guilds/{world.guild.id}/members/{world.ben.id}", status=status)
    await sets(world, world.ben.id, view_channel=False)
    assert await seated(world) == ["ada", "ben"]
    world.heal()
    await in_the_hall(world, world.ben).uses("help")
    assert await seated(world) == ["ada"]


async def test_each_member_costs_one_request_and_other_changes_none(world: World, readers: Role) -> None:
    await sets(world, readers.id, is_role=True, view_channel=True, attach_files=True)
    assert world.spent() == []
    await sets(world, world.cleo.id, view_channel=False)
    assert world.spent() == [LOOKS_UP, LOOKS_UP]


async def test_members_who_lost_access_cannot_sit_again(world: World, readers: Role) -> None:
    ben = in_the_hall(world, world.ben)
    await sets(world, world.ben.id, view_channel=False)
    assert (await ben.uses("sit")).text.startswith("There's no quiet room here yet.")
    assert (await ben.uses("sit", room="Library")).text.startswith("That room isn't here any more.")
    assert await seated(world) == ["ada"]


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the members whose seats are looked up, one after the other."""
    found: list[int] = []
    of_member = SeatAccess.of_member

    async def note(access: SeatAccess, guild_id: int, member_id: int) -> list[TakenSeat]:
        found.append(member_id)
        return await of_member(access, guild_id, member_id)

    monkeypatch.setattr(SeatAccess, "of_member", note)
    return found


async def test_members_with_the_same_roles_are_looked_up_once(
    world: World, readers: Role, looked_up: list[int]
) -> None:
    for attach_files in (True, False):
        await sets(world, readers.id, is_role=True, view_channel=True, attach_files=attach_files)
        for _ in range(3):
            await world.ben.uses("help")
    assert looked_up == [world.ben.id] * 2


@pytest.mark.parametrize("event", ["ready", "guild_available", "guild_join", "guild_update"])
async def test_members_are_looked_up_again_after_what_may_have_hidden_a_channel(
    world: World, readers: Role, looked_up: list[int], event: str
) -> None:
    """Discord does not report what changed while the bot was away, or what a former owner sees less of."""
    await world.ben.uses("help")
    looked_up.clear()
    guild = world.client.get_guild(world.guild.id)
    given = {"ready": (), "guild_update": (guild, guild)}.get(event, (guild,))
    world.client.dispatch(event, *given)
    await world.settle()
    await world.ben.uses("help")
    await world.ben.uses("help")
    assert looked_up == [world.ben.id]


async def test_a_room_that_moved_out_of_sight_takes_the_seats_with_the_next_tap_of_each_member(
    world: World, readers: Role
) -> None:
    ben, moderator = in_the_hall(world, world.ben), in_the_hall(world, world.moderator)
    attic = world.guild.create_text_channel("attic")
    hidden, shown = (discord.PermissionOverwrite(view_channel=each) for each in (False, True))
    for each in (world.env.backend.bot_user.id, world.moderator.id):
        world.set_permissions(each, shown, channel=attic)
    world.set_permissions(world.guild.id, hidden, is_role=True, channel=attic)
    await world.settle()
    await ben.uses("help")  # their seat is checked here, where nothing changed yet
    panel = await moderator.uses("quiet setup")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    chosen = await moderator.chooses(panel.panel, "Change a room", str(room.room_id))
    moved = await moderator.chooses(chosen.panel, "Choose another channel for its card", attic)
    assert "moves to" in moved.text, moved.text
    assert await seated(world) == ["ada", "ben"]
    await ben.uses("help")
    assert await seated(world) == ["ada"]
