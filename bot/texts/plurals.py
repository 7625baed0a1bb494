"""Plural categories of whole numbers, by the rules of the CLDR.

`cldr/plurals.toml` has the rules of every language that Discord offers, so that a tap that counts
something loads neither Babel nor its data. `python -m bot.texts.plural_rules` makes that file.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

CATEGORIES = ("zero", "one", "two", "few", "many", "other")

PluralRule: TypeAlias = Callable[[int], str]
_Relation: TypeAlias = Callable[[int], bool]

_FILE = Path(__file__).parent / "cldr" / "plurals.toml"
_RELATION = re.compile(r"([a-z])(?: mod (\d+))? (not in|in) ([\d.,]+)")
_NUMBER = "ni"  # the operands that are the number itself; the others describe fractions and exponents
_COUNTED = 1000  # every form that a language uses for smaller numbers has to be in its plurals


@cache
def plural_rule(locale: str) -> PluralRule:
    """Return what chooses a category for a whole number in a language; always `other` if it has no rule."""
    language = locale.partition("-")[0]
    return compile_rule(tomllib.loads(_FILE.read_text(encoding="utf-8")).get(language, {}))


@cache
def plural_forms(locale: str) -> tuple[str, ...]:
    """Return the categories that whole numbers have in a language: what its plurals consist of.

    French, Spanish and Portuguese also have `many`, for a million and its multiples. No text counts so far,
    and a category that a plural lacks is said as `other`.
    """
    rule = plural_rule(locale)
    used = {rule(count) for count in range(_COUNTED + 1)}
    return tuple(each for each in CATEGORIES if each in used)


def compile_rule(conditions: Mapping[str, str]) -> PluralRule:
    """Return the rule for conditions by category, such as `{"one": "i in 1 and v in 0"}`.

    Raises ValueError for a condition that is not written as Babel writes the CLDR's.
    """
    compiled = {
        category: [
            [_relation(each) for each in alternative.split(" and ")]
            for alternative in condition.split(" or ")
        ]
        for category, condition in conditions.items()
    }

    def category_of(count: int) -> str:
        for category, alternatives in compiled.items():
            if any(all(holds(count) for holds in relations) for relations in alternatives):
                return category
        return "other"

    return category_of


def _relation(text: str) -> _Relation:
    found = _RELATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a relation of a plural rule: {text}")
    operand, modulus, relation, ranges = found.groups()
    if operand not in _NUMBER:  # a whole number has no fraction: these operands are 0
        is_always = (0 in set(_values(ranges))) == (relation == "in")
        return lambda _: is_always
    values, divisor, is_in = frozenset(_values(ranges)), int(modulus or 0), relation == "in"
    return lambda count: ((abs(count) % divisor if divisor else abs(count)) in values) == is_in


def _values(ranges: str) -> Iterator[int]:
    for each in ranges.split(","):
        first, _, last = each.partition("..")
        yield from range(int(first), int(last or first) + 1)
