"""Every link in a document leads somewhere: to a file of this project, and to a heading in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "bench", ".github")
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *(each for name in FOLDERS for each in sorted((ROOT / name).rglob("*.md"))),
]
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def links_in(text: str) -> list[str]:
    """Return the targets of a text's links and pictures, outside code."""
    return _LINK.findall(_CODE.sub("`code`", _FENCE.sub("", text)))


def anchors_in(text: str) -> set[str]:
    """Return the anchors of a text's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = base = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = 0
        while anchor in found:
            again += 1
            anchor = f"{base}-{again}"
        found.add(anchor)
    return found


def leads_nowhere(link: str, document: Path) -> bool:
    """Return whether a relative link names a file or a heading that is not there."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return False
    path, _, anchor = link.partition("#")
    target = (document.parent / path) if path else document
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors_in(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    found = links_in(document.read_text(encoding="utf-8"))
    assert [link for link in found if leads_nowhere(link, document)] == []


def test_links_and_anchors_are_found_as_github_makes_them() -> None:
    text = "# What it *does*\n## `/quiet check`\n## Twice\n## Twice\n"
    text += "[a](b.md#c) ![d](e.png) `[f](g)`\n```\n[h](i)\n```\n"
    assert links_in(text) == ["b.md#c", "e.png"]
    assert anchors_in(text) == {"what-it-does", "quiet-check", "twice", "twice-1"}


def test_a_link_to_a_missing_file_or_heading_is_noticed(tmp_path: Path) -> None:
    here = tmp_path / "here.md"
    here.write_text("# One heading\n", encoding="utf-8")
    assert not leads_nowhere("#one-heading", here)
    assert not leads_nowhere("https://example.org/gone", here)
    assert leads_nowhere("#another", here)
    assert leads_nowhere("gone.md", here)


def test_the_documents_have_links() -> None:
    assert sum(len(links_in(each.read_text(encoding="utf-8"))) for each in DOCUMENTS) > 30
