"""The set-up of a card story: the shipped bot, an open session, people, and a scripted Discord."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord.ui import LayoutView
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.app.compose import wire
from bot.gateway.client import Client
from bot.gateway.shards import make_client
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.model import Room
from bot.rooms.sessions.cards import get_message
from bot.rooms.sessions.model import CardMessage, Session
from bot.services import Services
from bot.settings import Settings
from bot.storage.database import Statements
from bot.storage.sqlite.database import SqliteDatabase
from cogs.rooms.card_views import card_view
from cogs.rooms.commands import RoomsCog
from cogs.ui.routes import CustomId
from sandbox.state import payloads
from sandbox.state.clock import Clock
from sandbox.state.seed import default_world
from sandbox.state.simulation import Simulation
from tests.cards.answers import Json
from tests.cards.deterministic_loop import StoryClock, settle
from tests.cards.records import Posted, SentInteraction
from tests.cards.scripted_discord import ScriptedDiscord
from tests.rooms import sit

_BUTTON = 2


class Stage:
    """The bot, its room and the scripted Discord, and what people do in a story."""

    def __init__(
        self, bot: Client, script: ScriptedDiscord, guild: Json, room: Room, session: Session
    ) -> None:
        self.bot = bot
        self.script = script
        self.room = room
        self.session_id = session.session_id
        self._guild = guild

    @property
    def services(self) -> Services:
        """The bot's services."""
        return self.bot.services

    async def session(self) -> Session | None:
        """Return the stored session, or None once it is over."""

        async def work(statements: Statements) -> Session | None:
            return await statements.one(Session, "get_session", session_id=self.session_id)

        return await self.services.database.read(work)

    async def message(self) -> CardMessage:
        """Return what is stored about the room's card."""
        found = await self.services.database.read(partial(get_message, room=self.room))
        assert isinstance(found, CardMessage)
        return found

    def card(self) -> Posted | None:
        """Return the newest card that was not deleted."""
        there = [each for each in self.cards() if not each.is_gone]
        return there[-1] if there else None

    def cards(self) -> list[Posted]:
        """Return every message of the room, including deleted ones."""
        return list(self.script.posted.values())

    async def is_true(self, posted: Posted) -> bool:
        """Return whether a card shows what is stored."""
        shown = await self.services.cards.find(self.room.room_id)
        assert shown is not None
        say = await self.bot.say_to_server(self.room.guild_id)
        return posted.components == _components(card_view(shown, say))

    def known_cards(self) -> list[int]:
        """Return the rooms whose cards the updater still has in memory."""
        return list(cast("RoomsCog", self.bot.get_cog("RoomsCog"))._updater._states)  # noqa: SLF001 - to see leaks

    def let_read_history(self, *, is_allowed: bool) -> None:
        """Grant the bot Read Message History everywhere, or remove it."""
        self.script.is_readable = is_allowed
        bit = 1 << 16
        for role in self._guild["roles"]:
            held = int(role["permissions"]) & ~(1 << 3)
            role["permissions"] = str(held | bit if is_allowed else held & ~bit)
            _dispatch(self.bot, "GUILD_ROLE_UPDATE", {"guild_id": self._guild["id"], "role": role})

    # What people do

    def taps(self, member_id: int, label: str, on: Posted | None = None) -> SentInteraction | None:
        """Let a person tap a button of the card, or `on` another message of the room, if there is one."""
        card = on or self.card()
        wanted = (
            next((each for each in _buttons(card.components) if each["label"] == label), None)
            if card
            else None
        )
        if card is None or wanted is None:
            return None
        return self._happens(member_id, 3, _component(wanted["custom_id"]), card.message_id)

    def taps_privately(self, member_id: int, custom_id: CustomId) -> SentInteraction:
        """Let a person tap a button of a private panel."""
        return self._happens(member_id, 3, _component(custom_id), self.script.new_id())

    def sits_by_command(self, member_id: int, *, hidden: bool) -> SentInteraction:
        """Let a person use /sit."""
        given = [{"name": "room", "type": 3, "value": self.room.name}]
        given += [{"name": "hidden", "type": 5, "value": True}] if hidden else []
        data = {"id": "77", "name": "sit", "type": 1, "options": given}
        return self._happens(member_id, 2, data, None)

    def interaction(
        self, member_id: int, kind: int, on: Posted | None = None
    ) -> discord.Interaction[Client]:
        """Return an interaction, `on` a message if one is given, that no handler answers: the test does."""
        interaction = self.script.add_interaction(on.message_id if on else None)
        payload = self._payload(interaction, member_id, kind, {"id": "77", "name": "sit", "type": 1})
        state = self.bot._connection  # noqa: SLF001 - as discord.py makes an interaction
        return discord.Interaction(data=payload, state=state)

    def _happens(self, member_id: int, kind: int, data: Json, source: int | None) -> SentInteraction:
        interaction = self.script.add_interaction(source)
        _dispatch(self.bot, "INTERACTION_CREATE", self._payload(interaction, member_id, kind, data))
        return interaction

    def _payload(self, interaction: SentInteraction, member_id: int, kind: int, data: Json) -> Any:
        source = interaction.source
        channel = next(each for each in self._guild["channels"] if each["id"] == str(self.room.channel_id))
        payload = {
            "id": str(interaction.interaction_id),
            "application_id": self._guild["application_id"],
            "type": kind,
            "token": interaction.token,
            "version": 1,
            "data": data,
            "guild_id": self._guild["id"],
            "channel": channel,
            "channel_id": channel["id"],
            "member": _member(member_id),
            "locale": "en-US",
            "attachment_size_limit": 1,
        }
        if source is not None:
            posted = self.script.posted.get(source)
            own = [{"type": 1, "id": 2, "components": [{"type": _BUTTON, "style": 2, "label": "-"} | data]}]
            components = copy.deepcopy(posted.components) if posted else own
            payload["message"] = _source(source, components, channel["id"])
        return payload


def _dispatch(bot: Client, event: str, payload: Json) -> None:
    """Simulate a gateway event."""
    bot._connection.parsers[event](payload)  # noqa: SLF001 - where discord.py's gateway hands events over


def _components(view: LayoutView) -> list[Json]:
    made = view.to_components()  # type: ignore[no-untyped-call] # discord.py gives it no type
    found: list[Json] = json.loads(json.dumps(made))
    return found


def _buttons(components: list[Json]) -> list[Json]:
    found = [each for each in components if each["type"] == _BUTTON]
    for each in components:
        found += _buttons(each.get("components", []))
    return found


def _component(made: str) -> Json:
    return {"custom_id": made, "component_type": _BUTTON, "id": 1}


def _member(member_id: int) -> Json:
    user = {"id": str(member_id), "username": f"m{member_id}", "discriminator": "0", "avatar": None}
    more: Json = {
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return {"user": user, "permissions": "8"} | more


def _source(message_id: int, components: list[Json], channel_id: str) -> Json:
    author = {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bot": True}
    flags: Json = {"tts": False, "mention_everyone": False, "pinned": False, "type": 0, "flags": 1 << 15}
    lists: Json = {"mentions": [], "mention_roles": [], "attachments": [], "embeds": []}
    when = {"timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None, "content": ""}
    return (
        {"id": str(message_id), "channel_id": channel_id, "author": author, "components": components}
        | flags
        | lists
        | when
    )


def _world() -> tuple[Json, Json]:
    """Return Juniper House and the bot, as Discord describes them."""
    simulation = Simulation(default_world("Alongside"), Clock())
    guild = next(each for each in simulation.world.guilds.values() if each.name == "Juniper House")
    described: Json = json.loads(json.dumps(payloads.guild_create(simulation, guild)))
    described["application_id"] = str(simulation.world.app.id)
    user = {
        "id": str(simulation.world.app.user.id),
        "username": "Alongside",
        "discriminator": "0",
        "avatar": None,
    }
    return described, user | {"bot": True}


GUILD, BOT = _world()


def _standing() -> dict[str, object]:
    application: Json = {
        "id": GUILD["application_id"],
        "name": "Alongside",
        "icon": None,
        "description": "",
    }
    application |= {
        "flags": 0,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "owner": BOT,
    }
    commands = f"/applications/{GUILD['application_id']}/commands"
    return {"/users/@me": BOT, "/oauth2/applications/@me": application, commands: []}


@asynccontextmanager
async def set_stage(folder: Path, minutes: int, named: list[int]) -> AsyncIterator[Stage]:
    """Begin a story: the bot runs, and a member opened a session whose card is being posted.

    The members in `named` have agreed to be named.
    """
    adapter = AsyncWebhookAdapter()  # type: ignore[no-untyped-call] # discord.py gives it no type
    async_context.set(adapter)  # the shared one keeps locks of loops that ended
    database = await SqliteDatabase.open(folder / "alongside.db")
    script = ScriptedDiscord(_standing())
    guild = copy.deepcopy(GUILD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiohttp, "ClientSession", lambda **_: script)
        bot = make_client(wire(database, StoryClock()), Settings(_env_file=None, discord_token="made-up"))
        await bot.login("made-up")
    _dispatch(bot, "GUILD_CREATE", guild)
    guild_id = int(guild["id"])
    channel_id = next(int(each["id"]) for each in guild["channels"] if each["name"] == "library")
    room = await bot.services.rooms.add(guild_id, channel_id, "Library", 4)
    for member_id in named:
        version = VERSIONS[Purpose.SHOW_NAME]
        await bot.services.consents.agree(member_id, guild_id, Purpose.SHOW_NAME, version)
    running = bot.loop.create_task(bot.services.worker.run())
    await settle()
    script.answers_at_once = False  # the idle card is posted
    sat = await sit(bot.services, room, 1001, minutes)
    try:
        yield Stage(bot, script, guild, room, sat.card.session)
    finally:
        running.cancel()
        await settle()
        await database.close()
