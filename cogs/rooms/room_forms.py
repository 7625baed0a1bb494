"""The forms of a room: what they ask, and the numbers that were typed."""

import unicodedata

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.rules import MOST_IN_VOICE, MOST_SEATS
from bot.texts.catalogue import Say
from cogs.ui.forms import Form
from cogs.ui.routes import CustomId

_LONGEST_TYPED = 100  # characters; a name that is too long is refused with a reason
_MOST_DIGITS = 4


def edit_form(custom_id: CustomId, room: Room, say: Say) -> Form:
    """Return the form for a room's name and seats, as they are now."""
    return (
        Form(say("setup.form.edit_room"), custom_id)
        .ask("name", say("setup.form.name"), value=room.name, longest=_LONGEST_TYPED)
        .ask(
            "seats",
            say("setup.form.seats"),
            description=say("setup.form.seats_hint", most=MOST_SEATS),
            value=str(room.capacity),
        )
    )


def voice_form(custom_id: CustomId, say: Say) -> Form:
    """Return the form that asks how many people a room's new voice channel takes."""
    hint = say("setup.form.limit_hint", most=MOST_IN_VOICE)
    return Form(say("setup.form.voice"), custom_id).ask(
        "limit", say("setup.form.limit"), description=hint, required=False
    )


def read_count(typed_count: str) -> int:
    """Return a number of seats. Raises RefusalError for anything that is no number."""
    if (count := _number(typed_count)) is None:
        raise RefusalError("refusals.capacity", most=MOST_SEATS)
    return count


def read_limit(typed_limit: str) -> int:
    """Return how many people may be in a voice channel: 0 for any number, if nothing was typed.

    Raises RefusalError for anything that Discord does not allow.
    """
    limit = _number(typed_limit) if typed_limit.strip() else 0
    if limit is None or limit > MOST_IN_VOICE:
        raise RefusalError("refusals.voice_limit", most=MOST_IN_VOICE)
    return limit


def _number(text: str) -> int | None:
    """Return a short number in digits of any script, or None."""
    text = unicodedata.normalize("NFKC", text).strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
