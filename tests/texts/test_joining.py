"""Lists, sentences and named values have the signs of the reader's language."""

import pytest
from babel import Locale

from bot.texts.catalogue import Texts, locales
from bot.texts.joining import comma_separated, semicolon_separated, sentence, valued


@pytest.mark.parametrize("locale", locales())
def test_parts_stand_between_the_commas_that_the_cldr_has_for_the_language(locale: str) -> None:
    pattern = Locale.parse(locale, sep="-").list_patterns["standard"]["middle"]
    assert comma_separated(["a", "b"], Texts().to(locale)) == pattern.format("a", "b")


@pytest.mark.parametrize(
    ("locale", "whole", "named"),
    [
        ("en-GB", "a, b.", "a: b"),
        ("fr", "a, b.", "a\u00a0: b"),
        ("ja", "a、b。", "a：b"),  # noqa: RUF001 - full-width
        ("ko", "a, b.", "a: b"),  # has no catalogue: the text is English
    ],
)
def test_sentences_and_named_values_have_the_signs_of_the_text(locale: str, whole: str, named: str) -> None:
    say = Texts().to(locale)
    assert sentence(["a", "b"], say) == whole
    assert valued("a", "b", say) == named


def test_parts_with_commas_of_their_own_stand_between_semicolons_of_the_language() -> None:
    lists = {each: semicolon_separated(["a, b", "c"], Texts().to(each)) for each in ("de", "fr", "ja")}
    assert lists == {"de": "a, b; c", "fr": "a, b\u00a0; c", "ja": "a, b；c"}  # noqa: RUF001 - full-width
