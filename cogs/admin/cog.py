"""`/quiet`: set-up by command, for those who manage the server."""

import discord
from discord import app_commands

from bot.cadence.rules import zones_like
from bot.client import Interaction
from bot.rooms.rules import LONGEST_NAME, MOST_IN_VOICE, MOST_SEATS
from cogs.admin import groups
from cogs.admin.check import Checkup
from cogs.admin.desk import SetupDesk
from cogs.admin.gate import managed
from cogs.admin.open_commands import OpenCommands
from cogs.admin.open_desk import OpenDesk
from cogs.admin.prompt_commands import PromptCommands
from cogs.admin.prompt_desk import PromptDesk
from cogs.admin.schedule_commands import ScheduleCommands
from cogs.admin.timetable import TimetableDesk
from cogs.admin.totals import TotalsDesk
from cogs.admin.voice_desk import VoiceDesk

_MOST_CHOICES = 25
_ON_OFF = [app_commands.Choice(name="on", value=1), app_commands.Choice(name="off", value=0)]


class QuietCog(ScheduleCommands, PromptCommands, OpenCommands):
    """The commands of set-up. Discord shows them to managers; the desk checks again."""

    quiet = groups.quiet
    room = groups.room

    def __init__(
        self,
        desk: SetupDesk,
        timetable: TimetableDesk,
        voice: VoiceDesk,
        checkup: Checkup,
        totals: TotalsDesk,
        prompts: PromptDesk,
        open_desk: OpenDesk,
    ) -> None:
        super().__init__(timetable)
        self.prompts = prompts
        self._desk = desk
        self._voice = voice
        self._checkup = checkup
        self._totals = totals
        self._open_desk = open_desk

    @quiet.command(description="Everything in one panel: rooms, times, zone, places to turn to")
    @app_commands.describe(zone="The server's time zone")
    async def setup(self, interaction: Interaction, zone: str | None = None) -> None:
        """Show the panel."""
        if zone is None:
            await self._desk.show(interaction)
        else:
            await self._desk.set_zone(interaction, zone)

    @quiet.command(description="What works here, what rests and why, and what would mend it")
    async def check(self, interaction: Interaction) -> None:
        """Look at permissions, rooms and events."""
        await self._checkup.show(interaction)

    @quiet.command(description="Weekly totals from members who share theirs, never by person")
    async def totals(self, interaction: Interaction) -> None:
        """Show what is published."""
        await self._totals.show(interaction)

    @room.command(name="add", description="Add a quiet room")
    @app_commands.describe(
        channel="Where its card is posted",
        name="What it is called",
        seats="How many seats it has",
        voice="With a silent voice channel beside it",
        limit="How many people the voice channel takes; without it, as many as come",
    )
    async def add_room(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        name: app_commands.Range[str, 1, LONGEST_NAME] | None = None,
        seats: app_commands.Range[int, 1, MOST_SEATS] | None = None,
        voice: bool = False,
        limit: app_commands.Range[int, 0, MOST_IN_VOICE] = 0,
    ) -> None:
        """Add a room."""
        if voice:
            await self._voice.add_room(interaction, channel.id, name, seats, limit)
        else:
            await self._desk.add_room(interaction, channel.id, name, seats)

    @room.command(name="voice", description="Give a room a silent voice channel, or take it away")
    @app_commands.describe(
        room="Which room",
        silent="On: a voice channel in which nobody is granted speech",
        limit="How many people it takes; without it, as many as come",
        delete="When turned off: delete the channel, if the bot made it",
    )
    @app_commands.choices(silent=_ON_OFF)
    async def voice_room(
        self,
        interaction: Interaction,
        room: str,
        silent: int,
        limit: app_commands.Range[int, 0, MOST_IN_VOICE] = 0,
        delete: bool = False,
    ) -> None:
        """Turn silent voice on or off."""
        await self._voice.set_voice(interaction, room, is_on=bool(silent), limit=limit, delete=delete)

    @room.command(name="events", description="Announce a room's times in the server's events, or not")
    @app_commands.describe(room="Which room", announced="On: one event for each time's next session")
    @app_commands.choices(announced=_ON_OFF)
    async def events_of_room(self, interaction: Interaction, room: str, announced: int) -> None:
        """Turn native events on or off."""
        await self._voice.set_events(interaction, room, is_on=bool(announced))

    @room.command(
        name="arriving", description="Let a room's cards ask a question while people arrive, or not"
    )
    @app_commands.describe(
        room="Which room", asks="On: Here, Quiet today or Pass, and a number from three up"
    )
    @app_commands.choices(asks=_ON_OFF)
    async def arriving(self, interaction: Interaction, room: str, asks: int) -> None:
        """Turn the arriving question on or off."""
        await self._desk.ask_arriving(interaction, room, asks=bool(asks))

    @room.command(name="remove", description="Remove a quiet room and its weekly times")
    @app_commands.describe(
        room="Which room", delete_voice="Delete its voice channel too, if the bot made it"
    )
    async def remove_room(self, interaction: Interaction, room: str, delete_voice: bool = False) -> None:
        """Remove a room."""
        await self._voice.remove_room(interaction, room, delete_voice=delete_voice)

    @setup.autocomplete("zone")
    async def complete_zone(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer zones that contain what was typed."""
        return [app_commands.Choice(name=name, value=name) for name in zones_like(typed, _MOST_CHOICES)]

    @arriving.autocomplete("room")
    @voice_room.autocomplete("room")
    @events_of_room.autocomplete("room")
    @remove_room.autocomplete("room")
    async def complete_room(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the server's rooms."""
        return [
            app_commands.Choice(name=room.name, value=str(room.room_id))
            for room in await self._desk.rooms.of_guild(managed(interaction))
            if typed.casefold() in room.name.casefold()
        ][:_MOST_CHOICES]
