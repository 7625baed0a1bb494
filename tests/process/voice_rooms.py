"""A room with a silent voice channel, made by a moderator."""

from __future__ import annotations

from sandbox.state.models import Channel, ChannelType
from tests.process.bot_process import BotProcess
from tests.process.native_events import command


async def voice_room(process: BotProcess, **options: object) -> tuple[Channel, str]:
    """Let the moderator add a room with silent voice; return the channel and the answer."""
    given = {"channel": "library", "name": "Library", "voice": True, **options}
    text = await command(process, "quiet room add", **given)
    return voice_channel(process), text


def room_id(process: BotProcess) -> str:
    """Return the id of the room, when there is only one."""
    ((number,),) = process.rows("SELECT room_id FROM room")
    return str(number)


def voice_channel(process: BotProcess) -> Channel:
    """Return the voice channel that the bot made."""
    (found,) = [
        each
        for each in process.guild.channels.values()
        if each.type is ChannelType.VOICE and each.name == "Library (silent voice)"
    ]
    return found
