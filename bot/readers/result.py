"""What reading a typed value can give: the value, a choice between several, or the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """The value that was typed."""

    value: T


@dataclass(frozen=True, slots=True)
class Ambiguous(Generic[T]):
    """Several values fit, the likeliest first. `key` names the text that asks which one is meant."""

    choices: Sequence[T]
    key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing fits. `key` names the text that says what can be read, with an example.

    `detail` is what the text names besides: for example the character that a name can't have.
    """

    key: str
    detail: str = ""


Result: TypeAlias = Read[T] | Ambiguous[T] | Unreadable


def one_of(found: Sequence[T], ambiguous: str, unreadable: str) -> Result[T]:
    """Return the result for the values that fit, without repeated ones; the arguments are text keys."""
    different = list(dict.fromkeys(found))
    if not different:
        return Unreadable(unreadable)
    return Read(different[0]) if len(different) == 1 else Ambiguous(different, ambiguous)
