"""Read names and short texts that people give: any script, marks and emoji, but nothing hidden."""

import unicodedata

from bot.readers.result import Read, Unreadable

_JOINER, _NON_JOINER = "\u200d", "\u200c"
_VIRAMA = 9  # the combining class of the signs after which joiners shape Indic letters
_DIRECTION_CLASSES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_DIRECTION_MARKS = {"\u200e", "\u200f", "\u061c"}
_BLANK = {"\u2800", "\u3164", "\u115f", "\u1160", "\uffa0", "\u034f", "\u17b4", "\u17b5", "\ufffc"}
_EMOJI_PARTS = {"\ufe0f", "\u20e3", *map(chr, range(0x1F3FB, 0x1F400))}  # follow an emoji and belong to it
_ARROW = "\u2194"  # in the emoji of a head that is shaken; its category is that of mathematics
_FLAG, _TAGS = "\U0001f3f4", range(0xE0020, 0xE0080)  # the flag before tags that name a region
_MOST_TAGS = 8  # that belong to a flag
_INVISIBLE = {"Cc", "Co", "Cs", "Zl", "Zp"}
_NEVER_SHOWN = (
    range(0x2065, 0x2066),
    range(0xFDD0, 0xFDF0),
    range(0xFFF0, 0xFFF9),
    range(0xE0000, 0xE1000),
)
_LAST_TWO = 0xFFFE


def read_name(typed: str, longest: int) -> Read[str] | Unreadable:
    """Read a name of at most `longest` characters, in NFC and with single spaces.

    Refuses blank-looking, direction-changing and unprintable characters; `detail` says which.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    for index, character in enumerate(name):
        reason = _reason_against(name, index)
        if reason:
            return Unreadable(f"unreadable.name_{reason}", described(character))
    if not any(_is_seen(each) for each in name):
        return Unreadable("unreadable.name_empty")
    if len(name) > longest:
        return Unreadable("unreadable.name_long", str(longest))
    return Read(name)


def name_of(given: str, longest: int) -> str:
    """Return the allowed name that is nearest to `given`, such as a channel's name, or an empty string."""
    name = " ".join(unicodedata.normalize("NFC", given).split())
    allowed = "".join(each for index, each in enumerate(name) if not _reason_against(name, index))
    short = " ".join(allowed.split())
    while len(short) > longest:
        short = short[: _last_start(short)].rstrip()
    return short if isinstance(read_name(short, longest), Read) else ""


def same_name(one: str, other: str) -> bool:
    """Return whether two names are the same, whatever their case and spelling in Unicode."""
    return _compared(one) == _compared(other)


def described(character: str) -> str:
    """Return the code and name of a character, for example "U+200B ZERO WIDTH SPACE"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _compared(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _reason_against(name: str, index: int) -> str:
    """Return why a name can't have the character at an index, or an empty string."""
    character = name[index]
    category = unicodedata.category(character)
    if unicodedata.bidirectional(character) in _DIRECTION_CLASSES or character in _DIRECTION_MARKS:
        return "turning"
    if character in (_JOINER, _NON_JOINER):
        return "" if _joins(name, index) else "hidden"
    if ord(character) in _TAGS:
        return "" if _is_in_flag(name, index) else "hidden"
    if character in _BLANK or category == "Cf":
        return "hidden"
    return "unshown" if category in _INVISIBLE or _is_no_character(character) else ""


def _is_no_character(character: str) -> bool:
    """Return whether this is never a character; other unnamed ones may be emoji newer than this Python."""
    code = ord(character)
    return unicodedata.category(character) == "Cn" and (
        code & 0xFFFF >= _LAST_TWO or any(code in each for each in _NEVER_SHOWN)
    )


def _joins(name: str, index: int) -> bool:
    """Return whether a joiner is between emoji, between Arabic letters or after an Indic virama."""
    before, after = name[:index].rstrip("".join(_EMOJI_PARTS)), name[index + 1 :]
    if not before or not after:
        return False
    if unicodedata.combining(name[index - 1]) == _VIRAMA:
        return True
    if name[index] == _JOINER and _is_emoji(before[-1]) and _is_emoji(after[0]):
        return True
    return unicodedata.bidirectional(before[-1]) == unicodedata.bidirectional(after[0]) == "AL"


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Cn"} or character == _ARROW


def _is_in_flag(name: str, index: int) -> bool:
    start = name.rfind(_FLAG, max(0, index - _MOST_TAGS), index)
    return start >= 0 and all(ord(each) in _TAGS for each in name[start + 1 : index])


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LNPS" or category == "Cn"


def _last_start(name: str) -> int:
    """Return where the last visible character of a name begins, with all that belongs to it."""
    start = len(name) - 1
    while start > 0 and (
        name[start] in _EMOJI_PARTS
        or ord(name[start]) in _TAGS
        or unicodedata.category(name[start])[0] == "M"
        or _JOINER in name[start - 1 : start + 1]
    ):
        start -= 1
    return start
