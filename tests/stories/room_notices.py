"""What stories of room notices have in common: a schedule, agreeing, and the next session."""

from datetime import timedelta

from tests.world import Answer, Person, World


async def schedules(world: World, days: str = "daily", time: str = "10:00", **options: object) -> None:
    """Let the moderator give the library a recurring time."""
    given = {"room": "Library", "days": days, "time": time, "minutes": 50, **options}
    answer = await world.moderator.uses("quiet schedule add", **given)
    assert "Done" in answer.text, answer.text


async def turns_on(person: Person) -> Answer:
    """Choose the library in /rooms, and agree."""
    rooms = await person.uses("rooms")
    asked = await person.taps(rooms.panel, "Tell me when a room opens")
    (room_id,) = await person.world.database.read(
        lambda statements: statements.rows("rooms_of_guild", guild_id=person.world.guild.id)
    )
    chosen = await person.chooses(asked.panel, "Choose rooms", str(room_id["room_id"]))
    return await person.taps(chosen.panel, "Turn on")


async def opens_next(world: World) -> None:
    """Let time pass until the next session at ten in the morning has been open for ten seconds."""
    opens = world.now.replace(hour=10, minute=0, second=10)
    if opens <= world.now:
        opens += timedelta(days=1)
    await world.pass_time(seconds=(opens - world.now).total_seconds())
