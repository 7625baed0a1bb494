"""Each promise of the README and the privacy policy is still made, and points to a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
SOURCES = {"README": ROOT / "README.md", "policy": ROOT / "docs" / "privacy-policy.md"}
_ROW = re.compile(r"^\| (.+?) \| ([\w, ]+) \| `(tests/\S+\.py)::(\w+)` \|$", re.MULTILINE)
PROMISES = _ROW.findall(PAGE)
OTHERS = re.findall(r"^- (.+)$", PAGE, re.MULTILINE)
# The parts in which every sentence is a promise: the README's heading, and the policy's.
COMPLETE = [
    ("README", "Privacy in five lines"),
    ("policy", "What is saved about you"),
    ("policy", "Where it is, and how it is protected"),
    ("policy", "What you can do"),
    ("policy", "Changes"),
]


def plain(text: str) -> str:
    """Return a text without bold marks, and with single spaces."""
    return " ".join(text.replace("**", "").split())


def sentences(text: str) -> list[str]:
    """Return the sentences of a part, without its tables, links to further pages and blanks to fill in."""
    text = re.sub(r"<!--.*?-->.*?<!--.*?-->", "", text, flags=re.DOTALL)
    blocks = re.split(r"\n\n|\n(?=- )", text)
    told = [
        plain(block.removeprefix("- ")) for block in blocks if not block.lstrip().startswith(("|", "["))
    ]
    found = [each for block in told for each in re.split(r"(?<=[.?!]) (?=[A-Z`])", block) if each]
    return [each for each in found if "[[" not in each]


def part(source: str, heading: str) -> str:
    """Return what stands under a heading."""
    text = SOURCES[source].read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize(("promise", "where", "file", "test"), PROMISES, ids=lambda each: each[:40])
def test_a_promise_is_still_made_and_its_test_exists(
    promise: str, where: str, file: str, test: str
) -> None:
    for source in where.split(", "):
        assert plain(promise) in plain(SOURCES[source].read_text(encoding="utf-8"))
    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("source", "heading"), COMPLETE)
def test_no_sentence_about_privacy_is_without_its_test(source: str, heading: str) -> None:
    known = {plain(promise) for promise, *_ in PROMISES} | {plain(each) for each in OTHERS}
    assert [each for each in sentences(part(source, heading)) if each not in known] == []


@pytest.mark.parametrize("promise", OTHERS)
def test_a_promise_that_people_keep_is_still_made(promise: str) -> None:
    assert any(plain(promise) in plain(each.read_text(encoding="utf-8")) for each in SOURCES.values())


def test_every_row_of_the_table_is_read() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(PROMISES) == len(rows) - 1  # the heading
    assert len({test for *_, test in PROMISES}) > 25


def test_sentences_are_found_in_lists_and_paragraphs() -> None:
    text = (
        "One. Two `a.b`, and so on.\n\n- **Three.** Four\n  goes on.\n- Five\n\n| a | b |\n\n[More](x.md)\n"
    )
    assert sentences(text) == ["One.", "Two `a.b`, and so on.", "Three.", "Four goes on.", "Five"]
    assert sentences("Kept for [[days: how long]]. It is well.") == ["It is well."]
