"""Private panels of rooms, built from stored state alone."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.sessions.model import Card, Listing, Phase, SeatResult, Session, Visibility
from bot.rooms.sessions.rules import begins_at
from bot.texts.catalogue import Markup, Say
from bot.texts.joining import valued
from cogs.rooms import routes
from cogs.rooms.card_views import session_texts
from cogs.rooms.visibility import Unavailable
from cogs.ui.panels import Component, Lines, button, panel, select


def look_panel(shown: Card, say: Say, in_voice: int | None, *, is_moderator: bool) -> ui.LayoutView:
    """Return a private copy of a card, for a member who looks without sitting."""
    session_id = shown.session.session_id
    title = say("rooms.card.title", room=shown.room.name)
    if shown.phase is Phase.CLOSED:
        return panel([title, say("refusals.session_closing")])
    buttons = [
        button(say("rooms.button.sit"), routes.SIT_HERE(session_id), discord.ButtonStyle.primary),
        button(say("rooms.button.how"), routes.HOW(shown.room.room_id)),
    ]
    if is_moderator:
        buttons.append(button(say("rooms.button.close"), routes.ASK_CLOSE(session_id)))
    return panel([title, *session_texts(shown, say, in_voice), say("rooms.look.hint")], [buttons])


def seat_panel(
    result: SeatResult,
    say: Say,
    *,
    is_elsewhere: bool = False,
    note: str = "",
    more: Sequence[Component] = (),
) -> ui.LayoutView:
    """Return the private panel of a member who has a seat.

    Their first one explains what is shown. `is_elsewhere`: the tap was not on the card, so the panel says
    where the card is. `note` says what else just happened, and `more` are buttons that belong to it.
    """
    session, room = result.card.session, result.card.room
    where = Markup(f"<#{session.channel_id}>")
    closes, leaves_at = begins_at(session, Phase.CLOSED), result.seat.leaves_at
    is_hidden = result.seat.visibility is Visibility.HIDDEN
    explained = "rooms.how.explained_hidden" if is_hidden else "rooms.how.explained"
    texts = [
        say(f"rooms.seat.{result.seat.visibility}", room=room.name),
        say("rooms.seat.closes", closes=closes),
        say("rooms.seat.cut", closes=closes) if result.is_cut else "",
        _sits_again(result, say),
        say("rooms.seat.leaves", at=leaves_at) if leaves_at and leaves_at < closes else "",
        say("rooms.seat.card", where=where) if is_elsewhere else "",
        say(explained) if result.is_first else "",
        note,
    ]
    return panel(texts, [_seat_buttons(result, say), *([more] if more else [])])


def _sits_again(result: SeatResult, say: Say) -> str:
    """Return which session the member will sit in when this one closes, if they sit again."""
    following = result.card.following
    if not result.seat.sits_again:
        return ""
    if following is None:
        return say("rooms.again.gone")
    key = "on" if following.schedule_id is None else "on_schedule"
    return say(f"rooms.again.{key}", opens=following.opens_at, closes=following.length.closes_at)


def name_question(result: SeatResult, changed: str, say: Say) -> ui.LayoutView:
    """Return the question whether the card may show the member's name, above the controls of their seat.

    `changed` says that they agreed to an older text, if they did.
    """
    session_id, version = result.card.session.session_id, VERSIONS[Purpose.SHOW_NAME]
    give = routes.GIVE_NAME(session_id, version)
    answers = [
        button(say("consent.button.give"), give, discord.ButtonStyle.primary),
        button(say("consent.button.not_now"), routes.SHOW_SEAT(session_id)),
    ]
    controls = _seat_buttons(result, say, offers_more=False)
    return panel([changed, say(f"consent.{Purpose.SHOW_NAME}.{version}")], [answers, controls])


def _seat_buttons(result: SeatResult, say: Say, *, offers_more: bool = True) -> list[Component]:
    session_id, visibility = result.card.session.session_id, result.seat.visibility
    buttons = [button(say("rooms.button.slip"), routes.LEAVE(session_id))]
    if visibility is Visibility.HIDDEN:
        buttons.append(button(say("rooms.button.count"), routes.COUNT(session_id)))
    else:
        buttons.append(button(say("rooms.button.hide"), routes.HIDE(session_id)))
    if visibility is Visibility.COUNTED and offers_more:
        buttons.append(button(say("rooms.button.name"), routes.ASK_NAME(session_id)))
    elif visibility is Visibility.NAMED:
        buttons.append(button(say("rooms.button.hide_name"), routes.HIDE_NAME(session_id)))
    buttons.append(button(say("rooms.button.later"), routes.LATER(session_id)))
    if result.seat.sits_again:
        buttons.append(button(say("rooms.button.not_again"), routes.NOT_AGAIN(session_id)))
    elif result.card.following is not None:
        buttons.append(button(say("rooms.button.again"), routes.AGAIN(session_id)))
    others = result.card.counted - (visibility is not Visibility.HIDDEN)
    if result.seat.opened_session and not others:
        buttons.append(button(say("rooms.button.close"), routes.ASK_CLOSE(session_id)))
    if offers_more:
        buttons.append(button(say("notices.button.ask"), routes.ASK_NOTICES(result.card.room.room_id)))
    return buttons


def left_panel(session_id: int, say: Say, *, was_seated: bool) -> ui.LayoutView:
    """Return the private panel of a member who slipped out, or had no seat."""
    text = say("rooms.seat.left" if was_seated else "rooms.seat.none")
    return panel([text], [[button(say("rooms.button.sit"), routes.SIT_HERE(session_id))]])


def answered_panel(shown: Card, say: Say, *, offers_seat: bool) -> ui.LayoutView:
    """Return the private answer to a tap on the card's question; it may offer a seat."""
    texts = [say("rooms.arriving.noted")]
    if not offers_seat:
        return panel(texts)
    sit = routes.SIT_HERE(shown.session.session_id)
    buttons = [button(say("rooms.button.sit"), sit, discord.ButtonStyle.primary)]
    return panel([*texts, say("rooms.arriving.no_seat")], [buttons])


def leave_time_panel(session_id: int, choices_in_minutes: Sequence[int], say: Say) -> ui.LayoutView:
    """Return the private choice of when the member leaves: after some minutes, or at the close."""
    choices = [(str(minutes), say("rooms.later.minutes", count=minutes)) for minutes in choices_in_minutes]
    choices.append(("0", say("rooms.later.close")))
    when = select(say("rooms.later.when"), routes.LEAVE_LATER(session_id), choices)
    buttons = [
        button(say("rooms.button.back"), routes.SHOW_SEAT(session_id)),
        button(say("rooms.button.slip"), routes.LEAVE(session_id)),
    ]
    return panel([say("rooms.later.title")], [[when], buttons])


def close_panel(session: Session, say: Say) -> ui.LayoutView:
    """Return the private question whether to close a session for everyone."""
    buttons = [
        button(say("rooms.button.close_now"), routes.CLOSE(session.session_id)),
        button(say("rooms.button.keep_open"), routes.KEEP_OPEN(session.session_id)),
    ]
    return panel([say("rooms.close.ask", closes=begins_at(session, Phase.CLOSED))], [buttons])


def line(text: str) -> ui.LayoutView:
    """Return a private panel with one text and no buttons."""
    return panel([text])


def how_panel(room_id: int | None, say: Say) -> ui.LayoutView:
    """Return what a session is, what is shown and what is stored; notices of a room can be asked for."""
    ask = [[button(say("notices.button.ask"), routes.ASK_NOTICES(room_id))]] if room_id else []
    return panel([say("rooms.how.session"), say("rooms.how.voice"), say("rooms.how.explained")], ask)


def rooms_panel(
    listings: Sequence[Listing],
    unavailable: Mapping[int, Unavailable | None],
    say: Say,
    paused: str = "",
    day_off: str = "",
) -> ui.LayoutView:
    """Return what is open now and what comes next; `unavailable`: by room id, why it cannot be used.

    `paused` says that moderators pause the server, `day_off` that today is a day off.
    """
    lines = [
        _listing(each, unavailable[each.room.room_id], say, is_paused=bool(paused)) for each in listings
    ]
    listed = Lines(lines, say("rooms.list.rest"))
    looks = [
        button(valued(say("rooms.button.look"), each.room.name, say), routes.LOOK(each.session.session_id))
        for each in listings
        if each.session is not None and unavailable[each.room.room_id] is None
    ]
    others = [button(say("notices.button.show"), routes.SHOW_NOTICES())]
    if any(each.next_at is not None for each in listings):
        others.append(button(say("calendar.button"), routes.CALENDAR()))
    rows = [*([looks] if looks else []), others]
    return panel([say("rooms.list.title"), paused, day_off, listed, say("rooms.list.hint")], rows)


def _listing(listing: Listing, unavailable: Unavailable | None, say: Say, *, is_paused: bool) -> str:
    where = Markup(f"<#{listing.room.channel_id}>")
    name = listing.room.name
    if unavailable is not None:
        return say(f"rooms.list.{unavailable}", room=name, where=where)
    if listing.session is not None:
        closes = begins_at(listing.session, Phase.CLOSED)
        return say("rooms.list.open", room=name, where=where, closes=closes)
    if listing.next_at is not None:
        return say("rooms.list.next", room=name, where=where, next=listing.next_at)
    if is_paused:
        return say("rooms.list.paused", room=name, where=where)
    free = "rooms.list.free" if listing.room.members_may_open else "rooms.list.moderators"
    return say(free, room=name, where=where)
