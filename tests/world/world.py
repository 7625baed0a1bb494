"""The world of the stories: a server with people in it, the bot, and the time."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.gateway.client import Client
from bot.storage.database import Database
from bot.storage.postgres.database import PostgresDatabase
from tests.stories.clock import ManualClock
from tests.world import checks, rows
from tests.world.discord_server import SimulatedServer
from tests.world.people import Answer, Person, Shown
from tests.world.process import new_client, stop
from tests.world.simulator import IDLE_SECONDS


class World(SimulatedServer):
    """One server with a library, a moderator and members; the bot; and the time."""

    def __init__(
        self,
        env: simcord.Env,
        client: Client,
        clock: ManualClock,
        database: Database,
        folder: Path,
        locales: dict[int, str],
        shard_id: int | None = None,
    ) -> None:
        super().__init__(env, shard_id)
        self.folder = folder
        self.client = client
        self.clock = clock
        self.database = database
        self.locales = locales
        self.worker: asyncio.Task[None]
        self.expects_errors = False
        self._counted = 0
        self._held: asyncio.Event | None = None
        self._sees_cards = False
        self._seen: dict[int, Shown] = {}
        self._watched: set[int] = set()
        self.moderator = self.invite("mod", self.moderators)
        self.ada, self.ben, self.cleo = (self.invite(name) for name in ("ada", "ben", "cleo"))

    def invite(self, name: str, *roles: simcord.RoleHandle) -> Person:
        """Let a person join the server."""
        return Person(self, self.guild.add_member(self.env.create_user(name), roles=roles))

    def elsewhere(self, person: Person, *, manages: bool = False) -> Person:
        """Return the same person in another server, Another place."""
        guild = self.env.create_guild("Another place")
        channel = guild.create_text_channel("parlour")
        role = guild.create_role("moderators", permissions=discord.Permissions(manage_guild=manages))
        return Person(self, guild.add_member(person.actor.user, roles=[role]), channel)

    # The room and its card

    async def add_room(self, **options: Any) -> None:
        """Let the moderator add a room in the library."""
        answer = await self.moderator.uses("quiet room add", channel=self.library, **options)
        assert "Done" in answer.text, answer.text

    def messages_in(self, channel_id: int) -> list[Shown]:
        """Return the messages of a channel, oldest first."""
        found = self.env.backend.messages.get(channel_id, {}).values()
        return [Shown(self.env, each) for each in sorted(found, key=lambda each: each.id)]

    def cards(self, channel: simcord.ChannelHandle | None = None) -> list[Shown]:
        """Return the cards in the library, or another channel, oldest first."""
        found = self.messages_in((channel or self.library).id)
        return [each for each in found if not each.is_private and each.is_card]

    def watch_cards(self) -> None:
        """Begin to note new cards in the library, for `new_cards`."""
        self._sees_cards, self._seen = True, {}
        self._watched = {each.id for each in self.cards()}

    def new_cards(self) -> list[Shown]:
        """Return the messages that were cards in the library since `watch_cards`, deleted or not."""
        return [each for message_id, each in sorted(self._seen.items()) if message_id not in self._watched]

    def posts(self) -> list[Shown]:
        """Return what else the bot wrote in the library for everyone, oldest first."""
        found = self.messages_in(self.library.id)
        return [each for each in found if not (each.is_private or each.is_card)]

    def card(self) -> Shown:
        """Return the newest card."""
        return self.cards()[-1]

    def card_text(self) -> str:
        """Return what the newest card says."""
        return self.card().text

    # Time and requests

    @property
    def now(self) -> datetime:
        """The current moment of the story."""
        return self.clock.now()

    async def pass_time(self, **span: float) -> None:
        """Let time pass (`minutes=5`), stopping wherever something is due."""
        end, before = self.now + timedelta(**span), None
        while True:
            due = await self._next_due()
            assert (due, self.now) != before, "something is due and the worker sleeps on"
            before = (due, self.now)
            stop = end if due is None else min(end, datetime.fromtimestamp(int(due), UTC))
            await self.env.advance_time(max(0.0, (stop - self.now).total_seconds()))
            await self.settle()
            if stop == end:
                return

    async def advance_without_waiting(self, **span: float) -> None:
        """Let time pass, and wake the worker without waiting for it."""
        self.env.backend.advance_clock(timedelta(**span).total_seconds())
        self.clock.wake_if_due()

    async def advance_to_what_is_next(self) -> None:
        """Let time pass until the next thing is due, and wake the worker without waiting for it."""
        due = await self._next_due()
        assert due is not None
        await self.advance_without_waiting(seconds=int(due) - self.now.timestamp())

    async def _next_due(self) -> int | None:
        found = await self.database.read(
            lambda statements: statements.rows(
                "next_due", shard_range=self.client.services.shards.number, under_way=""
            )
        )
        return min((int(row["due_at"]) for row in found if row["due_at"] is not None), default=None)

    async def sleeps_through(self, **span: float) -> None:
        """Stop the process for a time, then start another with the same database."""
        await stop(self.worker)
        self.env.backend.advance_clock(timedelta(**span).total_seconds())
        await self.restarts()

    async def live(self, action: Awaitable[simcord.InteractionResult]) -> Answer:
        """Run an interaction and everything that it causes."""
        result = await action
        await self.settle()
        return Answer(self.env, result)

    async def settle(self) -> None:
        """Wait until everything that is due now is done, except a request that is held."""
        if self._held is None:
            await self.clock.until_asleep()
        await self.env.settle(idle=IDLE_SECONDS)
        if self._held is None:
            await self.clock.until_asleep()
        self._seen |= {each.id: each for each in self.cards()} if self._sees_cards else {}

    @asynccontextmanager
    async def held(self, method: str) -> AsyncIterator[asyncio.Event]:
        """Delay the worker's next request by `method` until the end; the event is set once it arrives."""
        came, release = asyncio.Event(), asyncio.Event()
        plain = self._hang(method, came, before=release)
        try:
            yield came
        finally:
            self._held = None
            self.client.http.request = plain  # type: ignore[method-assign] # as it was
            release.set()
            await self.settle()

    def hangs_after(self, method: str) -> asyncio.Event:
        """Let Discord carry out the worker's next request by `method`, but lose the answer.

        For a process that dies in between; the event is set when it is time for `restarts`.
        """
        came = asyncio.Event()
        self._hang(method, came, after=asyncio.Event())
        return came

    def takes_seconds(self, method: str, seconds: float) -> None:
        """Let each request by `method` take some time of the story, until the bot restarts."""
        plain = self.client.http.request

        async def request(route: discord.http.Route, **given: Any) -> Any:
            if route.method == method:
                self.env.backend.advance_clock(seconds)
            return await plain(route, **given)

        self.client.http.request = request  # type: ignore[method-assign] # every request passes it

    def _hang(
        self,
        method: str,
        came: asyncio.Event,
        before: asyncio.Event | None = None,
        after: asyncio.Event | None = None,
    ) -> Any:
        """Make requests by `method` signal `came` and wait; return the original method."""
        plain = self.client.http.request

        async def request(route: discord.http.Route, **given: Any) -> Any:
            if route.method != method:
                return await plain(route, **given)
            if before:
                came.set()
                await before.wait()
            done = await plain(route, **given)
            came.set()
            if after:
                await after.wait()
            return done

        self._held = came
        self.client.http.request = request  # type: ignore[method-assign] # every request passes it
        return plain

    async def act_at_once(self, actions: Sequence[Callable[[], Awaitable[Answer]]]) -> list[Answer]:
        """Let several people act at the same moment: all interactions arrive before one is answered."""
        settle, self.env._settle_internal = self.env._settle_internal, _not_yet  # type: ignore[method-assign] # noqa: SLF001 - SimCord settles after each
        settle_world, self.settle = self.settle, _not_yet  # type: ignore[method-assign] # so does this world
        try:
            answers = [await act() for act in actions]
        finally:
            self.env._settle_internal = settle  # type: ignore[method-assign] # noqa: SLF001 - as above
            self.settle = settle_world  # type: ignore[method-assign] # as above
        await self.settle()
        return answers

    def spent(self) -> list[str]:
        """Return the rate-limited requests since the last time this was asked."""
        requests = self.env.http_requests[self._counted :]
        self._counted += len(requests)
        return checks.rate_limited(requests)

    # The process

    async def row_counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        if isinstance(self.database, PostgresDatabase):
            return await rows.count_in_postgres(self.database)
        return await rows.count(self.folder / "alongside.db")

    async def columns(self) -> dict[str, list[str]]:
        """Return the names of each table's columns."""
        return await rows.columns(self.folder / "alongside.db")

    async def dump(self, *, besides: Collection[int] = ()) -> dict[str, list[str]]:
        """Return every row of each table, except rows that contain any of the ids in `besides`."""
        return await rows.dump(self.folder / "alongside.db", besides)

    def busy(self) -> list[str]:
        """Return the client's unfinished tasks and requests."""
        return [str(each.get_coro()) for each in self.env._work.tasks if not each.done()]  # noqa: SLF001 - as it counts

    def files(self) -> list[Path]:
        """Return the files of the database."""
        return list(self.folder.glob("alongside.db*"))

    def run(self) -> None:
        """Start the worker."""
        self.clock.forget()
        with self.env.time_context():
            self.worker = asyncio.create_task(self.client.services.worker.run())

    async def restarts(self, *, only_shard: int | None = None) -> None:
        """End the process and start another with the same database, of all shards or of one."""
        await stop(self.worker)
        self._held = None
        if only_shard is not None:
            await rows.divide(self.folder / "alongside.db", self.client.shard_count or 1)
        self.client = new_client(self.database, self.clock, self.client.shard_count, only_shard)
        await self.env.restart_bot(self.client)
        self.run()
        await self.settle()

    def check(self) -> None:
        """Run the checks for every story."""
        checks.check_privacy(self.env.http_requests)
        if self.expects_errors:
            return
        there = [each for found in self.env.backend.messages.values() for each in found.values()]
        public = [each for each in there if not each.is_ephemeral]
        checks.check_one_card(json.dumps(each.components) for each in public)
        ours = [error for error in self.env.errors if not checks.is_refusal(error)]
        assert not ours, ours


async def _not_yet(**_: Any) -> None:
    """Do nothing: the world settles once all have acted."""
