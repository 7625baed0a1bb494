"""Schemas for the JSON of requests, with Discord's form errors.

A schema checks a value and adds what is wrong to `Problems`. An optional field may be null, a required one
may not. Like Discord, a schema ignores a field that an object does not define: it removes the field and
lists it. With `UnknownFields.strict` such a field is a problem instead, so that tests notice it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.state.components import Path
from sandbox.state.errors import invalid_form


@dataclass
class UnknownFields:
    """What happens to a request's fields that Discord does not define: refused if strict, else ignored."""

    strict: bool = False
    ignored: list[str] = field(default_factory=list)  # paths with their steps joined by dots

    def ignore(self, path: Path) -> bool:
        """Return whether the field at `path` is ignored, and list it if it is."""
        if not self.strict:
            self.ignored.append(".".join(path))
        return not self.strict


@dataclass
class Problems:
    """What is wrong with a request body, in the order in which it was found."""

    unknown_fields: UnknownFields = field(default_factory=UnknownFields)
    found: list[tuple[Path, str, str]] = field(default_factory=list)

    def add(self, path: Path, code: str, message: str) -> None:
        """Add a problem of the field at `path`."""
        self.found.append((path, code, message))

    def raise_if_any(self) -> None:
        """Raise `DiscordError` 50035 if there are problems."""
        if self.found:
            raise invalid_form(self.found)


class Schema(Protocol):
    """Anything that can check a value."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add what is wrong with `value`, the field at `path`."""


@dataclass(frozen=True)
class Text:
    """A string with `least` to `most` characters that matches the pattern, if there is one."""

    most: int
    least: int = 0
    pattern: str | None = None

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the type or length is wrong, or the pattern does not match."""
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
class Integer:
    """An integer between two bounds."""

    low: int = -(2**53)
    high: int = 2**53

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the value has the wrong type or is out of bounds."""
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif not self.low <= value <= self.high:
            text = f"int value should be between {self.low} and {self.high}."
            problems.add(path, "NUMBER_TYPE_RANGE", text)


@dataclass(frozen=True)
class Number:
    """Any number."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the value has the wrong type."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


@dataclass(frozen=True)
class Bitfield:
    """A permission set: decimal digits or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the value is not a bitfield."""
        if isinstance(value, bool) or not str(value).isdecimal():
            problems.add(path, "BITFIELD_TYPE", f'Value "{value}" is not a bitfield.')


@dataclass(frozen=True)
class Snowflake:
    """A snowflake: decimal digits or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the value is not a snowflake."""
        if isinstance(value, bool) or not str(value).isdecimal():
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


@dataclass(frozen=True)
class Boolean:
    """True or false."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem if the value is not a boolean."""
        if not isinstance(value, bool):
            problems.add(path, "BOOLEAN_TYPE_BAD", "Must be either true or false.")


@dataclass(frozen=True)
class OneOf:
    """One of the listed values."""

    values: Collection[object]

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem for any other value."""
        if value not in self.values:
            listed = ", ".join(str(one) for one in sorted(self.values, key=str))
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")


@dataclass(frozen=True)
class Unsupported:
    """A field for a feature that Discord has and the sandbox has not."""

    feature: str

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem unless the value is empty."""
        if value:
            problems.add(path, "SANDBOX_UNSUPPORTED", f"The sandbox has no {self.feature}.")


@dataclass(frozen=True)
class ListOf:
    """A list of `least` to `most` items of one schema."""

    item: Schema
    most: int
    least: int = 0
    unique: bool = False

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add problems for a wrong type or length, and for repeated and invalid items."""
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
class MapOf:
    """An object with some of the listed keys, whose values all have one schema."""

    keys: Collection[str]
    value: Schema

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add problems for a wrong type, unlisted keys and invalid values."""
        if not isinstance(value, dict):
            problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.")
            return
        for key, one in value.items():
            if key not in self.keys:
                problems.add((*path, str(key)), "BASE_TYPE_CHOICES", "Unknown key.")
            elif one is not None:
                self.value.check(one, (*path, key), problems)


@dataclass(frozen=True)
class Object:
    """An object with named fields."""

    fields: Mapping[str, Schema]
    required: Collection[str] = ()

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add problems for a wrong type and for missing and invalid fields; handle unknown fields."""
        if not isinstance(value, dict):
            problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used here.")
            return
        for name in self.required:
            if value.get(name) is None:
                problems.add((*path, name), "BASE_TYPE_REQUIRED", "This field is required")
        for name, one in list(value.items()):
            schema = self.fields.get(name)
            if schema is None:
                _handle_unknown(value, str(name), path, problems)
            elif one is not None:
                schema.check(one, (*path, name), problems)


def _handle_unknown(value: dict[str, object], name: str, path: Path, problems: Problems) -> None:
    if problems.unknown_fields.ignore((*path, name)):
        del value[name]
    else:
        problems.add((*path, name), "SANDBOX_UNKNOWN_FIELD", "Unknown field.")


@dataclass(frozen=True)
class UnionByType:
    """An object whose field `type` selects its schema."""

    schemas: Mapping[int, Schema]
    default: int | None = None

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Add a problem for an unknown type, or the problems that the schema of its type finds."""
        if not isinstance(value, dict):
            problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used here.")
            return
        kind = value.get("type", self.default)
        schema = self.schemas.get(kind) if isinstance(kind, int) else None
        if schema is None:
            listed = ", ".join(str(one) for one in sorted(self.schemas))
            text = f'Value of field "type" must be one of ({listed}).'
            problems.add((*path, "type"), "UNION_TYPE_CHOICES", text)
            return
        schema.check(value, path, problems)


def check(schema: Schema, value: object, unknown_fields: UnknownFields) -> None:
    """Raise `DiscordError` 50035 if the value does not match the schema."""
    problems = Problems(unknown_fields)
    schema.check(value, (), problems)
    problems.raise_if_any()
