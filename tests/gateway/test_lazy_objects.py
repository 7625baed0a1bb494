"""A mapping that makes its objects late behaves like a dictionary that was full from the beginning."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.lazy_objects import LazyObjects

IDS = (5, 6, 7, 8)
NEW, NONE = 9, 0  # code that has no id looks for 0


@dataclass(frozen=True)
class Made:
    """An object that was made from its fields."""

    server: str
    fields: tuple[tuple[str, object], ...]


def make(server: str, fields: dict[str, Any]) -> Made:
    """Make an object."""
    return Made(server, tuple(sorted(fields.items())))


def lazy() -> LazyObjects[str, Made]:
    """Return four objects that are not made yet; one of them has no name."""
    columns: dict[str, list[Any]] = {"id": [str(each) for each in IDS], "name": ["a", "b", None, "d"]}
    return LazyObjects(columns, make, "here")


def whole() -> dict[int, Made]:
    """Return the same objects in a dictionary."""
    names = {5: {"name": "a"}, 6: {"name": "b"}, 7: {}, 8: {"name": "d"}}
    return {each: make("here", {"id": str(each), **names[each]}) for each in IDS}


Act = Callable[[MutableMapping[int, Any]], object]


def acts_on(key: int) -> list[tuple[str, Act]]:
    """Return what can be done with one id, by name."""
    return [
        (f"get {key}", lambda objects: objects.get(key)),
        (f"look for {key}", lambda objects: key in objects),
        (f"set {key}", lambda objects: objects.update({key: Made("new", ())})),
        (f"remove {key}", lambda objects: objects.pop(key, None)),
    ]


ON_ALL: list[tuple[str, Act]] = [
    ("list", list),
    ("count", len),
    ("values", lambda objects: list(objects.values())),
    ("items", lambda objects: list(objects.items())),
    ("clear", lambda objects: objects.clear()),
]
ACTS = dict([*(each for key in (*IDS, NEW, NONE) for each in acts_on(key)), *ON_ALL])


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_it_behaves_like_a_dictionary(names: list[str]) -> None:
    ours, theirs = lazy(), whole()
    for name in names:
        assert ACTS[name](ours) == ACTS[name](theirs), name
    assert list(ours.items()) == list(theirs.items())
    assert ours.copy() == theirs


def test_looking_whether_an_id_is_there_makes_nothing() -> None:
    made: list[str] = []
    objects = LazyObjects({"id": ["5"]}, lambda _, fields: made.append(fields["id"]), "here")
    assert 5 in objects
    assert 6 not in objects
    assert objects.get(6) is None
    assert list(objects) == [5]
    assert len(objects) == 1
    assert made == []


def test_an_object_that_is_not_there_cannot_be_removed() -> None:
    objects = lazy()
    del objects[5]
    for key in (5, NEW):
        with pytest.raises(KeyError):
            del objects[key]
        with pytest.raises(KeyError):
            objects[key]
