"""What a check-in says next: the catalogue's words and the server's own, none again before the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checkins.personal.model import Cadence
from bot.checkins.prompts.model import Prompt
from bot.checkins.prompts.rules import next_words, used_after
from bot.texts.catalogue import Markup, Say, escape

_LIBRARY = "checkins.prompts.{}"


@dataclass(frozen=True, slots=True)
class Words:
    """A check-in's text, made harmless; whether the server wrote it; and what is used once it came."""

    text: Markup
    is_own: bool
    used: str


def next_of(cadence: Cadence, own: Sequence[Prompt], say: Say) -> Words:
    """Return the words of a member's next check-in."""
    written = {each.key: each.words for each in own}
    available = [*say.keys(_LIBRARY), *written]
    used = cadence.texts_sent.split()
    key = next_words(available, used, cadence.key)
    text = escape(written[key]) if key in written else say(f"checkins.prompts.{key}")
    return Words(text, key in written, " ".join(used_after(available, used, key)))
