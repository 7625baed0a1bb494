"""Builds the panel of a member's room notices, and the notice itself. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime

import discord
from discord import ui

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.model import Room
from bot.rooms.notices.model import NoticeOverview, NoticeSettings, NoticeState
from bot.rooms.notices.outbox import NoticeToSend
from bot.rooms.notices.rules import state_at
from bot.rooms.sessions.model import Phase, SeatResult
from bot.rooms.sessions.questions import SeatedElsewhereError
from bot.rooms.sessions.rules import begins_at
from bot.texts.catalogue import Markup, Say, escape
from bot.texts.joining import comma_separated
from cogs.rooms import routes
from cogs.ui.links import ASK_CONSENT, TURN_OFF_CONSENT, GuildRef
from cogs.ui.panels import Component, button, panel, select
from cogs.ui.routes import CustomId
from cogs.ui.time_format import clock

_HELD = {NoticeState.CLOSED, NoticeState.PAUSED, NoticeState.AWAY, NoticeState.STOPPED}


def proposal(guild_id: int, rooms: Sequence[Room], chosen: Collection[int], say: Say) -> ui.LayoutView:
    """Return the panel on which a member chooses rooms of the server and agrees to notices."""
    version = VERSIONS[Purpose.ROOM_NOTICES]
    agree = button(
        say("notices.button.agree"),
        routes.AGREE_TO_NOTICES(version),
        discord.ButtonStyle.primary,
        disabled=not chosen,
    )
    not_now = button(say("consent.button.not_now"), routes.DECLINE_NOTICES())
    text, hint = say(f"consent.{Purpose.ROOM_NOTICES}.{version}"), say("notices.choose_first")
    return panel([text, hint], [[_room_select(guild_id, rooms, chosen, say)], [agree, not_now]])


def status(
    overview: NoticeOverview,
    settings: NoticeSettings,
    rooms: Sequence[Room],
    now: datetime,
    say: Say,
    server: str = "",
) -> ui.LayoutView:
    """Return the panel of a member whose room notices are on.

    `rooms` are those that they can choose; `server` is named in direct messages, where the member chooses
    among their own rooms alone.
    """
    state = state_at(settings, now, is_outdated=overview.is_outdated)
    lines = [
        say(f"notices.state.{state}", until=settings.paused_until or now),
        named(rooms, overview.room_ids, say),
        say("notices.sound_on" if settings.sound else "notices.sound_off"),
        _quiet(settings, say),
    ]
    title = say("notices.title_in", server=server) if server else say("notices.title")
    rows = [_buttons(overview, settings, state, say)]
    if rooms:
        rows.insert(0, [_room_select(overview.guild_id, rooms, overview.room_ids, say)])
    elsewhere = say("notices.elsewhere") if server else ""
    return panel([title, "\n".join(filter(None, lines)), elsewhere], rows)


def named(rooms: Sequence[Room], chosen: Collection[int], say: Say) -> Markup:
    """Return the names of the chosen rooms as a sentence."""
    names = [escape(each.name) for each in rooms if each.room_id in chosen]
    return say("notices.rooms", rooms=comma_separated(names, say)) if names else say("notices.no_rooms")


def begun(rooms: Sequence[Room], chosen: Collection[int], say: Say, *, is_waiting: bool) -> str:
    """Return the text that says that notices of rooms are on.

    `is_waiting`: the direct messages are not opened yet.
    """
    names = comma_separated((escape(each.name) for each in rooms if each.room_id in chosen), say)
    return say("notices.begun_waiting" if is_waiting else "notices.begun", rooms=names)


def _room_select(guild_id: int, rooms: Sequence[Room], chosen: Collection[int], say: Say) -> Component:
    choices = [(str(each.room_id), each.name) for each in rooms]
    held = [str(room_id) for room_id in chosen]
    custom_id = routes.CHOOSE_NOTICES(guild_id)
    return select(say("notices.choose"), custom_id, choices, held, most=len(choices))


def _quiet(settings: NoticeSettings, say: Say) -> str:
    begin, end = settings.quiet_start_minute, settings.quiet_end_minute
    if begin is None or end is None:
        return ""
    return say("notices.quiet", start=clock(begin), end=clock(end), zone=settings.zone)


def _buttons(
    overview: NoticeOverview, settings: NoticeSettings, state: NoticeState, say: Say
) -> list[Component]:
    guild_id = overview.guild_id
    sound = "notices.button.sound_off" if settings.sound else "notices.button.sound_on"
    buttons = [
        button(say(sound), routes.SWITCH_SOUND(guild_id, not settings.sound)),
        button(say("notices.button.hours"), routes.ASK_QUIET_HOURS(guild_id)),
        button(say("notices.button.off"), TURN_OFF_CONSENT(guild_id, Purpose.ROOM_NOTICES)),
    ]
    if state is NoticeState.CHANGED:
        buttons.insert(0, button(say("notices.button.text"), ASK_CONSENT(guild_id, Purpose.ROOM_NOTICES)))
    elif state in _HELD:
        buttons.insert(0, button(say("notices.button.restart"), routes.RESTART_NOTICES(guild_id)))
    return buttons


def marker(notice: NoticeToSend) -> CustomId:
    """Return the custom id of the notice's button Sit, by which its message is found again."""
    return routes.NOTICE_SIT(notice.notice.room_notice_id, notice.session_id)


def message(notice: NoticeToSend, server: str, say: Say) -> ui.LayoutView:
    """Return the notice that a session opened."""
    ref = routes.NoticeRef(notice.notice.room_notice_id, notice.session_id)
    where = Markup(f"<#{notice.room.channel_id}>")
    text = say("notices.message.open", room=notice.room.name, where=where, closes=notice.closes_at)
    sit = button(say("rooms.button.sit"), marker(notice), discord.ButtonStyle.primary)
    dismiss = button(say("notices.button.dismiss"), routes.NOTICE_DISMISS.of(ref))
    return panel(
        [text, say("notices.message.from", server=server)],
        [[sit, dismiss, _change_button(notice.notice.guild_id, say)]],
    )


def seated(result: SeatResult, ref: routes.NoticeRef, say: Say) -> ui.LayoutView:
    """Return the notice after its member took a seat."""
    session, room = result.card.session, result.card.room
    where, closes = Markup(f"<#{session.channel_id}>"), begins_at(session, Phase.CLOSED)
    texts = [
        say(f"rooms.seat.{result.seat.visibility}", room=room.name),
        say("rooms.seat.closes", closes=closes),
        say("rooms.seat.card", where=where),
        say("rooms.how.explained") if result.is_first else "",
    ]
    slip_out = button(say("rooms.button.slip"), routes.NOTICE_LEAVE.of(ref))
    return panel(texts, [[slip_out, _change_button(room.guild_id, say)]])


def asked_to_move(question: SeatedElsewhereError, ref: routes.NoticeRef, say: Say) -> ui.LayoutView:
    """Return the notice that asks its member to leave a seat in another room of the server."""
    where = Markup(f"<#{question.other.channel_id}>")
    move = routes.NOTICE_MOVE(ref.room_notice_id, ref.session_id, question.other.room_id)
    buttons = [
        button(say("rooms.button.move"), move, discord.ButtonStyle.primary),
        button(say("rooms.button.stay"), routes.NOTICE_DISMISS.of(ref)),
    ]
    return panel([say("rooms.seat_question.elsewhere", other=question.other.name, where=where)], [buttons])


def left(room: Room, ref: routes.NoticeRef, say: Say) -> ui.LayoutView:
    """Return the notice after its member slipped out."""
    sit = button(say("rooms.button.sit"), routes.NOTICE_SIT.of(ref))
    text = say("notices.message.left", room=room.name)
    return panel([text], [[sit, _change_button(room.guild_id, say)]])


def _change_button(guild_id: int, say: Say) -> Component:
    return button(say("notices.button.change"), routes.CHANGE_NOTICES.of(GuildRef(guild_id)))
