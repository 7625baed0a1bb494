"""`/quiet check`: what works, what does not and why, and how to fix it. Nothing of it is saved."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.checkins.channel.service import ChannelCheckins
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, require_guild
from bot.readers.names import same_name
from bot.rooms.events.model import BlockedEvent, EventProblem
from bot.rooms.events.service import Events
from bot.rooms.model import Room
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.servers.service import ServerSettings
from bot.servers.unreadable import SavedRows, UnreadableRows
from bot.texts.catalogue import Markup, Say
from cogs.checkins.channel_setup import begin_buttons
from cogs.rooms import silent_voice
from cogs.servers import days_off_panels, problems, routes
from cogs.servers.panels import resume_buttons
from cogs.ui import bot_permissions
from cogs.ui.panels import Component, Lines, button, panel, replace_panel, send_panel, texts_for
from cogs.ui.pauses import paused_line
from cogs.ui.routes import NoPayload


class StatusCheck:
    """Lists a server's present problems: those that were fixed are no longer listed."""

    def __init__(
        self,
        settings: ServerSettings,
        rooms: Rooms,
        schedules: Schedules,
        events: Events,
        channel_checkins: ChannelCheckins,
        saved_rows: SavedRows,
    ) -> None:
        self._settings = settings
        self._rooms = rooms
        self._schedules = schedules
        self._events = events
        self._channel_checkins = channel_checkins
        self._saved_rows = saved_rows

    @routes.CHECK.handler
    async def again(self, interaction: Interaction, _: NoPayload) -> None:
        """Check again and update the panel."""
        await self.show(interaction)

    @routes.SHOW_CHECK.handler
    async def show_from_message(self, interaction: Interaction, _: int) -> None:
        """Show what was found privately: the message that was tapped stays."""
        await send_panel(interaction, await self._view(interaction))

    async def show(self, interaction: Interaction) -> None:
        """Show what was found privately, or replace the panel that was tapped."""
        view = await self._view(interaction)
        await (replace_panel if interaction.message is not None else send_panel)(interaction, view)

    async def _view(self, interaction: Interaction) -> ui.LayoutView:
        guild_id = guild_id_of(interaction)
        guild = require_guild(interaction)
        rooms = await self._rooms.of_guild(guild_id)
        say = texts_for(interaction)
        until = bot_permissions.timed_out_until(guild, interaction.client.services.clock.now())
        found: list[str] = [say("check.timeout", until=until)] if until else []
        for room in rooms:
            times = len(await self._schedules.of_room(room.room_id))
            found += problems.of_room(guild, room, times, say)
        found += [line for room in rooms for line in _history(guild, room, say)]
        found += [line for room in rooms for line in _silence(guild, room, say)]
        found += [line for room in rooms for line in _threads(guild, room, say)]
        found += [_event(each, guild, say) for each in await self._events.blocked(guild_id)]
        checkins = await self._channel_checkins.of_guild(guild_id)
        found += [line for each in checkins for line in problems.of_channel_checkin(guild, each, say)]
        found += [_unreadable(each, say) for each in await self._saved_rows.unreadable(guild_id)]
        application_id = interaction.client.application_id or 0
        settings = await self._settings.get(guild_id)
        found += problems.of_moderators_channel(guild, settings, say)
        paused = paused_line(settings, say)
        begins = [*resume_buttons(paused, say), *begin_buttons(checkins, say)]
        off = days_off_panels.today(await interaction.client.services.days_off.of_guild(guild_id), say)
        notes = "\n".join(filter(None, [paused, off]))
        return page(guild, rooms, found, say, application_id, begins, notes)


def _history(guild: discord.Guild, room: Room, say: Say) -> list[str]:
    """Return a warning if the bot can post a room's card but not read the channel to find it again."""
    if problems.lacks(guild, room.channel_id, bot_permissions.CARD_NEEDS):
        return []
    lacks = problems.lacks(guild, room.channel_id, bot_permissions.HISTORY_NEEDS)
    where = Markup(f"<#{room.channel_id}>")
    return (
        [problems.explained(say("check.room_history", room=room.name, where=where), lacks, guild, say)]
        if lacks
        else []
    )


def page(
    guild: discord.Guild,
    rooms: Sequence[Room],
    found: Sequence[str],
    say: Say,
    application_id: int,
    begins: Sequence[Component] = (),
    notes: str = "",
) -> ui.LayoutView:
    """Return the page: what does not work, then every permission that is used, then the link.

    `begins` are the buttons that restart what has stopped; `notes` say that the server is paused, or that
    today is a day off.
    """
    wanted = bot_permissions.needs_of(rooms)
    held = bot_permissions.held_in(guild)
    permissions = [_need(each, held, say) for each in [*wanted, *bot_permissions.FILE_NEEDS]]
    is_well = not found and not bot_permissions.missing(wanted, held)
    link = discord.utils.oauth_url(
        application_id,
        permissions=bot_permissions.used(wanted),
        guild=guild,
        scopes=("bot", "applications.commands"),
        disable_guild_select=True,
    )
    return panel(
        [
            say("check.title"),
            notes,
            say("check.well") if is_well else Lines([_item(each) for each in found], say("check.rest")),
            "\n".join([say("check.permissions"), *permissions]),
            say("check.link", link=Markup(link)),
        ],
        [
            list(begins),
            [
                button(say("check.button.again"), routes.CHECK()),
                button(say("check.button.setup"), routes.SHOW_SETUP()),
            ],
        ],
    )


def _item(text: str) -> str:
    """Return a text of some lines as an item of a list."""
    return "- " + text.replace("\n", "\n  ")


def _silence(guild: discord.Guild, room: Room, say: Say) -> list[str]:
    """Return what is wrong with a silent voice channel: its name, or who may speak there."""
    channel = guild.get_channel(room.voice_channel_id or 0)
    if not isinstance(channel, discord.VoiceChannel):
        return []
    lines: list[str] = []
    if same_name(channel.name, room.name):
        better = say("setup.voice_name", room=room.name)
        lines.append(say("check.voice_named", room=room.name, better=Markup(better)))
    if left := silent_voice.still_allowed(channel):
        lines.append(say("check.voice_open", room=room.name, missing=bot_permissions.words(left, say)))
    if count := silent_voice.count_unsuppressed(channel):
        lines.append(say("check.voice_speaking", room=room.name, count=count))
    return lines


def _threads(guild: discord.Guild, room: Room, say: Say) -> list[str]:
    """Return why check-ins cannot be sent to threads of a room's channel, if the room allows them."""
    channel = guild.get_channel(room.channel_id)
    if not room.allows_checkin_threads or channel is None:
        return []
    if not bot_permissions.can_have_threads(channel):
        return [say("check.threads_nowhere", room=room.name)]
    lacks = problems.lacks(guild, room.channel_id, bot_permissions.THREAD_NEEDS)
    if not lacks:
        problem = room.thread_problem
        return [say(f"check.threads_problem_{problem}", room=room.name)] if problem else []
    place = "check.threads_closed" if "send_messages_in_threads" in lacks else "check.threads_no_more"
    return [
        problems.explained(
            say(place, room=room.name, missing=bot_permissions.words(lacks, say)), lacks, guild, say
        )
    ]


def _event(problem: BlockedEvent, guild: discord.Guild, say: Say) -> str:
    """Return why an occurrence has no event, by the present permissions, or that its event is outdated."""
    room, reason = problem.room, problem.problem
    name = room.name if room else say("check.event.gone")
    values: dict[str, str | datetime] = {"room": name, "at": problem.occurs_at}
    if problem.exists:
        return say("check.event.stands", **values)
    if reason is EventProblem.PERMISSION and bot_permissions.held_in(guild).create_events:
        voice = guild.get_channel(room.voice_channel_id or 0) if room else None
        if voice is not None and not bot_permissions.held_in(guild, voice).create_events:
            return say("check.event.permission_there", **values, where=Markup(voice.mention))
        reason = EventProblem.REFUSED
    return say(f"check.event.{reason}", **values)


def _unreadable(rows: UnreadableRows, say: Say) -> str:
    """Return what is out of service because a saved value cannot be read."""
    what = say(f"check.unreadable.{rows.table}", count=rows.count)
    if rows.room_name is not None:
        what = say("check.unreadable_in_room", what=what, room=rows.room_name)
    return say("check.unreadable_rows", what=what, column=rows.column)


def _need(need: bot_permissions.Need, held: discord.Permissions, say: Say) -> str:
    lacks = bot_permissions.missing([need], held)
    state = (
        say("check.lacking", missing=bot_permissions.words(lacks, say)) if lacks else say("check.granted")
    )
    return say(
        "check.line",
        need=say(f"check.need.{need.name}"),
        without=say(f"check.without.{need.name}"),
        state=state,
    )
