"""Servers with rooms, schedules and members who asked for check-ins, and what people see there."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.checkins import agree
from bench.databases import BotDatabase
from bench.night import cards
from bench.night.cards import OpenSession
from bench.small_servers import Server, add_servers
from sandbox import Actor, Sandbox
from sandbox.state.models import Message

_PEOPLE = 2  # besides the moderator: then the servers are spread over all shards
_AT_ONCE = 8  # moderators who set up their rooms
_APART = timedelta(seconds=2)  # two people who ask for check-ins: direct messages are opened slowly
_DAY = timedelta(days=1)
_OPEN_SESSIONS = """
    SELECT session.channel_id, card.message_id, session.opened_at, session.closes_at, session.minutes,
        (SELECT COUNT(*) FROM seat WHERE seat.session_id = session.session_id AND visibility <> 'hidden'),
        session.session_id
    FROM session JOIN card ON card.room_id = session.room_id
"""


class Town:
    """The servers of a sandbox, and the database that the processes share."""

    def __init__(
        self, box: Sandbox, database: BotDatabase, servers: int, shards: int, chance: random.Random
    ) -> None:
        self._box = box
        self._database = database
        self._shards = shards
        self.servers: Sequence[Server] = add_servers(box, servers, _PEOPLE, chance)
        self.home = {person.id: server for server in self.servers for person in server.people}

    @property
    def askers(self) -> list[Actor]:
        """The members who asked for check-ins: one of each server."""
        return [server.people[0] for server in self.servers]

    async def set_up(self) -> None:
        """Let moderators add rooms with schedules, and members ask for check-ins."""
        for start in range(0, len(self.servers), _AT_ONCE):
            some = self.servers[start : start + _AT_ONCE]
            await asyncio.gather(*(server.set_up() for server in some))
        await self.let_pass(timedelta(minutes=1))
        for server in self.servers:
            await agree(server.people[0], server.channel)
            await self.let_pass(_APART)
        await self.let_pass(timedelta(minutes=1))

    async def let_pass(self, span: timedelta = timedelta()) -> None:
        """Let time pass, and let the processes do what is due."""
        await self._box.clock.move(self._box.clock.now() + span + timedelta(milliseconds=1))

    def shard_of(self, server: Server) -> int:
        """Return the shard that Discord sends a server's events to."""
        return (server.guild.id >> 22) % self._shards

    def shard_of_channel(self, channel_id: int) -> int:
        """Return the shard of a channel's server, or of the server of the person in direct messages."""
        channel = self._box.world.get_channel(channel_id)
        here = next((self.home[each] for each in channel.recipients if each in self.home), None)
        if here is not None:
            return self.shard_of(here)
        return (self._box.world.guild_of[channel_id] >> 22) % self._shards

    def posted(self, server: Server) -> list[Message]:
        """Return the messages in a server's channel, without replies that only one person sees."""
        return [each for each in server.keeper.sees(server.channel) if each.ephemeral_to is None]

    def open_sessions(self) -> dict[int, tuple[int, OpenSession]]:
        """Return the open sessions with their ids, by channel."""
        found = {}
        for channel, message, opened, closes, minutes, counted, number in self._database.run(
            _OPEN_SESSIONS
        ):
            begin, end = (datetime.fromtimestamp(at, UTC) for at in (opened, closes))
            found[channel] = number, OpenSession(message, begin, end, minutes, counted)
        return found

    def seats(self) -> set[tuple[int, int]]:
        """Return the saved seats: session and member."""
        return {
            (session, member)
            for session, member in self._database.run("SELECT session_id, member_id FROM seat")
        }

    def untrue_cards(self, servers: Sequence[Server]) -> dict[int, str]:
        """Return what is wrong with the cards of some servers now, by the server's place in the list."""
        now, sessions = self._box.clock.now(), self.open_sessions()
        found = {}
        for place, server in enumerate(servers):
            posted, (_, session) = self.posted(server), sessions.get(server.channel.id, (0, None))
            verdict = cards.verdict(posted, session, server.openings(now, now + _DAY)[0], now)
            if verdict != "true":
                found[place] = verdict
        return found
