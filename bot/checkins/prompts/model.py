"""The texts of check-ins, and which of them comes next. Pure.

Each text has a unique key that is never reused: the number of a catalogue text, or `s` and a number for a
server's text. The keys of the texts that a member has been sent are saved, oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

MOST_PROMPTS = 25  # of a server: as many as a list of Discord can offer
LONGEST_PROMPT = 80  # UTF-16 units, as Discord counts: read in a moment, and short enough for a custom id


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that a server's moderators wrote. The author is not saved."""

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

    `words` is a server's text, not escaped, or None for a text of the catalogue, named by `key`.
    `texts_sent` holds the keys to save once it is sent.
    """

    key: str
    words: str | None
    texts_sent: str = ""


def next_text(library: Sequence[str], own: Sequence[Prompt], texts_sent: str, seed: int) -> PromptText:
    """Choose the text of a member's next check-in from the catalogue's (`library`) and the server's own.

    `texts_sent` holds the keys of the texts sent before; `seed` is always the same for one member.
    """
    written, used = {each.key: each.words for each in own}, texts_sent.split()
    available = [*library, *written]
    key = next_key(available, used, seed)
    return PromptText(key, written.get(key), " ".join(used_after(available, used, key)))


def text_of_channel_checkin(library: Sequence[str], own: Sequence[Prompt], number: int) -> PromptText:
    """Choose the text of channel check-in `number`: every text is used once before one repeats."""
    written = {each.key: each.words for each in own}
    available = [*library, *written]
    key = available[number % len(available)]
    return PromptText(key, written.get(key))


def next_key(available: Sequence[str], used: Sequence[str], seed: int) -> str:
    """Return the key of the text to send next; `available` has at least one.

    Texts that were never sent come first, in an order given by `seed`; then the one sent longest ago. So no
    text repeats before all others were sent, even if texts are added or removed meanwhile.
    """
    fresh = [each for each in available if each not in used]
    if fresh:
        return min(fresh, key=lambda each: blake2b(f"{seed} {each}".encode(), digest_size=8).digest())
    return next(each for each in used if each in available)


def used_after(available: Sequence[str], used: Sequence[str], sent: str) -> list[str]:
    """Return the used keys after `sent` was sent, oldest first, without those of removed texts."""
    return [*(each for each in used if each != sent and each in available), sent]


def length(words: str) -> int:
    """Return the length of a text in UTF-16 units, as Discord counts."""
    return len(words.encode("utf-16-le")) // 2
