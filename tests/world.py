"""A server with people in it, and the real bot: every story among the tests is told in this world.

The bot's own client runs in SimCord, an independent simulator of Discord, over a real SQLite file. This
is the only module that knows SimCord. What has to be patched in it stands in `patch_simcord`, and
`tests/stories/test_simulator.py` fails when an upgrade makes a patch needless. Longer than other modules
for that reason: whatever touches SimCord has to be here.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import discord
import pytest
import simcord
from discord import app_commands
from simcord import actors, interactions
from simcord.backend import serializers
from simcord.backend.errors import OptionError
from simcord.backend.models import Message, Overwrite
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType, OverwriteType
from simcord.http.client import FakeHTTPClient

from bot.app.compose import wire
from bot.errors import RefusalError
from bot.gateway.client import Client, make_client
from bot.rooms.sessions.rules import CALLS_PER_SESSION
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.sqlite.database import SqliteDatabase
from tests.stories.clock import ManualClock

DiscordRefuses = OptionError  # what a fair client does not let pass
MONDAY_MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_IDS = re.compile(r"\d{15,}")
_CARD = re.compile(r'"rooms:how:(?P<session>\d+):v1"')
_EXEMPT = re.compile(r"POST /interactions/|(GET|POST|PATCH|DELETE) /webhooks/")
_IDLE_SECONDS = 0.001
_PATIENCE_SECONDS = 60.0  # a busy machine is no failure
_SAYS_SOMETHING = 4  # a callback with a message of its own
_SILENT = 1 << 12
_EPHEMERAL = 1 << 6
_REFUSED = (
    RefusalError,
    app_commands.CommandNotFound,
    app_commands.CommandSignatureMismatch,
    app_commands.TransformerError,
)

UNPATCHED_REQUEST = FakeHTTPClient.request
UNPATCHED_BASE_PAYLOAD = interactions.base_payload


def settling_defaults() -> dict[str, Any]:
    """Return what SimCord waits by after each deed, as it is or as it is patched."""
    defaults = simcord.Env._settle_internal.__kwdefaults__  # noqa: SLF001 - it has no setting
    assert defaults is not None
    return defaults


def patch_simcord(monkeypatch: pytest.MonkeyPatch, locales: dict[int, str]) -> None:
    """Let SimCord wait no longer than needed, know nonces, and give members by id a locale of their own."""
    monkeypatch.setitem(settling_defaults(), "idle", _IDLE_SECONDS)
    plain = interactions.base_payload

    def with_locale(*given: Any, **named: Any) -> Any:
        record, payload = plain(*given, **named)
        payload["locale"] = locales.get(named["user_id"], payload["locale"])
        return record, payload

    monkeypatch.setattr(interactions, "base_payload", with_locale)
    plain_request, sent = FakeHTTPClient.request, dict[tuple[str, str], Any]()

    async def with_nonces(self: FakeHTTPClient, route: discord.http.Route, **given: Any) -> Any:
        body = given.get("json")
        if not isinstance(body, dict) or not body.get("enforce_nonce"):
            return await plain_request(self, route, **given)
        key = (route.url, str(body["nonce"]))
        if key not in sent:
            sent[key] = await plain_request(self, route, **given)
        return sent[key]

    monkeypatch.setattr(FakeHTTPClient, "request", with_nonces)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as somebody sees it."""

    env: simcord.Env
    message: Message

    @property
    def text(self) -> str:
        """All its text."""
        texts = [str(each["content"]) for each in self._all() if each["type"] == ComponentType.TEXT_DISPLAY]
        return "\n".join(filter(None, [self.message.content, *texts]))

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [str(each["label"]) for each in self._all() if each["type"] == ComponentType.BUTTON]

    @property
    def is_silent(self) -> bool:
        """Whether it came without a notification."""
        return bool(self.message.flags & _SILENT)

    @property
    def is_private(self) -> bool:
        """Whether one person alone sees it."""
        return self.message.is_ephemeral

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted."""
        return self.message.id not in self.env.backend.messages.get(self.message.channel_id, {})

    @property
    def file(self) -> bytes:
        """The one file that came with it."""
        (attachment,) = self.message.attachments
        return self.env.backend.cdn.get(attachment["url"]) or b""

    @property
    def alts(self) -> list[str]:
        """What its pictures say to whoever does not see them."""
        galleries = [each for each in self._all() if each["type"] == ComponentType.MEDIA_GALLERY]
        return [str(item["description"]) for each in galleries for item in each["items"]]

    def custom_id(self, name: str) -> str:
        """Return the custom id of the button labelled, or the select with the placeholder, `name`."""
        found = [each for each in self._all() if name in (each.get("label"), each.get("placeholder"))]
        assert len(found) == 1, f"{name!r} is not among {self.buttons}"
        return str(found[0]["custom_id"])

    def options(self, placeholder: str) -> list[str]:
        """Return what a select offers."""
        (found,) = [each for each in self._all() if each.get("placeholder") == placeholder]
        return [str(each["label"]) for each in found["options"]]

    def handle(self) -> simcord.ResponseMessage:
        """Return what SimCord wants to be given."""
        return simcord.ResponseMessage(self.env, self.message)

    def _all(self) -> list[dict[str, Any]]:
        return list(walk_components(self.message.components))


class Answer:
    """What an interaction was answered with, as far as the member sees it."""

    def __init__(self, env: simcord.Env, result: simcord.InteractionResult) -> None:
        self.env = env
        self.result = result

    @property
    def told(self) -> list[Shown]:
        """The messages meant for the member alone, oldest first (in direct messages: all)."""
        every = [self.result.response, *self.result.followups]
        shown = [Shown(self.env, each._message) for each in every if each]  # noqa: SLF001 - no public way
        is_direct = self.result._interaction.guild_id is None  # noqa: SLF001 - no public way
        return [each for each in shown if each.is_private or is_direct]

    @property
    def panel(self) -> Shown:
        """The newest of them."""
        return self.told[-1]

    @property
    def text(self) -> str:
        """All their text."""
        return "\n".join(each.text for each in self.told)

    @property
    def buttons(self) -> list[str]:
        """The labels of the newest one's buttons."""
        return self.panel.buttons

    @property
    def is_acknowledged(self) -> bool:
        """Whether Discord was told that the interaction arrived."""
        return self.result.acknowledged

    @property
    def form(self) -> dict[str, Any] | None:
        """The form that was opened."""
        return self.result.modal


class Person:
    """Somebody in the server, who does what a person can do in Discord."""

    def __init__(
        self, world: "World", actor: simcord.MemberActor, channel: simcord.ChannelHandle | None = None
    ) -> None:
        self.world = world
        self.actor = actor
        self._channel = channel
        self.id = actor.id
        self.mention = actor.mention

    @property
    def channel(self) -> simcord.ChannelHandle:
        """Where they are: in the library, or in another server."""
        return self._channel or self.world.library

    async def uses(self, command: str, /, **options: Any) -> Answer:
        """Use a slash command in the library."""
        return await self.world.live(self.actor.slash(self.channel, command, **options))

    async def uses_in_dm(self, command: str, /, **options: Any) -> Answer:
        """Use a slash command in the direct messages with the bot."""
        return await self.world.live(self.actor.user.slash(command, **options))

    async def types(self, command: str, option: str, typed: str, /, **filled: Any) -> dict[str, Any]:
        """Type into an option and return the choices offered, values by name."""
        offered = await self.actor.autocomplete(self.channel, command, option, typed, **filled)
        return {each["name"]: each["value"] for each in offered}

    async def taps(self, shown: Shown, label: str) -> Answer:
        """Tap a button."""
        tap = self._in(shown).click(shown.handle(), custom_id=shown.custom_id(label))
        return await self.world.live(tap)

    async def chooses(self, shown: Shown, placeholder: str, choice: Any) -> Answer:
        """Choose in a select."""
        return await self.chooses_all(shown, placeholder, [choice])

    async def chooses_all(self, shown: Shown, placeholder: str, choices: list[Any]) -> Answer:
        """Choose several in a select."""
        custom_id = shown.custom_id(placeholder)
        return await self.world.live(self._in(shown).select(shown.handle(), choices, custom_id=custom_id))

    async def sends(self, opened: Answer, /, **values: Any) -> Answer:
        """Fill in a form and send it."""
        return await self.world.live(self.actor.submit_modal(opened.result, values))

    async def forges(self, custom_id: str, shown: Shown | None = None, **data: Any) -> Answer:
        """Tap something that is not there, on the card if nothing else is given."""
        shown = shown or self.world.card()
        return await self.world.live(self._forge(custom_id, shown, data))

    async def forges_form(self, custom_id: str, fields: dict[str, str], *, chosen: bool = False) -> Answer:
        """Send a form that was not opened, with fields by name: typed, or `chosen` in selects."""
        inputs = [
            {"type": ComponentType.STRING_SELECT, "custom_id": name, "values": [value]}
            if chosen
            else {"type": ComponentType.TEXT_INPUT, "custom_id": name, "value": value}
            for name, value in fields.items()
        ]
        labels = [{"type": ComponentType.LABEL, "component": each} for each in inputs]
        data = {"custom_id": custom_id, "components": labels}
        return await self.world.live(
            actors._dispatch_actor_interaction(  # noqa: SLF001 - the public way is what a fair client can do
                self.actor, InteractionType.MODAL_SUBMIT, self.channel, data
            )
        )

    async def forges_command(self, name: str, *options: dict[str, Any]) -> Answer:
        """Use a command that their client would not offer."""
        root = self.world.env.backend.find_command(name, self.world.guild.id, type=1)
        assert root is not None
        data = {"id": root["id"], "name": name, "type": 1, "options": list(options)}
        return await self.world.live(
            actors._dispatch_actor_interaction(  # noqa: SLF001 - the public way is what a fair client can do
                self.actor, InteractionType.APPLICATION_COMMAND, self.channel, data
            )
        )

    async def _forge(self, custom_id: str, shown: Shown, data: dict[str, Any]) -> simcord.InteractionResult:
        backend = self.world.env.backend
        given = {"custom_id": custom_id, "component_type": ComponentType.BUTTON, **data}
        button = {"type": given["component_type"], "custom_id": custom_id, "style": 2, "label": "Forged"}
        message = dict(serializers.message_payload(backend, shown.message))
        message["components"] = [{"type": ComponentType.ACTION_ROW, "components": [button]}]
        channel = simcord.ChannelHandle(
            self.world.env, self.actor.guild, backend.get_channel(shown.message.channel_id)
        )
        return await actors._dispatch_actor_interaction(  # noqa: SLF001 - see above
            self._in(shown),
            InteractionType.MESSAGE_COMPONENT,
            channel,
            given,
            extra={"message": message},
            source_message_id=shown.message.id,
        )

    def _in(self, shown: Shown) -> Any:
        is_direct = self.world.env.backend.get_channel(shown.message.channel_id).guild_id is None
        return self.actor.user if is_direct else self.actor

    @property
    def direct_messages(self) -> list[Shown]:
        """What is in their direct messages with the bot now, oldest first, answers to commands left out."""
        found = self.world.messages_in(self.actor.user.dm_channel.id)
        return [each for each in found if not each.is_private]

    async def opens(self, **options: Any) -> Answer:
        """Open a session with /sit, or join the one that is open."""
        return await self.uses("sit", **options)

    async def sits(self) -> Answer:
        """Take a seat by the card."""
        return await self.taps(self.world.card(), "Sit")

    async def slips_out(self) -> Answer:
        """Give up the seat by the card."""
        return await self.taps(self.world.card(), "Slip out")

    async def nods(self) -> Answer:
        """Nod by the card."""
        return await self.taps(self.world.card(), "Nod")

    async def agrees(self, purpose_button: str) -> Answer:
        """Say yes to a purpose in /me, by the button that asks for it."""
        me = await self.uses("me")
        asked = await self.taps(me.panel, purpose_button)
        return await self.taps(asked.panel, "Yes")


class World:
    """One server with a library, a moderator and members; the bot; and the time."""

    def __init__(
        self,
        env: simcord.Env,
        client: Client,
        clock: ManualClock,
        database: Database,
        folder: Path,
        locales: dict[int, str],
    ) -> None:
        self.env = env
        self.folder = folder
        self.client = client
        self.clock = clock
        self.database = database
        self.locales = locales
        self.worker: asyncio.Task[None]
        self.expects_errors = False
        self._counted = 0
        self._held: asyncio.Event | None = None
        self._left: Any = None  # the server while the bot is not in it
        self._repeats = 0  # requests that a process could not know of, and made again
        self.guild = env.create_guild("Reading circle")
        self.library = self.guild.create_text_channel("library")
        self.managers = self.guild.create_role(
            "managers", permissions=discord.Permissions(manage_guild=True)
        )
        self.moderator = self.invite("mod", self.managers)
        self.ada, self.ben, self.cleo = (self.invite(name) for name in ("ada", "ben", "cleo"))

    def invite(self, name: str, *roles: simcord.RoleHandle) -> Person:
        """Let somebody join the server."""
        return Person(self, self.guild.add_member(self.env.create_user(name), roles=roles))

    def elsewhere(self, person: Person, *, manages: bool = False) -> Person:
        """Return the same person in another server, Another place."""
        guild = self.env.create_guild("Another place")
        channel = guild.create_text_channel("parlour")
        role = guild.create_role("managers", permissions=discord.Permissions(manage_guild=manages))
        return Person(self, guild.add_member(person.actor.user, roles=[role]), channel)

    # The room and its card

    async def furnish(self, **options: Any) -> None:
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
        return [each for each in found if not each.is_private]

    def card(self) -> Shown:
        """Return the newest card."""
        return self.cards()[-1]

    def card_text(self) -> str:
        """Return what the newest card says."""
        return self.card().text

    # What happens to the server

    def hidden_channel(self) -> simcord.ChannelHandle:
        """Add a channel that only managers see."""
        overwrites: Any = {
            self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            self.managers: discord.PermissionOverwrite(view_channel=True),
            self.env.bot.user: discord.PermissionOverwrite(view_channel=True),
        }
        return self.guild.create_text_channel("attic", overwrites=overwrites)

    def demote(self, person: Person) -> None:
        """Take every role from somebody."""
        self.guild._guild.members[person.id].role_ids.clear()  # noqa: SLF001 - SimCord has no way to take one

    def show_command(self, name: str, person: Person) -> None:
        """Let the server's settings offer a command to somebody who has not what it asks for."""
        command = self.env.backend.find_command(name, self.guild.id, type=1)
        assert command is not None
        self.guild.set_command_permissions(int(command["id"]), {person.actor: True})

    def take_from_bot(self, **permissions: bool | None) -> None:
        """Forbid the bot something in the library (False), or no longer (None)."""
        allow, deny = discord.PermissionOverwrite(**permissions).pair()
        bot_id = self.env.backend.bot_user.id
        overwrite = Overwrite(bot_id, OverwriteType.MEMBER, allow=allow.value, deny=deny.value)
        self.env.backend.set_overwrite(self.library.id, overwrite)

    def let_bot(self, **permissions: bool) -> None:
        """Give the bot's own role permissions in the whole server, or take them."""
        guild = self.env.backend.get_guild(self.guild.id)
        (role,) = (each for each in guild.roles.values() if each.managed)
        held = discord.Permissions(role.permissions)
        held.update(**permissions)
        self.env.backend.edit_role(guild.id, role.id, {"permissions": held.value})

    async def delete(self, shown: Shown) -> None:
        """Let somebody who may delete a message."""
        self.env.backend.delete_message(shown.message.channel_id, shown.message.id)
        await self.settle()

    async def delete_library(self) -> None:
        """Let the library's channel be deleted."""
        self.env.backend.delete_channel(self.library.id)
        await self.settle()

    async def remove_bot(self) -> None:
        """Let the bot be removed from the server; what is in its channels stays."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(self.guild.id)})
        self._left = self.env.backend.guilds.pop(self.guild.id)
        await self.settle()

    async def invite_bot(self) -> None:
        """Let the bot be invited again, after `remove_bot`."""
        self.env.backend.guilds[self.guild.id] = self._left
        payload = dict(serializers.guild_create_payload(self.env.backend, self._left))
        self.env.backend.emit("GUILD_CREATE", payload)
        await self.settle()

    async def outage(self) -> None:
        """Let Discord say that the server is unavailable."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(self.guild.id), "unavailable": True})
        await self.settle()

    async def end_outage(self) -> None:
        """Let Discord say that the server is available again."""
        guild = self.env.backend.get_guild(self.guild.id)
        payload = dict(serializers.guild_create_payload(self.env.backend, guild))
        self.env.backend.emit("GUILD_CREATE", payload)
        await self.settle()

    def rename(self, **changes: str) -> None:
        """Change the server's name, or the language that it tells Discord (`preferred_locale`)."""
        self.env.backend.edit_guild(self.guild.id, changes)

    def fail(self, method: str, path: str, *, status: int, code: int = 0, times: int | None = None) -> None:
        """Let Discord fail requests: `times`, or (None) until `heal`."""
        self.env.inject_error(method, path, status=status, code=code, times=times)

    def close_direct_messages(self, person: Person) -> None:
        """Let somebody close their direct messages, until `heal`."""
        channel = self.env.backend.get_dm_channel(person.id)
        self.fail("POST", f"/channels/{channel.id}/messages", status=403, code=50007)

    def heal(self) -> None:
        """Let Discord fail no longer."""
        self.env.backend.faults.clear()

    # Time and requests

    @property
    def now(self) -> datetime:
        """The moment."""
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
        """Let time pass until something is due, and wake the worker without waiting for it."""
        due = await self._next_due()
        assert due is not None
        await self.advance_without_waiting(seconds=int(due) - self.now.timestamp())

    async def _next_due(self) -> int | None:
        found = await self.database.read(lambda statements: statements.rows("next_due", under_way=""))
        return min((int(row["due_at"]) for row in found if row["due_at"] is not None), default=None)

    async def sleeps_through(self, **span: float) -> None:
        """Let the process be down for a time: only the database remains."""
        await stop(self.worker)
        self.env.backend.advance_clock(timedelta(**span).total_seconds())
        await self.restarts()

    async def live(self, doing: Awaitable[simcord.InteractionResult]) -> Answer:
        """Let an interaction happen, and all that follows from it."""
        result = await doing
        await self.settle()
        return Answer(self.env, result)

    async def settle(self) -> None:
        """Wait until nobody has anything left to do at this moment, but for a request that is held."""
        if self._held is None:
            await self.clock.until_asleep()
        await self.env.settle(idle=_IDLE_SECONDS)
        if self._held is None:
            await self.clock.until_asleep()

    @asynccontextmanager
    async def held(self, method: str) -> AsyncIterator[asyncio.Event]:
        """Hold back the worker's next request by `method` until the end; the event tells that it came."""
        came, release = asyncio.Event(), asyncio.Event()
        plain = self._hang(method, came, before=release)
        try:
            yield came
        finally:
            self._held = None
            self.client.http.request = plain  # type: ignore[method-assign]
            release.set()
            await self.settle()

    def hangs_after(self, method: str) -> asyncio.Event:
        """Let Discord do the worker's next request by `method`, but the answer never arrives.

        For a process that dies in between; the event tells that it is time for `restarts`.
        """
        came = asyncio.Event()
        self._hang(method, came, after=asyncio.Event())
        self._repeats += 1
        return came

    def _hang(
        self,
        method: str,
        came: asyncio.Event,
        before: asyncio.Event | None = None,
        after: asyncio.Event | None = None,
    ) -> Any:
        """Let requests by `method` say that they came and wait for events; return what was in place."""
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
        self.client.http.request = request  # type: ignore[method-assign]
        return plain

    async def at_once(self, deeds: Sequence[Callable[[], Awaitable[Answer]]]) -> list[Answer]:
        """Let several people act in the same moment: every interaction arrives before one is answered."""
        settle, self.env._settle_internal = self.env._settle_internal, _not_yet  # type: ignore[method-assign] # noqa: SLF001 - SimCord settles after each
        settle_world, self.settle = self.settle, _not_yet  # type: ignore[method-assign]
        try:
            answers = [await deed() for deed in deeds]
        finally:
            self.env._settle_internal = settle  # type: ignore[method-assign] # noqa: SLF001 - as above
            self.settle = settle_world  # type: ignore[method-assign]
        await self.settle()
        return answers

    def spent(self) -> list[str]:
        """Return the rate-limited requests since the last time this was asked."""
        requests = self.env.http_requests[self._counted :]
        self._counted += len(requests)
        named = [f"{each.method} {each.path}" for each in requests]
        return [_IDS.sub("*", each) for each in named if not _EXEMPT.match(each)]

    # The process

    async def row_counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        async with aiosqlite.connect(self.folder / "alongside.db") as connection:
            found = await connection.execute_fetchall("SELECT name FROM sqlite_schema WHERE type = 'table'")
            counts = {}
            for (name,) in found:
                query = f'SELECT COUNT(*) FROM "{name}"'  # noqa: S608 - the names are the schema's own
                ((counts[str(name)],),) = await connection.execute_fetchall(query)
        return counts

    async def dump(self, *, besides: Collection[int] = ()) -> dict[str, list[str]]:
        """Return every row of each table, without those that name any of the ids `besides`."""
        known = {str(each) for each in besides}
        async with aiosqlite.connect(self.folder / "alongside.db") as connection:
            found = await connection.execute_fetchall(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            dump = {}
            for (name,) in found:
                query = f'SELECT * FROM "{name}"'  # noqa: S608 - the names are the schema's own
                rows = await connection.execute_fetchall(query)
                dump[str(name)] = sorted(
                    repr(tuple(row)) for row in rows if known.isdisjoint(map(str, row))
                )
        return dump

    def busy(self) -> list[str]:
        """Return what the client still has under way, or waits for."""
        return [str(each.get_coro()) for each in self.env._work.tasks if not each.done()]  # noqa: SLF001 - as it counts

    def files(self) -> list[Path]:
        """Return the files of the database."""
        return list(self.folder.glob("alongside.db*"))

    def run(self) -> None:
        """Start the worker."""
        self.clock.forget()
        with self.env.time_context():
            self.worker = asyncio.create_task(self.client.services.worker.run())

    async def restarts(self) -> None:
        """Let the process end and another begin: only the database remains."""
        await stop(self.worker)
        self._held = None
        self.client = new_client(self.database, self.clock, self.client.shard_count)
        await self.env.restart_bot(self.client)
        self.run()
        await self.settle()

    # What holds in every story

    def check(self) -> None:
        """Check what no story may break: answers are private, nothing mentions, nothing fails."""
        for each in self.env.http_requests:
            body = each.json if isinstance(each.json, dict) else {}
            is_callback = each.path.startswith("/interactions/")
            message = (body.get("data") or {}) if is_callback else body
            is_answer = each.path.startswith("/webhooks/") and each.method == "POST"
            if is_answer or (is_callback and body["type"] == _SAYS_SOMETHING):
                assert int(message.get("flags", 0)) & _EPHEMERAL, f"seen by everybody: {message}"
            if "content" in message or ("components" in message and "title" not in message):
                assert message["allowed_mentions"] == {"parse": []}, message
        self._check_budget()
        ours = [error for error in self.env.errors if not _is_refusal(error)]
        assert self.expects_errors or not ours, ours

    def _check_budget(self) -> None:
        """Check that no session cost more than four requests; a button of a card tells whose it is."""
        messages = [
            each for each in self.env.http_requests if re.match(r"/channels/\d+/messages", each.path)
        ]
        posts = [(each, _CARD.search(json.dumps(each.json))) for each in messages if each.method == "POST"]
        cards = {
            (str(each.json["nonce"]), found["session"]) for each, found in posts if each.json and found
        }
        edits = [each for each in messages if each.method == "PATCH"]
        sessions = {session for _, session in cards}
        most = CALLS_PER_SESSION * len(sessions) + self._repeats
        assert self.expects_errors or len(cards) + len(edits) <= most, (cards, edits)


def _is_refusal(error: BaseException) -> bool:
    return isinstance(getattr(error, "original", error), _REFUSED)


async def _not_yet(**_: Any) -> None:
    """Settle later."""


def new_client(database: Database, clock: ManualClock, shard_count: int | None) -> Client:
    """Return the shipped client on a database, as a process that starts has it."""
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=shard_count)
    return make_client(wire(database, clock), settings)


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def open_world(
    folder: Path, monkeypatch: pytest.MonkeyPatch, shard_count: int | None = None
) -> AsyncIterator[World]:
    """Open a world on a Monday morning, and check at its end what holds in every story."""
    locales: dict[int, str] = {}
    patch_simcord(monkeypatch, locales)
    database = await SqliteDatabase.open(folder / "alongside.db")
    try:
        clock = ManualClock(lambda: env.now())  # noqa: PLW0108 - it is made two lines below
        client = new_client(database, clock, shard_count)
        env = simcord.Env(client, settle_timeout=_PATIENCE_SECONDS)
        env.backend.advance_clock((MONDAY_MORNING - env.now()).total_seconds())
        world = World(env, client, clock, database, folder, locales)
        await env.start()
        world.run()
        await world.settle()
        world.spent()
        try:
            yield world
        finally:
            await stop(world.worker)
            await env.shutdown()
        world.check()
    finally:
        await database.close()
