"""Runs a story against the scripted Discord of the cards' tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cards.deterministic_loop import run_deterministic, settle
from tests.cards.serving import Story, serve
from tests.cards.stage import set_stage


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story once its card is posted."""

    async def tell(story: Story) -> None:
        async with set_stage(tmp_path, 50, []) as stage:
            await settle()
            await serve(stage)
            await story(stage)

    return lambda story: run_deterministic(lambda: tell(story))
