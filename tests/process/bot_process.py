"""The shipped bot as a child process, connected to a sandbox in this one."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import Reply, Sandbox
from sandbox.api.request_log import RequestRecord
from sandbox.client.actor import Actor
from sandbox.state import messages
from sandbox.state.models import Channel, ChannelType, Guild, Member, Message, User
from tests import openapi
from tests.process.launching import Child, launch
from tests.process.saved_files import SavedFiles
from tests.secrets import telling

STOPS_WITHIN_SECONDS = 20.0  # the bot needs ten at most; a busy machine needs longer for it
POST = ("POST", "/channels/{channel_id}/messages")
EDIT = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
DELETE = ("DELETE", "/channels/{channel_id}/messages/{message_id}")
CALLBACK = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
LOOK = ("GET", "/channels/{channel_id}/messages")
OPEN_DM = ("POST", "/users/@me/channels")
SYNC = ("PUT", "/applications/{application_id}/commands")
_SHORTEST_TEXT = 20  # of lines that are looked for in the log; shorter ones may be there by chance


async def agree(person: Actor, **choices: object) -> Reply:
    """Ask for check-ins and agree."""
    options = {"zone": "Europe/Berlin", "days": "daily", "window": "morning", "per_week": 2} | choices
    proposal = await person.run("checkins", channel="general", options=options)
    return await (await person.click(proposal.messages[-1], "Yes, begin")).settled()


class BotProcess(SavedFiles):
    """What the stories use: people, the clock, the bot's process, and its requests to Discord."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        super().__init__(folder)
        self.box = box
        self.log: list[str] = []
        self.allowed: list[str] = []  # parts of refusals that a story provokes
        self.settings = {
            "DISCORD_TOKEN": box.token,
            "DISCORD_API_URL": box.api_url,
            "DISCORD_GATEWAY_URL": box.gateway_url,
            "CLOCK_URL": box.clock_url,
            "DATABASE_URL": f"sqlite:///{folder / 'data' / 'alongside.db'}",
            "LOG_LEVEL": "DEBUG",
        }
        self._heard = asyncio.Event()
        self._spare: list[str] = []  # channels for rooms of stories that share this process
        self._bot: Child | None = None
        self._log_reader: asyncio.Task[None] | None = None

    # The bot's life

    async def start(self, shards: int = 0) -> None:
        """Start the bot and wait until it, or the given number of its shards, is connected.

        Its worker may not have begun yet.
        """
        await self.launch()
        if shards:
            await self.box.until(lambda: len(self.box.gateway.sessions) == shards)
        else:
            await self.box.until_ready()

    async def launch(self, file_bytes: int = resource.RLIM_INFINITY, code: str = "") -> None:
        """Start the bot without waiting for a connection."""
        self._bot = await launch(self.folder, self.settings, "run", file_bytes=file_bytes, code=code)
        self._log_reader = asyncio.create_task(self._read_log(self._bot))

    async def stop(self) -> int:
        """Stop the bot with a signal, as a supervisor does, and return its exit code."""
        bot = self._running
        bot.terminate()
        return await self._ended(bot)

    async def ended(self) -> int:
        """Wait until the bot ends without being stopped, and return its exit code."""
        return await self._ended(self._running)

    def fill_disk(self) -> None:
        """Limit file sizes so that no file of the bot can grow."""
        self._limit_files(0)

    def empty_disk(self) -> None:
        """Let the bot write again."""
        self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, most: int) -> None:
        resource.prlimit(self._running.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    async def kill(self) -> None:
        """Kill the bot, in the middle of its work, and wait until its connections are gone."""
        await self.kill_process()
        await self.box.until(lambda: not self.box.bot_connected and not self.box.clock.followers)

    async def kill_process(self) -> None:
        """Kill the bot; another process may take over at once."""
        bot = self._running
        bot.kill()
        await self._ended(bot)

    def freeze(self) -> None:
        """Stop the bot in the middle of its work, as on a machine that hangs."""
        self._running.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let a frozen bot go on."""
        self._running.send_signal(signal.SIGCONT)

    async def restart(self) -> None:
        """End the bot properly and start it again."""
        assert await self.stop() == 0
        await self.box.until(lambda: not self.box.bot_connected and not self.box.clock.followers)
        await self.start()

    @property
    def is_running(self) -> bool:
        """Whether the bot's process is there."""
        return self._bot is not None and self._bot.returncode is None

    @property
    def _running(self) -> Child:
        assert self._bot is not None
        return self._bot

    async def _ended(self, bot: Child) -> int:
        async with asyncio.timeout(STOPS_WITHIN_SECONDS):
            code = await bot.wait()
            assert self._log_reader is not None
            await self._log_reader
        return code

    async def _read_log(self, bot: Child) -> None:
        assert bot.stderr is not None
        async for line in bot.stderr:
            self.log.append(line.decode().rstrip())
            self._heard.set()

    async def says(self, part: str) -> str:
        """Wait until the bot's log has a line that contains `part`, and return the first such line."""
        async with asyncio.timeout(40):
            while not (lines := [line for line in self.log if part in line]):
                self._heard.clear()
                await self._heard.wait()
        return lines[0]

    async def kill_if_running(self) -> None:
        """Stop any process that a story left running."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.kill()
            await self._bot.wait()
        if self._log_reader is not None:
            await self._log_reader

    # Time

    async def wait(self, **spans: float) -> None:
        """Let time pass, as `timedelta` names it; the bot has done all that fell due when this returns."""
        await self.wait_until(self.box.clock.now() + timedelta(**spans))

    async def wait_until(self, moment: datetime) -> None:
        """Let time pass until `moment`."""
        await self.box.clock.move(moment)

    async def wait_for_next(self, **beyond: float) -> None:
        """Let time pass until just after the next check-in is due, or until `beyond` after that."""
        (due_at,) = self.rows("SELECT MIN(occurs_at) FROM due WHERE kind = 'checkin'")[0]
        await self.wait_until(datetime.fromtimestamp(due_at, UTC) + timedelta(**(beyond or {"seconds": 1})))

    async def settle(self) -> None:
        """Wait until the bot has done all that is due, and has set its next alarm."""
        await self.box.clock.move(self.box.clock.now())

    # People and what they see

    @property
    def guild(self) -> Guild:
        """Juniper House."""
        return next(guild for guild in self.box.world.guilds.values() if guild.name == "Juniper House")

    def person(self, name: str) -> Actor:
        """Return a person by name."""
        return self.box.person(name)

    def add_channels(self, count: int) -> None:
        """Add `count` channels for rooms. Call it before the bot starts: no event announces them."""
        for number in range(count):
            channel = Channel(1 + max(self.box.world.guild_of), ChannelType.TEXT, f"nook-{number}")
            self.box.world.add_channel(self.guild, channel)
            self._spare.append(channel.name)

    async def new_room(self, **more: object) -> str:
        """Add a room in a channel that no story used yet; return the name of both."""
        name = self._spare.pop()
        await self.add_room(name, name, **more)
        return name

    def welcome(self, count: int) -> list[Actor]:
        """Let this many new members join."""
        first = max(self.box.world.users) + 1
        found = []
        for number in range(count):
            user = User(first + number * 7919, f"guest{number}", f"Guest {number}")
            self.guild.members[user.id] = Member(user, [], self.box.clock.now())
            self.box.world.users[user.id] = user
            found.append(self.box.person(str(user.id)))
        return found

    async def add_room(self, channel: str = "library", name: str = "Library", **more: object) -> Reply:
        """Let the moderator add a room."""
        options = {"channel": channel, "name": name, **more}
        reply = await self.person("Mika").run("quiet room add", channel="quiet-corner", options=options)
        assert f"{name} is ready" in reply.text, reply.text
        await self.settle()  # its card is posted
        return reply

    def posted(self, channel: str = "library") -> list[Message]:
        """Return what everyone sees in a channel."""
        return [one for one in self.person("Mika").sees(channel) if one.ephemeral_to is None]

    async def card(self, channel: str = "library") -> Message:
        """Return the card of an open session, the newest message of a channel, once it is recorded."""

        def opened() -> list[Message]:
            return [each for each in self.posted(channel) if "'rooms:sit:" in str(each.components)]

        await self.box.until(opened)
        await self.settle()
        return opened()[-1]

    async def shows(self, message: Message, text: str) -> None:
        """Wait until a message says `text`."""
        try:
            await self.box.until(lambda: text in messages.plain_text(message))
        except TimeoutError:
            raise AssertionError(f"{text!r} not in {messages.plain_text(message)!r}") from None

    # What was asked of Discord

    def spent(self, since: int = 0) -> list[tuple[str, str]]:
        """Return the rate-limited requests that changed something, as method and route."""
        return [(r.method, r.route or r.path) for r in self.changes(since)]

    def spent_in(self, channel_id: int, since: int = 0) -> list[tuple[str, str]]:
        """Return the requests of `spent` that were about one channel."""
        inside = f"/channels/{channel_id}/"
        return [(r.method, r.route or r.path) for r in self.changes(since) if r.path.startswith(inside)]

    def changes(self, since: int = 0) -> list[RequestRecord]:
        """Return the records of rate-limited requests that changed something."""
        return [r for r in self.box.requests[since:] if r.limited and r.method != "GET"]

    def count(self, what: tuple[str, str], since: int = 0) -> int:
        """Return how many rate-limited requests changed something."""
        return Counter(self.spent(since))[what]

    def count_of(self, what: tuple[str, str], since: int = 0) -> int:
        """Return how many matching requests were made, including those that only read."""
        return sum((one.method, one.route) == what for one in self.box.requests[since:])

    @property
    def mark(self) -> int:
        """How many requests have been recorded, for `since`."""
        return len(self.box.requests)

    # What holds in every story

    def check(self) -> None:
        """Assert what must be true in every story."""
        refused = [one for one in self.box.refusals if not any(part in one for part in self.allowed)]
        assert not refused, refused
        leaks = self.leaks()
        assert not leaks, leaks
        if openapi.DESCRIPTION.exists():
            odd = {one for record in self.box.requests for one in openapi.violations(record)}
            assert not odd, odd

    def leaks(self) -> list[str]:
        """Return the lines of the log that contain a Discord id, a name, a token, or a text."""
        secrets: set[str] = {self.box.token, *self._texts()}
        for user in self.box.world.users.values():
            secrets |= {str(user.id)} if user.bot else {str(user.id), user.display}
        return telling(self.log, secrets)

    def _texts(self) -> set[str]:
        channels = [*self.guild.channels.values(), *self.box.world.dms.values()]
        seen: Sequence[Message] = [one for channel in channels for one in channel.messages.values()]
        lines = {line for one in seen for line in messages.plain_text(one).splitlines()}
        return {line for line in lines if len(line) >= _SHORTEST_TEXT}
