"""Commands in texts: mentions where their ids are known, names in the reader's language elsewhere."""

from typing import Any

import pytest

from bot.texts.catalogue import Markup, Texts, load, plain
from bot.texts.command_names import CommandNames
from bot.texts.comparing import longest
from bot.texts.keys import by_key, texts_of
from cogs.privacy.routes import DECLINE_CONSENT
from cogs.ui.forms import Form
from cogs.ui.panels import button, select
from cogs.ui.typed_values import matching

NAMES = CommandNames(load("en")["commands"])
EN = by_key(load("en"))
SHOWN_WITHOUT_MARKUP = 150  # a text with a limit of at most so many characters is a label of some kind
IDS = {"sit": 1, "quiet": 2, "help": 3, "help-now": 4, "my-data": 5}
GERMAN = {"sit": {"name": "hinsetzen"}, "quiet": {"name": "ruhe", "check": {"name": "prüfen"}}}


def named(text: str, ids: dict[str, int] | None = None) -> str:
    """Return a text for a German reader."""
    return NAMES.named(text, GERMAN, IDS if ids is None else ids)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use /sit.", "Use </sit:1>."),
        ("**/sit** opens one.", "**</sit:1>** opens one."),
        ("/sit, /sit", "</sit:1>, </sit:1>"),
        ("In /quiet check what", "In </quiet check:2> what"),
        ("/help-now and /help", "</help-now:4> and </help:3>"),
        ("設定は/sitで変えます。", "設定は</sit:1>で変えます。"),
        ("Der /sit-Befehl", "Der </sit:1>-Befehl"),
        ("/quiet schedule edit", "</quiet schedule edit:2>"),
    ],
)
def test_a_command_is_a_mention_by_its_english_name(text: str, shown: str) -> None:
    assert named(text) == shown


@pytest.mark.parametrize(
    "text", ["/sitting", "and/or", "https://example.org/sit", "</sit:7>", "/help-desk"]
)
def test_what_only_looks_like_a_command_stays(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use /sit.", "Use /hinsetzen."),
        ("See /quiet check.", "See /ruhe prüfen."),
        ("See /quiet room add.", "See /ruhe room add."),  # what has no translation is in English
        ("In /rooms.", "In /rooms."),
    ],
)
def test_without_an_id_a_command_has_the_name_that_discord_lists(text: str, shown: str) -> None:
    assert named(text, {}) == shown


def test_a_group_is_no_mention_as_discord_has_none_for_it() -> None:
    assert named("This is in /my-data and /quiet checkins.") == "This is in /my-data and /ruhe checkins."


def test_texts_say_mentions_once_the_ids_are_known() -> None:
    texts = Texts()
    assert "with /sit whenever" in texts.say("rooms.list.free", room="a", where="b")
    texts.mention_commands({"sit": 17})
    assert "with </sit:17> whenever" in texts.say("rooms.list.free", room="a", where="b")
    assert "with /sit whenever" in texts.say_plainly("rooms.list.free", room="a", where="b")


def test_what_was_typed_is_never_a_mention() -> None:
    texts = Texts()
    texts.mention_commands(IDS)
    assert "/quiet check" in texts.say("rooms.seat.named", room="/quiet check")


def test_a_plain_text_has_no_mentions_and_no_escapes() -> None:
    assert plain(Markup("Use </quiet check:2> in a\\*b")) == "Use /quiet check in a*b"
    assert plain("typed </sit:1> \\*") == "typed </sit:1> \\*"


def test_no_label_names_a_command_as_discord_shows_no_mentions_there() -> None:
    labels = [key for key in EN if longest(key) <= SHOWN_WITHOUT_MARKUP]
    assert len(labels) > 100
    assert [key for key in labels for text in texts_of(EN[key]) if NAMES.in_text(text)] == []


def test_labels_of_buttons_selects_and_forms_show_no_mentions_and_no_escapes() -> None:
    text, route = Markup("Use </sit:1> in a\\*b"), DECLINE_CONSENT()
    form = Form(text, route).ask("name", text, description=text).choose("which", text, [("1", text)])
    asked, chosen = form.fields
    parts: list[Any] = [button(text, route), select(text, route, [("1", text)]), chosen.component]
    shown = [
        parts[0].label,
        parts[1].placeholder,
        *(part.options[0].label for part in parts[1:]),
        *(form.title, asked.label, chosen.label),
        matching([(text, "1")], "")[0].name,
    ]
    assert set(shown) == {"Use /sit in a*b"}
