"""People who join a sandbox's server."""

from sandbox import Actor, Sandbox
from sandbox.state.models import Member, User


def welcome(box: Sandbox, count: int) -> list[Actor]:
    """Add this many people to the server of its moderator, Mika."""
    mika = box.person("Mika")
    guild = next(each for each in box.world.guilds.values() if mika.id in each.members)
    first = max(box.world.users) + 1
    for user_id in range(first, first + count):
        user = User(user_id, f"guest{user_id}", f"Guest {user_id}")
        guild.members[user_id] = Member(user, [], box.clock.now())
        box.world.users[user_id] = user
    return [box.person(str(user_id)) for user_id in range(first, first + count)]
