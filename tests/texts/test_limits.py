"""Every text fits where Discord shows it."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from discord import ui

from bot.texts.catalogue import load, locales
from bot.texts.comparing import limits
from bot.texts.keys import by_key, texts_of
from cogs.ui.panels import Lines, panel
from tests.texts.scan import keys_passed_to

_TEXT_LIMIT = 4000
_BUTTON_LIMIT = 80

EN = by_key(load("en"))


def named(kind: str) -> list[str]:
    """Return the keys of a kind of text, by `limits.toml`."""
    return [key for key in EN if any(fnmatchcase(key, pattern) for pattern in limits()[kind][1])]


@pytest.mark.parametrize(
    ("kind", "passed"),
    [
        ("button", [("button", 0)]),
        ("title", [("Form", 0)]),
        ("label", [("ask", 1), ("choose", 1)]),
        ("hint", [("ask", 0, "description")]),
        ("placeholder", [("select", 0), ("channel_select", 0)]),
    ],
)
def test_each_text_of_a_place_with_little_room_is_known_to_the_limits(
    kind: str, passed: list[tuple[Any, ...]]
) -> None:
    shown = {key for each in passed for key in keys_passed_to(*each)}
    assert len(shown) > 5
    assert sorted(shown - set(named(kind))) == []


def test_each_option_is_known_to_the_limits() -> None:
    shown = {each for each in EN if each.startswith(("days.", "checkins.window."))}
    assert len(shown) > 5
    assert sorted(shown - set(named("option"))) == []


@pytest.mark.parametrize("kind", list(limits()))
def test_every_pattern_of_a_limit_has_texts(kind: str) -> None:
    for pattern in limits()[kind][1]:
        assert [key for key in EN if fnmatchcase(key, pattern)], pattern


def test_the_limits_are_within_those_of_discord() -> None:
    most = {kind: most for kind, (most, _) in limits().items()}
    assert most["button"] < _BUTTON_LIMIT
    assert most["text"] * 3 < _TEXT_LIMIT  # a panel has a few texts
    assert most | {"title": 45, "label": 45, "hint": 100, "placeholder": 150, "option": 100} == most
    assert most | {"command": 32, "description": 100} == most


@pytest.mark.parametrize("locale", locales())
def test_a_buttons_label_is_a_plain_text_without_values_or_line_breaks(locale: str) -> None:
    entries = by_key(load(locale))
    labels = [(key, text) for key in named("button") if key in entries for text in texts_of(entries[key])]
    assert [key for key, text in labels if "{" in text or "\n" in text] == []


@pytest.mark.parametrize("beside", [0, 700, 1500])
@pytest.mark.parametrize("count", [1, 40, 400])
def test_a_panel_shows_as_many_lines_as_fit_beside_its_other_texts(beside: int, count: int) -> None:
    lines = [f"line {number:03}, of some length" for number in range(count)]
    view = panel(["x" * beside, Lines(lines, "There are more."), "y" * beside])
    assert view.content_length() <= _TEXT_LIMIT
    texts = [each.content for each in view.walk_children() if isinstance(each, ui.TextDisplay)]
    (shown,) = (text for text in texts if "line" in text)
    is_whole = shown == "\n".join(lines)
    assert is_whole or shown.endswith("\nThere are more.")
    assert is_whole or _TEXT_LIMIT - view.content_length() < 150  # and no fewer than fit
