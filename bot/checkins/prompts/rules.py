"""Which words come next, pure.

Every text has a key that is never given to another: the catalogue's are its numbers there, a server's own
begin with `s`. What a member's check-ins have used is kept as keys, oldest first.
"""

from collections.abc import Sequence
from hashlib import blake2b

MOST_PROMPTS = 25  # of a server: as many as a list can offer
LONGEST_PROMPT = 80  # UTF-16 units, as Discord counts: read in a moment, and short enough for a button's id


def next_words(available: Sequence[str], used: Sequence[str], seed: int) -> str:
    """Return the key of the words that come next; `available` has one at least.

    Words that never came go first, in an order of each member's own; then those that came longest ago.
    So none returns before all others came, also where words were added or removed meanwhile.
    """
    fresh = [each for each in available if each not in used]
    if fresh:
        return min(fresh, key=lambda each: blake2b(f"{seed} {each}".encode(), digest_size=8).digest())
    return next(each for each in used if each in available)


def used_after(available: Sequence[str], used: Sequence[str], came: str) -> list[str]:
    """Return what is used once `came` came, oldest first, without words that there are no more."""
    return [*(each for each in used if each != came and each in available), came]


def tidy_prompt(typed: str) -> str:
    """Return a text with its blanks in order, on one line."""
    return " ".join(typed.split())


def length(words: str) -> int:
    """Return how long a text is, as Discord counts."""
    return len(words.encode("utf-16-le")) // 2
