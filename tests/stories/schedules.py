"""What stories of schedules have in common: a schedule, and what commands offer of it."""

from datetime import UTC, datetime

from tests.world import Answer, World


def at(day: int, hour: int, minute: int = 0, month: int = 1) -> int:
    """Return a moment of 2026 in UTC, in Unix seconds."""
    return int(datetime(2026, month, day, hour, minute, tzinfo=UTC).timestamp())


async def scheduled(world: World, **options: object) -> Answer:
    """Let the moderator add Mondays at half past seven in Berlin, or as `options` say."""
    given = {"room": "Library", "days": "Monday", "time": "19:30", "minutes": 25, "zone": "Europe/Berlin"}
    answer = await world.moderator.uses("quiet schedule add", **{**given, **options})
    assert "Done: Library opens by itself" in answer.text, answer.text
    return answer


async def the_one(world: World, command: str = "edit") -> str:
    """Return the value of the one schedule that autocomplete offers."""
    (chosen,) = (await world.moderator.types(f"quiet schedule {command}", "schedule", "")).values()
    return str(chosen)


async def occurrences(world: World, command: str = "skip") -> dict[str, str]:
    """Return the occurrences that autocomplete offers."""
    chosen = await the_one(world)
    return await world.moderator.types(f"quiet schedule {command}", "occurrence", "", schedule=chosen)
