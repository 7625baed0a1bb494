"""When Discord deletes one thing along with another, the bot does not take that for someone's decision."""

from __future__ import annotations

import pytest

from sandbox.state import scheduled_events
from sandbox.state.models import Channel, ChannelType
from tests.process.bot_process import BotProcess
from tests.process.native_events import (
    CREATE,
    announced,
    command,
    confirmed,
    events,
    simulation,
    upcoming,
    wait_for_problems,
)
from tests.process.test_events import EXTERNAL, VOICE

pytestmark = pytest.mark.usefixtures("voice_and_events")

DELETE_CHANNEL = ("DELETE", "/channels/{channel_id}")


def voice_channel(process: BotProcess) -> Channel:
    """Return the voice channel that the bot made."""
    channels = process.guild.channels.values()
    return next(
        one for one in channels if one.type is ChannelType.VOICE and one.name == "Library (silent voice)"
    )


async def _announced_in_voice(process: BotProcess) -> None:
    """Let the library open every week, with an event in its silent voice channel."""
    await announced(process)
    await command(process, "quiet room voice", room="Library", silent=1)
    assert upcoming(process).entity_type == VOICE


async def _moved_to_the_text_channel(process: BotProcess) -> None:
    """Wait until one event announces the next session in the text channel."""
    await process.box.until(lambda: [one.entity_type for one in events(process)] == [EXTERNAL])
    await process.settle()
    assert upcoming(process).location == "#library"
    assert process.rows("SELECT event_id, problem FROM native_event") == [(upcoming(process).id, None)]
    assert "has no event" not in await command(process, "quiet check")


async def test_an_event_that_went_with_its_voice_channel_is_made_again(process: BotProcess) -> None:
    await _announced_in_voice(process)
    process.person("Mika").moderate(process.guild).delete_channel(voice_channel(process))
    await _moved_to_the_text_channel(process)
    assert "its voice channel is gone" in await command(process, "quiet check")


async def test_an_event_survives_that_the_bot_deletes_its_voice_channel(process: BotProcess) -> None:
    await _announced_in_voice(process)
    process.box.faults.hang("PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", 1)
    given = {"room": "Library", "silent": 0, "delete": True}
    assert "deleted" in await confirmed(process, "Delete it", "quiet room voice", **given)
    assert process.count(DELETE_CHANNEL) == 1
    await _moved_to_the_text_channel(process)


async def test_an_event_that_went_with_its_voice_channel_while_the_bot_was_away_is_made_again(
    process: BotProcess,
) -> None:
    await _announced_in_voice(process)
    await process.kill()
    process.person("Mika").moderate(process.guild).delete_channel(voice_channel(process))
    await process.start()
    await _moved_to_the_text_channel(process)
    process.allowed.append("scheduled-events")


async def test_an_event_that_somebody_deletes_stays_away_though_its_voice_channel_stays(
    process: BotProcess,
) -> None:
    await _announced_in_voice(process)
    scheduled_events.delete(simulation(process), upcoming(process))
    await wait_for_problems(process, "deleted")
    assert "someone deleted it" in await command(process, "quiet check")
    await process.wait(hours=1)
    process.person("Mika").moderate(process.guild).delete_channel(voice_channel(process))
    await process.settle()
    assert events(process) == []
    assert process.count(CREATE) == 1


async def test_an_event_that_discord_ends_because_nobody_came_is_not_taken_for_a_decision(
    process: BotProcess,
) -> None:
    await _announced_in_voice(process)
    first = upcoming(process)
    voice = voice_channel(process)
    await process.wait_until(first.starts_at)
    ada = process.person("Ada")
    ada.join_voice(voice)
    ada.leave_voice()
    await process.wait(minutes=10)
    assert "someone deleted it" not in await command(process, "quiet check")
    await process.wait(hours=4)
    assert upcoming(process).starts_at > first.starts_at
    assert "someone deleted it" not in await command(process, "quiet check")
