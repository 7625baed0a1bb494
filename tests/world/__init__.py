"""The world of the user stories: a server with people in it, and the real bot.

The bot's own client runs in SimCord, an independent simulator of Discord, over a real SQLite file. Only
this package imports SimCord.
"""

from simcord.backend.errors import OptionError as DiscordRefuses

from tests.world.discord_server import Channel, Role
from tests.world.opening import open_world
from tests.world.people import Answer, Person, Shown
from tests.world.simulator import UNPATCHED_BASE_PAYLOAD, UNPATCHED_REQUEST, settling_defaults
from tests.world.world import World

__all__ = [
    "UNPATCHED_BASE_PAYLOAD",
    "UNPATCHED_REQUEST",
    "Answer",
    "Channel",
    "DiscordRefuses",
    "Person",
    "Role",
    "Shown",
    "World",
    "open_world",
    "settling_defaults",
]
