"""Every text fits where Discord shows it."""

import pytest
from discord import ui

from bot.texts.catalogue import load, locales
from cogs.ui.panels import Lines, panel
from tests.texts.scan import KEY_PATTERNS, by_key, forms, keys_of, keys_passed_to

_TEXT_LIMIT = 4000
_COMFORT = 1200  # what a panel of a few texts leaves for each
_BUTTON_LIMIT = 80
_BUTTON_COMFORT = 34  # what a phone shows of a label in one line
_TITLE_LIMIT = 45
_LABEL_LIMIT = 45
_DESCRIPTION_LIMIT = 100
_PLACEHOLDER_LIMIT = 150
_OPTION_LIMIT = 100

ALL = [(locale, key, value) for locale in locales() for key, value in by_key(load(locale)).items()]
_SHARED_LABELS = {"checkins.answer.here", "checkins.answer.quiet", "checkins.answer.pass"}


def is_button(key: str) -> bool:
    """Return whether a key is a button's label, by its name."""
    parts = key.split(".")
    return (
        "button" in parts
        or key in _SHARED_LABELS
        or (parts[0] == "me" and parts[-1] in {"ask", "withdraw"})
    )


def too_long(chosen: set[str], limit: int) -> list[str]:
    """Return the chosen keys whose text is longer than `limit` characters."""
    assert chosen
    return [
        f"{locale} {key}"
        for locale, key, value in ALL
        if key in chosen and max(map(len, forms(value))) > limit
    ]


def test_buttons_are_known_by_their_names() -> None:
    labels = keys_passed_to("button", 0)
    assert len(labels) > 20
    assert [key for key in sorted(labels) if not is_button(key)] == []


def test_a_buttons_label_fits_on_a_phone() -> None:
    assert _BUTTON_COMFORT < _BUTTON_LIMIT
    assert too_long({key for _, key, _ in ALL if is_button(key)}, _BUTTON_COMFORT) == []


def test_a_buttons_label_is_a_plain_text_without_values_or_line_breaks() -> None:
    labels = [(key, text) for _, key, value in ALL if is_button(key) for text in forms(value)]
    assert [key for key, text in labels if "{" in text or "\n" in text] == []


def test_a_forms_title_fits() -> None:
    assert too_long(keys_passed_to("Form", 0), _TITLE_LIMIT) == []


def test_a_labels_text_and_description_fit() -> None:
    assert too_long(keys_passed_to("ask", 1) | keys_passed_to("choose", 1), _LABEL_LIMIT) == []
    assert too_long(keys_passed_to("ask", 0, "description"), _DESCRIPTION_LIMIT) == []


def test_a_selects_placeholder_fits() -> None:
    assert (
        too_long(keys_passed_to("select", 0) | keys_passed_to("channel_select", 0), _PLACEHOLDER_LIMIT)
        == []
    )


@pytest.mark.parametrize("pattern", ["days.{}", "checkins.days.{}", "checkins.window.{}"])
def test_an_options_label_fits(pattern: str) -> None:
    assert pattern in KEY_PATTERNS
    assert too_long(set(keys_of(pattern)), _OPTION_LIMIT) == []


def test_an_options_count_fits() -> None:
    assert too_long({"checkins.per_week", "setup.form.minutes"}, _OPTION_LIMIT) == []


def test_every_text_leaves_room_for_the_others_of_its_message() -> None:
    assert _COMFORT * 3 < _TEXT_LIMIT
    assert too_long({key for _, key, _ in ALL}, _COMFORT) == []


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
