"""`/quiet check`: what works, what does not and why, and how to fix it. Nothing of it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.checkins.channel.model import ChannelCheckin, is_resting
from bot.checkins.channel.service import ChannelCheckins
from bot.delivery.outcome import Problem as PostingProblem
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
from cogs.checkins.channel_setup import begin_buttons, when
from cogs.rooms import silent_voice
from cogs.servers import days_off_panels, routes
from cogs.servers.panels import resume_buttons
from cogs.ui import bot_permissions
from cogs.ui.panels import Component, Lines, button, panel, replace_panel, send_panel, texts_for
from cogs.ui.pauses import paused_line
from cogs.ui.routes import NoPayload


@dataclass(frozen=True, slots=True)
class ChannelProblem:
    """A channel that a room cannot use now: deleted (`lacks` is empty), or without permissions for the bot.

    `times` is how many schedules the room has.
    """

    room: Room
    channel_id: int
    lacks: Sequence[str]
    times: int
    is_voice: bool = False


class StatusCheck:
    """Lists a server's problems as they are now: fixed ones are no longer listed."""

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

    async def show(self, interaction: Interaction) -> None:
        """Show what was found privately, or replace the panel that was tapped."""
        guild_id = guild_id_of(interaction)
        guild = require_guild(interaction)
        rooms = await self._rooms.of_guild(guild_id)
        say = texts_for(interaction)
        until = bot_permissions.timed_out_until(guild, interaction.client.services.clock.now())
        problems: list[str] = [say("check.timeout", until=until)] if until else []
        for room in rooms:
            found = await self._channel_problems(guild, room)
            problems += [*(_room(each, guild, say) for each in found), *_posting(guild, room, found, say)]
        problems += [line for room in rooms for line in _history(guild, room, say)]
        problems += [line for room in rooms for line in _silence(guild, room, say)]
        problems += [line for room in rooms for line in _threads(guild, room, say)]
        problems += [_event(each, guild, say) for each in await self._events.blocked(guild_id)]
        checkins = await self._channel_checkins.of_guild(guild_id)
        problems += [line for each in checkins for line in _channel_checkin(guild, each, say)]
        problems += [_unreadable(each, say) for each in await self._saved_rows.unreadable(guild_id)]
        application_id = interaction.client.application_id or 0
        paused = paused_line(await self._settings.get(guild_id), say)
        begins = [*resume_buttons(paused, say), *begin_buttons(checkins, say)]
        off = days_off_panels.today(await interaction.client.services.days_off.of_guild(guild_id), say)
        notes = "\n".join(filter(None, [paused, off]))
        view = page(guild, rooms, problems, say, application_id, begins, notes)
        if interaction.message is not None:
            await replace_panel(interaction, view)
        else:
            await send_panel(interaction, view)

    async def _channel_problems(self, guild: discord.Guild, room: Room) -> list[ChannelProblem]:
        """Return the room's channels that are gone, or in which the bot lacks a permission."""
        times = len(await self._schedules.of_room(room.room_id))
        found = [
            ChannelProblem(
                room, room.channel_id, _lacks(guild, room.channel_id, bot_permissions.CARD_NEEDS), times
            )
        ]
        if room.voice_channel_id is not None:
            lacks = _lacks(guild, room.voice_channel_id, bot_permissions.VOICE_NEEDS[:1])
            found.append(ChannelProblem(room, room.voice_channel_id, lacks, 0, is_voice=True))
        return [each for each in found if each.lacks or guild.get_channel(each.channel_id) is None]


def _posting(guild: discord.Guild, room: Room, found: Sequence[ChannelProblem], say: Say) -> list[str]:
    """Return why the room's last card could not be posted, unless its channel shows the reason now."""
    if not _may_persist(guild, room.channel_id, room.problem) or any(not each.is_voice for each in found):
        return []
    where = Markup(f"<#{room.channel_id}>")
    return [say(f"check.room_problem_{room.problem}", room=room.name, where=where)]


def _history(guild: discord.Guild, room: Room, say: Say) -> list[str]:
    """Return a warning if the bot can post a room's card but not read the channel to find it again."""
    if _lacks(guild, room.channel_id, bot_permissions.CARD_NEEDS):
        return []
    lacks = _lacks(guild, room.channel_id, bot_permissions.HISTORY_NEEDS)
    where = Markup(f"<#{room.channel_id}>")
    return (
        [_explained(say("check.room_history", room=room.name, where=where), lacks, guild, say)]
        if lacks
        else []
    )


def _lacks(guild: discord.Guild, channel_id: int, wanted: Sequence[bot_permissions.Need]) -> list[str]:
    channel = guild.get_channel(channel_id)
    if channel is None:
        return []
    return bot_permissions.missing(wanted, bot_permissions.held_in(guild, channel))


def page(
    guild: discord.Guild,
    rooms: Sequence[Room],
    problems: Sequence[str],
    say: Say,
    application_id: int,
    begins: Sequence[Component] = (),
    notes: str = "",
) -> ui.LayoutView:
    """Return the page: what does not work, then every permission that is used, then the link.

    `begins` are the buttons that start again what has stopped; `notes` say that the server is paused, or
    that today is a day off.
    """
    wanted = bot_permissions.needs_of(rooms)
    held = bot_permissions.held_in(guild)
    permissions = [_need(each, held, say) for each in [*wanted, *bot_permissions.FILE_NEEDS]]
    is_well = not problems and not bot_permissions.missing(wanted, held)
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
            say("check.well") if is_well else Lines([_item(each) for each in problems], say("check.rest")),
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


def _room(found: ChannelProblem, guild: discord.Guild, say: Say) -> str:
    where = Markup(f"<#{found.channel_id}>")
    if not found.lacks:
        place = "check.voice_gone" if found.is_voice else "check.room_gone"
        lines: list[str] = [say(place, room=found.room.name)]
    else:
        missing = bot_permissions.words(found.lacks, say)
        closed = say("check.room_closed", room=found.room.name, where=where, missing=missing)
        lines = [_explained(closed, found.lacks, guild, say)]
    if found.times:
        lines.append(say("check.times", count=found.times))
    return "\n".join(lines)


def _may_persist(guild: discord.Guild, channel_id: int, problem: PostingProblem | None) -> bool:
    """Return whether the last message's problem may also block the next one."""
    channel = guild.get_channel(channel_id)
    if problem is PostingProblem.HISTORY and channel is not None:
        return not bot_permissions.held_in(guild, channel).read_message_history
    return problem is not None


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
    """Return why check-ins cannot come in threads of a room's channel, if the room allows them."""
    channel = guild.get_channel(room.channel_id)
    if not room.allows_checkin_threads or channel is None:
        return []
    if not bot_permissions.can_have_threads(channel):
        return [say("check.threads_nowhere", room=room.name)]
    lacks = _lacks(guild, room.channel_id, bot_permissions.THREAD_NEEDS)
    if not lacks:
        problem = room.thread_problem
        return [say(f"check.threads_problem_{problem}", room=room.name)] if problem else []
    place = "check.threads_closed" if "send_messages_in_threads" in lacks else "check.threads_no_more"
    return [
        _explained(say(place, room=room.name, missing=bot_permissions.words(lacks, say)), lacks, guild, say)
    ]


def _explained(text: str, lacks: Sequence[str], guild: discord.Guild, say: Say) -> str:
    """Return a text about missing permissions; it adds if only the channel denies them."""
    held = bot_permissions.held_in(guild)
    return f"{text}\n{say('check.in_channel')}" if all(getattr(held, each) for each in lacks) else text


def _channel_checkin(guild: discord.Guild, checkin: ChannelCheckin, say: Say) -> list[str]:
    """Return why a channel check-in does not come: its channel, or nobody tapped the last four."""
    channel = guild.get_channel(checkin.channel_id)
    if channel is None:
        return [say("check.open_gone", when=when(checkin, say))]
    lacks = _lacks(guild, checkin.channel_id, bot_permissions.CARD_NEEDS)
    if lacks:
        where, missing = Markup(channel.mention), bot_permissions.words(lacks, say)
        place = "check.open_resting_closed" if is_resting(checkin) else "check.open_closed"
        return [say(place, where=where, when=when(checkin, say), missing=missing)]
    if _may_persist(guild, checkin.channel_id, checkin.problem):
        where = Markup(channel.mention)
        return [say(f"check.open_problem_{checkin.problem}", where=where, when=when(checkin, say))]
    if not is_resting(checkin):
        return []
    return [say("check.open_resting", where=Markup(channel.mention), when=when(checkin, say))]


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
