"""A small language for what a request's JSON may look like, with Discord's form errors.

A shape checks a value and notes problems; optional fields may be null, required ones may not.
Fields that a record does not name are refused: the sandbox never ignores what it does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sandbox.state.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Path = tuple[str, ...]


@dataclass
class Problems:
    """What is wrong with a form, in the order in which it was found."""

    found: list[tuple[Path, str, str]] = field(default_factory=list)

    def add(self, path: Path, code: str, message: str) -> None:
        """Note one problem of the field at `path`."""
        self.found.append((path, code, message))

    def settle(self) -> None:
        """Raise `ApiError` 50035 if anything was noted."""
        if self.found:
            raise invalid(self.found)


class Shape(Protocol):
    """Anything that can check a value."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note what is wrong with `value`, which stands at `path`."""


@dataclass(frozen=True)
class Text:
    """A string of so many characters, perhaps of a pattern."""

    most: int
    least: int = 0
    pattern: str | None = None

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no string, too long, too short or not of the pattern."""
        if not isinstance(value, str):
            problems.add(path, "BASE_TYPE_BAD", "Could not interpret value as string.")
        elif not self.least <= len(value) <= self.most:
            if self.least:
                text = f"Must be between {self.least} and {self.most} in length."
                problems.add(path, "BASE_TYPE_BAD_LENGTH", text)
            else:
                text = f"Must be {self.most} or fewer in length."
                problems.add(path, "BASE_TYPE_MAX_LENGTH", text)
        elif self.pattern is not None and not re.fullmatch(self.pattern, value):
            problems.add(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")


@dataclass(frozen=True)
class Whole:
    """An integer between two bounds."""

    low: int = -(2**53)
    high: int = 2**53

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no integer or out of bounds."""
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif not self.low <= value <= self.high:
            text = f"int value should be between {self.low} and {self.high}."
            problems.add(path, "NUMBER_TYPE_RANGE", text)


@dataclass(frozen=True)
class Number:
    """Any number."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


@dataclass(frozen=True)
class Bits:
    """A permission set: decimal digits or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no non-negative whole number."""
        if isinstance(value, bool) or not str(value).isdecimal():
            problems.add(path, "BITFIELD_TYPE", f'Value "{value}" is not a bitfield.')


@dataclass(frozen=True)
class Id:
    """A snowflake: decimal digits or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no snowflake."""
        if isinstance(value, bool) or not str(value).isdecimal():
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is neither."""
        if not isinstance(value, bool):
            problems.add(path, "BOOLEAN_TYPE_BAD", "Must be either true or false.")


@dataclass(frozen=True)
class OneOf:
    """One of some values."""

    values: Collection[object]

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note any other value."""
        if value not in self.values:
            listed = ", ".join(str(one) for one in sorted(self.values, key=str))
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")


@dataclass(frozen=True)
class Unsupported:
    """A field that Discord has and the sandbox does not."""

    what: str

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note any value but an empty one."""
        if value:
            problems.add(path, "SANDBOX_UNSUPPORTED", f"The sandbox has no {self.what}.")


@dataclass(frozen=True)
class Many:
    """A list of so many items of one shape."""

    item: Shape
    most: int
    least: int = 0
    unique: bool = False

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a value that is no list, too long, too short, or with bad items."""
        if not isinstance(value, list):
            problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.")
            return
        if not self.least <= len(value) <= self.most:
            text = f"Must be between {self.least} and {self.most} in length."
            problems.add(path, "BASE_TYPE_BAD_LENGTH", text)
        if self.unique and len({str(one) for one in value}) != len(value):
            problems.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set has a value twice.")
        for index, one in enumerate(value):
            self.item.check(one, (*path, str(index)), problems)


@dataclass(frozen=True)
class Dict:
    """An object whose keys are one of some words and whose values have one shape."""

    keys: Collection[str]
    value: Shape

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note other keys and bad values."""
        if not isinstance(value, dict):
            problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.")
            return
        for key, one in value.items():
            if key not in self.keys:
                problems.add((*path, str(key)), "BASE_TYPE_CHOICES", "Unknown key.")
            elif one is not None:
                self.value.check(one, (*path, key), problems)


@dataclass(frozen=True)
class Record:
    """An object with named fields."""

    fields: Mapping[str, Shape]
    required: Collection[str] = ()

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note missing, unknown and bad fields."""
        if not isinstance(value, dict):
            problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used here.")
            return
        for name in self.required:
            if value.get(name) is None:
                problems.add((*path, name), "BASE_TYPE_REQUIRED", "This field is required")
        for name, one in value.items():
            shape = self.fields.get(name)
            if shape is None:
                problems.add((*path, str(name)), "SANDBOX_UNKNOWN_FIELD", "Unknown field.")
            elif one is not None:
                shape.check(one, (*path, name), problems)


@dataclass(frozen=True)
class ByType:
    """An object whose field `type` says which record it is."""

    records: Mapping[int, Shape]
    default: int | None = None

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Note a type that may not stand here, or what is wrong with the record."""
        if not isinstance(value, dict):
            problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used here.")
            return
        kind = value.get("type", self.default)
        record = self.records.get(kind) if isinstance(kind, int) else None
        if record is None:
            listed = ", ".join(str(one) for one in sorted(self.records))
            text = f'Value of field "type" must be one of ({listed}).'
            problems.add((*path, "type"), "UNION_TYPE_CHOICES", text)
            return
        record.check(value, path, problems)


def check(shape: Shape, value: object) -> None:
    """Raise `ApiError` 50035 if the value is not of the shape."""
    problems = Problems()
    shape.check(value, (), problems)
    problems.settle()
