"""What is saved about a member, said in words."""

from datetime import UTC, datetime

import pytest

from bot.privacy.export import Places
from bot.privacy.personal_data import PERSONAL
from bot.texts.catalogue import Texts
from cogs.privacy.data_words import DataWords

SAY = Texts().to("en-US")
QUESTIONS = [
    (table, name)
    for table in PERSONAL
    for name in table.columns
    if table.meaning(name, SAY).startswith("whether")
]
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(("saved", "word"), [(0, "no"), (1, "yes")])
def test_every_column_that_says_whether_is_shown_as_yes_or_no(saved: int, word: str) -> None:
    words = DataWords(SAY, NOW, {}, Places({}, {}, {}))
    assert len(QUESTIONS) > 5
    for table, name in QUESTIONS:
        assert words.row(table, {name: saved}) == [f"> {table.meaning(name, SAY)}: {word}"]
