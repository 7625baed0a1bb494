"""`alongside check` prints what Discord's Developer Policy asks an operator to publish."""

import pytest

from bot.cli import check
from bot.cli.check import State
from bot.settings import Settings

PAGES = {
    "privacy_policy_url": "https://example.org/privacy",
    "terms_url": "https://example.org/terms",
    "report_to": "help@example.org",
}


@pytest.mark.parametrize("missing", PAGES)
def test_a_page_that_is_not_published_is_named(missing: str) -> None:
    given = {name: value for name, value in PAGES.items() if name != missing}
    found = check._published(Settings.model_validate({"discord_token": "made-up", **given}))  # noqa: SLF001 - one line of many
    assert found.state is State.LOOK
    assert found.says == f"not set: ALONGSIDE_{missing.upper()}"
    assert "docs/operating.md" in found.do


def test_nothing_is_left_to_do_once_all_pages_are_published() -> None:
    found = check._published(Settings.model_validate({"discord_token": "made-up", **PAGES}))  # noqa: SLF001 - one line of many
    assert (found.state, found.do) == (State.OK, "")
