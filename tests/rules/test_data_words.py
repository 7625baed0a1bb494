"""What is saved about a member, in words."""

from datetime import UTC, datetime

import pytest

from bot.privacy.export import PersonalRows, Places
from bot.privacy.personal_data import PERSONAL
from bot.texts.catalogue import Texts
from cogs.privacy.data_words import DataWords

QUESTIONS = [
    (table, name)
    for table in PERSONAL
    for name, meaning in table.columns.items()
    if meaning.startswith("whether")
]
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(("saved", "word"), [(0, "no"), (1, "yes")])
def test_every_column_that_says_whether_is_shown_as_yes_or_no(saved: int, word: str) -> None:
    words = DataWords(Texts().to("en-US"), NOW, {}, Places({}, {}, {}))
    assert len(QUESTIONS) > 5
    for table, name in QUESTIONS:
        rows = PersonalRows(table.table, table.what, table.until, table.columns, [])
        assert words.row(rows, {name: saved}) == [f"> {table.columns[name]}: {word}"]
