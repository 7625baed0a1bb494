"""Every page of a decision has a title by its topic, and the same three parts."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
# A part begins with bold words on a short page, with a heading on a long one.
_PART = re.compile(
    r"^(?:\*\*(Context|Decision|Alternatives)\.\*\*|## (Context|Decision|Alternatives)$)", re.MULTILINE
)


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.name)
def test_a_decision_has_its_context_the_decision_and_the_alternatives_in_this_order(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \S.{3,70}\n\n(\*\*|## )Context", text)
    assert ["".join(found) for found in _PART.findall(text)] == ["Context", "Decision", "Alternatives"]


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [page.name[:4] for page in PAGES]
    assert len(numbers) > 40
    assert len(set(numbers)) == len(numbers)
