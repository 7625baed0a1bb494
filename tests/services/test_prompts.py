"""A server's own check-in texts, saved in a real file."""

import asyncio
from pathlib import Path

import pytest

from bot.checkins.prompts.model import MOST_PROMPTS
from bot.errors import RefusalError
from bot.services import Services
from bot.texts.voice import Breach, Rule
from tests.storage.members import HERE, THERE
from tests.storage.scratch import query

WORDS = "A chair by the window."


async def test_a_text_belongs_to_its_server_and_has_no_author(services: Services, path: Path) -> None:
    prompt = await services.prompts.add(HERE, f"  {WORDS}\t", "en")
    assert (prompt.words, prompt.key) == (WORDS, f"s{prompt.prompt_id}")
    assert await services.prompts.of_guild(HERE) == [prompt]
    assert await services.prompts.of_guild(THERE) == []
    assert query(path, "SELECT * FROM prompt") == [(prompt.prompt_id, HERE, WORDS)]
    with pytest.raises(RefusalError) as caught:
        await services.prompts.remove(THERE, prompt.prompt_id)
    assert caught.value.key == "refusals.prompt_gone"
    assert await services.prompts.remove(HERE, prompt.prompt_id) == prompt
    assert (await services.prompts.add(HERE, WORDS, "en")).key != prompt.key  # a key is never used twice


async def test_texts_added_at_once_are_saved_once_each_and_up_to_the_limit(services: Services) -> None:
    asked = [services.prompts.add(HERE, f"Chair {number % 40}.", "en") for number in range(80)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    kept = await services.prompts.of_guild(HERE)
    assert len(kept) == len({each.words for each in kept}) == MOST_PROMPTS
    assert sum(not isinstance(each, BaseException) for each in done) == MOST_PROMPTS
    assert all(isinstance(each, RefusalError) for each in done if isinstance(each, BaseException))


@pytest.mark.parametrize(
    ("longest", "longer"),
    [("a" * 80, "a" * 81), ("a" * 80, "a" * 79 + "🌿")],
    ids=["letters", "an emoji counts twice"],
)
async def test_a_text_has_at_most_eighty_characters_as_discord_counts_them(
    services: Services, longest: str, longer: str
) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.prompts.add(HERE, longer, "en")
    assert caught.value.key == "refusals.prompt_long"
    assert caught.value.values == {"most": 80}
    assert (await services.prompts.add(HERE, longest, "en")).words == longest


async def test_a_language_without_word_lists_uses_the_english_ones(services: Services) -> None:
    review = await services.prompts.review(HERE, "Why not?", "xx")
    assert review.remarks == (Breach(Rule.OPEN_QUESTION, "Why"),)
    with pytest.raises(RefusalError) as caught:
        await services.prompts.add(HERE, "Why not?", "xx")
    assert caught.value.key == "refusals.prompt_remarks"
