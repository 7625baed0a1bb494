"""The banner that tells a newcomer on the page what to do first."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.state.models import Json
from sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class Guide:
    """What the banner says, and the first step that its button takes.

    The button is called `action`. It makes the reader `person` (a user name), opens `channel` (a channel's
    name) and puts the slash command `command` (without the slash) into the message box.
    """

    text: str
    action: str
    person: str
    channel: str
    command: str


def as_json(guide: Guide | None, world: World) -> Json | None:
    """Return the guide for the page, with ids in place of names; None if the person or channel is gone."""
    if guide is None:
        return None
    person = world.find_user(guide.person)
    channels = (one for guild in world.guilds.values() for one in guild.channels.values())
    channel = next((one for one in channels if one.name == guide.channel), None)
    if person is None or channel is None:
        return None
    return {
        "text": guide.text,
        "action": guide.action,
        "person": str(person.id),
        "channel": str(channel.id),
        "command": guide.command,
    }
