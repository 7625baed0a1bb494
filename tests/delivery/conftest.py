"""Runs a story against the scripted Discord of the cards' tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cards.serving import Story, serve
from tests.cards.steady import settle, steady
from tests.cards.table import lay


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story once the card is posted."""

    async def tell(story: Story) -> None:
        async with lay(tmp_path, 50, []) as table:
            await settle()
            await serve(table)
            await story(table)

    return lambda story: steady(lambda: tell(story))
