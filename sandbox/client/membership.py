"""Where a person belongs: joining and leaving a server, and leaving its threads."""

from __future__ import annotations

from sandbox.client.errors import ClientRefusal
from sandbox.state import members, threads
from sandbox.state.models import Channel, Guild, User
from sandbox.state.simulation import Simulation


class Membership:
    """A person's membership of one server, which they may not have yet or any more."""

    def __init__(self, simulation: Simulation, user: User, guild: Guild) -> None:
        self._simulation = simulation
        self._user = user
        self._guild = guild

    def join(self) -> None:
        """Join the server by an invite; raises `ClientRefusal` if the person is in it."""
        if self._user.id in self._guild.members:
            raise ClientRefusal(f"{self._user.display} is in {self._guild.name}")
        members.join(self._simulation, self._guild, self._user)

    def leave(self) -> None:
        """Leave the server; raises `ClientRefusal` if the person is not in it."""
        if self._user.id not in self._guild.members:
            raise ClientRefusal(f"{self._user.display} is not in {self._guild.name}")
        members.leave(self._simulation, self._guild, self._user)

    def leave_thread(self, thread: Channel) -> None:
        """Leave a thread; raises `DiscordError` 50083 if it is archived, 10007 if they are not in it."""
        threads.remove_member(self._simulation, thread, self._user.id)
