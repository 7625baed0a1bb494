"""What people do with check-ins, shared by stories."""

from datetime import datetime, timedelta
from itertools import pairwise

from tests.world import Answer, Person, Shown

ANSWERS = ["Here", "Quiet today", "Pass"]


async def begins(person: Person, **options: object) -> Answer:
    """Ask for check-ins and agree."""
    panel = await person.uses("checkins", **options)
    return await person.taps(panel.panel, "Yes, begin")


def newest(person: Person) -> Shown:
    """Return a person's newest direct message."""
    return person.direct_messages[-1]


async def ignores(person: Person, count: int) -> list[float]:
    """Let `count` check-ins come without a tap; return the days between them."""
    came: list[datetime] = []
    for _ in range(count):
        before = newest(person).message.id
        for _ in range(24 * 30):
            await person.world.pass_time(hours=1)
            if newest(person).message.id != before:
                break
        else:
            raise AssertionError("no check-in came in a month")
        came.append(person.world.now)
    return [(later - sooner) / timedelta(days=1) for sooner, later in pairwise(came)]
