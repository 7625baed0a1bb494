"""The card of a room, built from stored state and the number of people in voice alone."""

import json
import zlib

import discord
from discord import ui

from bot.rooms.sessions.model import Card, IdleCard, Phase, Session, ShownCard
from bot.rooms.sessions.rules import (
    FEWEST_ARRIVALS,
    asks_arriving,
    begins_at,
    is_empty,
    next_phase,
    phase_starts,
    round_of,
)
from bot.texts.catalogue import Markup, Say
from bot.texts.joining import comma_separated
from cogs.rooms import routes
from cogs.ui.answers import answer_buttons
from cogs.ui.panels import Component, button, panel


def card_view(shown: ShownCard, say: Say, in_voice: int | None = None) -> ui.LayoutView:
    """Return the public card of a room; `in_voice` is None if it has no voice channel."""
    if isinstance(shown, IdleCard):
        return _idle_view(shown, say)
    rows: list[list[Component] | str] = [_buttons(shown, say, again=not is_empty(shown, in_voice))]
    if asks_arriving(shown):
        rows += [say("rooms.card.asks"), _answers(shown, say)]
    texts = [say("rooms.card.title", room=shown.room.name), *session_texts(shown, say, in_voice)]
    return panel(texts, rows, framed=True)


def checksum(view: ui.LayoutView) -> int:
    """Return a number that is the same for cards that show the same, and hardly ever for others; not 0."""
    made = view.to_components()  # type: ignore[no-untyped-call] # discord.py gives it no type
    return zlib.crc32(json.dumps(made, sort_keys=True).encode()) + 1


def session_texts(shown: Card, say: Say, in_voice: int | None) -> list[str]:
    """Return what an open session's card says: the phase, the seats, voice, arrivals and the last nod.

    Where it shows nobody it says the same in every phase, and nothing about who is there: there may be
    hidden seats.
    """
    session = shown.session
    empty = is_empty(shown, in_voice)
    return [
        _all_phases(session, say) if empty else _phase(session, shown.phase, say),
        _seats(shown, say),
        _voice(shown, say, in_voice),
        "" if empty else _again(shown, say),
        say("rooms.card.arrivals", count=shown.arrivals) if shown.arrivals >= FEWEST_ARRIVALS else "",
        say("rooms.card.nod", at=session.nodded_at) if session.nodded_at else "",
    ]


def _idle_view(shown: IdleCard, say: Say) -> ui.LayoutView:
    room = shown.room
    coming = say("rooms.card.next", next=shown.next_at) if shown.next_at else ""
    opening = say("rooms.card.members_open" if room.members_may_open else "rooms.card.moderators_open")
    texts = [say("rooms.card.paused")] if shown.is_paused else [*filter(None, [coming]), opening]
    buttons = [button(say("rooms.button.how"), routes.HOW(room.room_id))]
    if room.members_may_open and not shown.is_paused:
        opens = button(say("rooms.button.open"), routes.OPEN(room.room_id), discord.ButtonStyle.primary)
        buttons.insert(0, opens)
    return panel([say("rooms.card.title", room=room.name), *texts], [buttons], framed=True)


def _phase(session: Session, phase: Phase, say: Say) -> str:
    """Return which phase a session is in, and what follows until it closes."""
    following = next_phase(session, phase) or Phase.CLOSED
    then = next_phase(session, following) or Phase.CLOSED
    key = "quiet" if phase.is_quiet else "break" if phase.is_break else phase.value
    if following.is_break:
        key = "quiet_rounds"
    elif then.is_break and phase is Phase.SETTLING_IN:
        key = "settling_in_rounds"
    elif phase.is_quiet and session.rounds > 1:
        key = "quiet_last"
    return say(
        f"rooms.card.{key}",
        begins=begins_at(session, following),
        ends=begins_at(session, following if phase.is_quiet else then),
        closes=begins_at(session, Phase.CLOSED),
        round=round_of(phase),
        next=round_of(following),
        rounds=session.rounds,
    )


def _all_phases(session: Session, say: Say) -> str:
    """Return when a session is quiet and when it closes, in words that are true in each of its phases."""
    starts = phase_starts(session)
    quiet, talk, closes = (starts[each] for each in (Phase.QUIET, Phase.TIME_TO_TALK, Phase.CLOSED))
    if session.rounds == 1:
        return say("rooms.card.open", quiet=quiet, talk=talk, closes=closes)
    rounds = session.rounds
    return say("rooms.card.open_rounds", quiet=quiet, talk=talk, closes=closes, rounds=rounds)


def _again(shown: Card, say: Say) -> str:
    if shown.following is None:
        return ""
    key = "again" if shown.following.schedule_id is None else "schedule"
    return say(f"rooms.follows.{key}", closes=shown.following.length.closes_at)


def _seats(shown: Card, say: Say) -> str:
    taken, seats = shown.counted, shown.room.capacity
    if taken == 0:
        return say("rooms.card.seats", count=seats)
    names = comma_separated((f"<@{member_id}>" for member_id in shown.named), say)
    full, some = say("rooms.card.full", count=seats), say("rooms.card.taken", count=taken, seats=seats)
    lines = [full if taken >= seats else some, say("rooms.card.named", names=names) if names else ""]
    return "\n".join(filter(None, lines))


def _voice(shown: Card, say: Say, in_voice: int | None) -> str:
    if in_voice is None:
        return ""
    where = Markup(f"<#{shown.room.voice_channel_id}>")
    if in_voice == 0:
        return say("rooms.card.voice", where=where)
    return say("rooms.card.in_voice", where=where, count=in_voice)


def _buttons(shown: Card, say: Say, *, again: bool) -> list[Component]:
    session_id = shown.session.session_id
    buttons = [
        button(say("rooms.button.sit"), routes.SIT(session_id), discord.ButtonStyle.primary),
        button(say("rooms.button.slip"), routes.SLIP_OUT(session_id)),
        button(say("rooms.button.nod"), routes.NOD(session_id)),
        button(say("rooms.button.how"), routes.HOW(shown.room.room_id)),
    ]
    if again and shown.following is not None:
        buttons.append(button(say("rooms.button.again"), routes.SIT_AGAIN(session_id)))
    return buttons


def _answers(shown: Card, say: Say) -> list[Component]:
    session_id = shown.session.session_id
    return answer_buttons(say, lambda answer: routes.ANSWER(session_id, answer))
