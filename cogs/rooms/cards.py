"""What rooms look like: pure functions of stored state."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.privacy.consent.model import Purpose
from bot.rooms.sessions.model import Card, Listing, Phase, Sat, Session, Visibility
from bot.rooms.sessions.rules import FEWEST_ARRIVALS, added_minutes, begins_at
from bot.texts.catalogue import Markup, Say
from cogs.rooms import routes
from cogs.rooms.visibility import Rest
from cogs.ui.answers import answer_buttons
from cogs.ui.links import ASK_CONSENT
from cogs.ui.panels import Component, Lines, button, panel, select

_MOST_NAMES = 30  # as many mentions as read well in one line; the others are counted


def card(shown: Card, say: Say) -> ui.LayoutView:
    """Return the public card of a session."""
    session = shown.session
    title = say("rooms.card.title", room=shown.room.name)
    if shown.phase is Phase.CLOSED:
        ending = "rooms.card.closed_next" if shown.next_at else "rooms.card.closed"
        return panel(
            [
                title,
                say(ending, at=begins_at(session, Phase.CLOSED), next=shown.next_at or session.opened_at),
            ],
            framed=True,
        )
    asks = shown.room.asks_arriving and shown.phase is Phase.SETTLING_IN
    rows = [_buttons(shown, say), *([_answers(shown, say)] if asks else [])]
    return panel([title, *_state(shown, say, asks=asks)], rows, framed=True)


def _state(shown: Card, say: Say, *, asks: bool = False) -> list[str]:
    session = shown.session
    phase = say(
        f"rooms.card.{shown.phase}",
        quiet=begins_at(session, Phase.QUIET),
        time_to_talk=begins_at(session, Phase.TIME_TO_TALK),
        closes=begins_at(session, Phase.CLOSED),
    )
    return [
        phase,
        _people(shown, say),
        _voice(shown, say) if shown.has_voice else "",
        say("rooms.card.asks") if asks else "",
        say("rooms.card.arrivals", count=shown.arrivals) if shown.arrivals >= FEWEST_ARRIVALS else "",
        say("rooms.card.nod", at=session.nodded_at) if session.nodded_at else "",
    ]


def _voice(shown: Card, say: Say) -> str:
    return say("rooms.card.voice", where=Markup(f"<#{shown.room.voice_channel_id}>"))


def _people(shown: Card, say: Say) -> str:
    if shown.here == 0:
        return say("rooms.card.nobody")
    named = shown.named[:_MOST_NAMES]
    if not named:
        return say("rooms.card.here", count=shown.here)
    names = Markup(", ".join(f"<@{member_id}>" for member_id in named))
    others = shown.here - len(named)
    if others == 0:
        return say("rooms.card.here_named", names=names)
    return say("rooms.card.here_and", names=names, count=others)


def _buttons(shown: Card, say: Say) -> list[Component]:
    session_id = shown.session.session_id
    buttons = [
        button(say("rooms.button.sit"), routes.SIT(session_id), discord.ButtonStyle.primary),
        button(say("rooms.button.slip"), routes.SLIP_OUT(session_id)),
        button(say("rooms.button.nod"), routes.NOD(session_id)),
        button(say("rooms.button.how"), routes.HOW(session_id)),
    ]
    if shown.phase is not Phase.SETTLING_IN and added_minutes(shown.session):
        buttons.append(button(say("rooms.button.extend"), routes.EXTEND(session_id)))
    return buttons


def _answers(shown: Card, say: Say) -> list[Component]:
    session_id = shown.session.session_id
    return answer_buttons(say, lambda answer: routes.ANSWER(session_id, answer))


def look(shown: Card, say: Say, *, moderates: bool) -> ui.LayoutView:
    """Return a private copy of a card, for somebody who looks without sitting."""
    session_id = shown.session.session_id
    title = say("rooms.card.title", room=shown.room.name)
    if shown.phase is Phase.CLOSED:
        return panel([title, say("refusals.session_closing")])
    buttons = [
        button(say("rooms.button.sit"), routes.SIT_AGAIN(session_id), discord.ButtonStyle.primary),
        button(say("rooms.button.how"), routes.HOW(session_id)),
    ]
    if moderates:
        buttons.append(button(say("rooms.button.close"), routes.ASK_CLOSE(session_id)))
    return panel([title, *_state(shown, say), say("rooms.look.hint")], [buttons])


def seat(sat: Sat, say: Say, *, is_first: bool = False, is_elsewhere: bool = False) -> ui.LayoutView:
    """Return the private panel of somebody who has a seat.

    The first one explains; from elsewhere, as by a command, it says where the card is.
    """
    where = Markup(f"<#{sat.session.channel_id}>")
    closes, leaves_at = begins_at(sat.session, Phase.CLOSED), sat.seat.leaves_at
    texts = [
        say(f"rooms.seat.{sat.visibility}", room=sat.room.name),
        say("rooms.seat.closes", closes=closes),
        say("rooms.seat.leaves", at=leaves_at) if leaves_at and leaves_at < closes else "",
        say("rooms.seat.card", where=where) if is_elsewhere else "",
        say("rooms.how.explained") if is_first else "",
    ]
    return panel(texts, [_seat_buttons(sat, say)])


def _seat_buttons(sat: Sat, say: Say) -> list[Component]:
    session_id, guild_id = sat.session.session_id, sat.room.guild_id
    buttons = [button(say("rooms.button.slip"), routes.LEAVE(session_id))]
    if sat.visibility is Visibility.HIDDEN:
        buttons.append(button(say("rooms.button.count"), routes.COUNT(session_id)))
    else:
        buttons.append(button(say("rooms.button.hide"), routes.HIDE(session_id)))
    if sat.visibility is Visibility.COUNTED:
        buttons.append(button(say("rooms.button.name"), ASK_CONSENT(guild_id, Purpose.SHOW_NAME)))
    buttons.append(button(say("rooms.button.later"), routes.LATER(session_id)))
    if sat.seat.opened_session:
        buttons.append(button(say("rooms.button.close"), routes.ASK_CLOSE(session_id)))
    return buttons


def left(session_id: int, say: Say, *, was_seated: bool) -> ui.LayoutView:
    """Return the private line for somebody who slipped out."""
    place = "rooms.seat.left" if was_seated else "rooms.seat.none"
    return panel([say(place)], [[button(say("rooms.button.sit"), routes.SIT_AGAIN(session_id))]])


def later(session_id: int, ends: Sequence[int], say: Say) -> ui.LayoutView:
    """Return the private choice of when one's seat goes by itself: in so many minutes, or at the close."""
    choices = [(str(minutes), say("rooms.later.minutes", count=minutes)) for minutes in ends]
    choices.append(("0", say("rooms.later.close")))
    when = select(say("rooms.later.when"), routes.LEAVE_LATER(session_id), choices)
    return panel([say("rooms.later.title")], [[when]])


def ask_close(session: Session, say: Say) -> ui.LayoutView:
    """Return the private question whether to close a session for everybody."""
    buttons = [
        button(say("rooms.button.close_now"), routes.CLOSE(session.session_id)),
        button(say("rooms.button.keep_open"), routes.KEEP_OPEN(session.session_id)),
    ]
    return panel([say("rooms.close.ask", closes=begins_at(session, Phase.CLOSED))], [buttons])


def line(text: str) -> ui.LayoutView:
    """Return a private line."""
    return panel([text])


def how(say: Say) -> ui.LayoutView:
    """Return what a session is, what is shown and what is stored."""
    return panel([say("rooms.how.session"), say("rooms.how.explained")])


def rooms(listings: Sequence[Listing], rests: Mapping[int, Rest | None], say: Say) -> ui.LayoutView:
    """Return what is open now and what comes next, and by the room's id why it rests."""
    lines = [_listing(each, rests[each.room.room_id], say) for each in listings]
    listed = Lines(lines, say("rooms.list.rest"))
    looks = [
        button(f"{say('rooms.button.look')}: {each.room.name}", routes.LOOK(each.session.session_id))
        for each in listings
        if each.session is not None and rests[each.room.room_id] is None
    ]
    rows = [looks] if looks else []
    return panel([say("rooms.list.title"), listed, say("rooms.list.hint")], rows)


def _listing(listing: Listing, rest: Rest | None, say: Say) -> str:
    where = Markup(f"<#{listing.room.channel_id}>")
    name = listing.room.name
    if rest is not None:
        return say(f"rooms.list.{rest}", room=name, where=where)
    if listing.session is not None:
        closes = begins_at(listing.session, Phase.CLOSED)
        return say("rooms.list.open", room=name, where=where, closes=closes)
    if listing.next_at is not None:
        return say("rooms.list.next", room=name, where=where, next=listing.next_at)
    return say("rooms.list.free", room=name, where=where)
