"""The world that the sandbox starts with: two small servers whose ids never change."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.state.models import App, Channel, ChannelType, Guild, Member, Role, User
from sandbox.state.permissions import Permission
from sandbox.state.snowflakes import snowflake_at
from sandbox.state.world import World

_CREATED_AT = datetime(2021, 3, 20, 9, 37, tzinfo=UTC)

EVERYONE = int(
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.STREAM
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_VAD
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.REQUEST_TO_SPEAK
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.USE_EXTERNAL_STICKERS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EMBEDDED_ACTIVITIES
    | Permission.USE_SOUNDBOARD
    | Permission.USE_EXTERNAL_SOUNDS
    | Permission.SEND_VOICE_MESSAGES
    | Permission.SEND_POLLS
    | Permission.USE_EXTERNAL_APPS
)
MODERATORS = int(
    Permission.KICK_MEMBERS
    | Permission.MODERATE_MEMBERS
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_EVENTS
    | Permission.CREATE_EVENTS
)
# What the bot's own role grants, as if someone had used the invite link in the README of the bot.
BOT_PERMISSIONS = int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY)

PEOPLE = (
    ("ada", "Ada"),
    ("bo", "Bo"),
    ("cleo", "Cleo"),
    ("dev", "Dev"),
    ("emi", "Emi *she/her*"),
    ("mika", "Mika"),
    ("noor", "Noor"),
)


class _FixedIds:
    """Generate ids that look like Discord's and are the same at every start."""

    def __init__(self) -> None:
        self._next = snowflake_at(_CREATED_AT)

    def __call__(self) -> int:
        self._next += 7 << 40 | 1 << 17
        return self._next


def default_world(app_name: str = "Alongside", token: str | None = None) -> World:
    """Return Juniper House and Harbour Books with their people and the bot in both."""
    ids = _FixedIds()
    bot = User(ids(), app_name.lower().replace(" ", "-"), app_name, hue=160, bot=True)
    app = App(bot.id, app_name, token or new_token(bot.id), bot)
    world = World(app, users={bot.id: bot})
    for index, (name, display) in enumerate(PEOPLE):
        person = User(ids(), name, display, hue=(index * 51) % 360)
        person.dms_open = name != "noor"
        world.users[person.id] = person
    robin = User(ids(), "robin", "Robin", hue=20, on_page=False)
    world.users[robin.id] = robin
    juniper = _guild(world, ids, "Juniper House", robin, [name for name, _ in PEOPLE])
    _add_channels(world, juniper, ids, _JUNIPER)
    harbour = _guild(world, ids, "Harbour Books", robin, ["ada", "bo", "emi", "mika"])
    _add_channels(world, harbour, ids, _HARBOUR)
    return world


def new_token(bot_id: int) -> str:
    """Return a bot token in Discord's format: the id in base64, a time and a signature."""
    encoded = base64.b64encode(str(bot_id).encode()).decode().rstrip("=")
    return f"{encoded}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"


_JUNIPER = (
    ("Welcome", (("welcome", ChannelType.TEXT), ("general", ChannelType.TEXT))),
    ("Quiet", (("quiet-corner", ChannelType.TEXT), ("library", ChannelType.TEXT))),
    ("Voice", (("Tea room", ChannelType.VOICE),)),
)
_HARBOUR = (("Shop", (("front-desk", ChannelType.TEXT), ("reading-nook", ChannelType.TEXT))),)
_Layout = Iterable[tuple[str, Iterable[tuple[str, ChannelType]]]]


def _guild(world: World, ids: _FixedIds, name: str, owner: User, people: list[str]) -> Guild:
    guild = Guild(ids(), name, owner.id)
    everyone = Role(guild.id, "@everyone", EVERYONE, position=0)
    moderators = Role(ids(), "Moderators", MODERATORS, position=2, color=0x3BA55D)
    app = world.app
    managed = Role(ids(), app.name, BOT_PERMISSIONS, managed=True, bot_id=app.user.id)
    guild.roles = {role.id: role for role in (everyone, moderators, managed)}
    for person in [owner, *(u for u in world.users.values() if u.name in people)]:
        roles = [moderators.id] if person.name == "mika" else []
        guild.members[person.id] = Member(person, roles, _CREATED_AT)
    guild.members[app.user.id] = Member(app.user, [managed.id], _CREATED_AT)
    world.add_guild(guild)
    return guild


def _add_channels(world: World, guild: Guild, ids: _FixedIds, layout: _Layout) -> None:
    position = 0
    for category_name, channels in layout:
        category = Channel(ids(), ChannelType.CATEGORY, category_name, position=position)
        world.add_channel(guild, category)
        for name, kind in channels:
            channel = Channel(ids(), kind, name, parent_id=category.id, position=position)
            world.add_channel(guild, channel)
            position += 1
