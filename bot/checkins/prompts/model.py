"""The texts of check-ins, and which of them comes next. Pure.

Each text has a key that no other text ever gets: those of the catalogue have their number there, those of a
server begin with `s`. The keys of the texts that a member's check-ins have used are saved, oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

MOST_PROMPTS = 25  # of a server: as many as a list of Discord can offer
LONGEST_PROMPT = 80  # UTF-16 units, as Discord counts: read in a moment, and short enough for a custom id


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that moderators of a server wrote. Who of them wrote it is not saved."""

    prompt_id: int
    guild_id: int
    words: str

    @property
    def key(self) -> str:
        """Its key among all texts of check-ins."""
        return f"s{self.prompt_id}"


@dataclass(frozen=True, slots=True)
class PromptText:
    """The text of one check-in.

    `words` are a server's own, not escaped; None where the text is the catalogue's, under `key`.
    `texts_sent` are the keys to save once it was sent.
    """

    key: str
    words: str | None
    texts_sent: str = ""


def next_text(library: Sequence[str], own: Sequence[Prompt], texts_sent: str, seed: int) -> PromptText:
    """Choose the text of a member's next check-in from the catalogue's (`library`: keys) and the server's.

    `texts_sent` are the keys of those that came before; `seed` is a stable number of the member.
    """
    written, used = {each.key: each.words for each in own}, texts_sent.split()
    available = [*library, *written]
    key = next_key(available, used, seed)
    return PromptText(key, written.get(key), " ".join(used_after(available, used, key)))


def text_of_turn(library: Sequence[str], own: Sequence[Prompt], turn: int) -> PromptText:
    """Choose the text of a channel check-in, so that none comes again before all others came."""
    written = {each.key: each.words for each in own}
    available = [*library, *written]
    key = available[turn % len(available)]
    return PromptText(key, written.get(key))


def next_key(available: Sequence[str], used: Sequence[str], seed: int) -> str:
    """Return the key of the text that comes next; `available` has at least one.

    Texts that never came are first, in an order that `seed` decides; then those that came longest ago. So
    none comes again before all others came, also where texts were added or removed meanwhile.
    """
    fresh = [each for each in available if each not in used]
    if fresh:
        return min(fresh, key=lambda each: blake2b(f"{seed} {each}".encode(), digest_size=8).digest())
    return next(each for each in used if each in available)


def used_after(available: Sequence[str], used: Sequence[str], sent: str) -> list[str]:
    """Return the used keys after `sent` was sent, oldest first, without those that no text has any more."""
    return [*(each for each in used if each != sent and each in available), sent]


def tidy_prompt(typed: str) -> str:
    """Return a text on one line, with single spaces."""
    return " ".join(typed.split())


def length(words: str) -> int:
    """Return the length of a text in UTF-16 units, as Discord counts."""
    return len(words.encode("utf-16-le")) // 2
