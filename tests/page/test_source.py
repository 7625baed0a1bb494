"""The page's source files: none parses HTML or loads from other sites, and each is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sandbox

PAGE = Path(sandbox.__file__).parent / "web" / "static"
SCRIPTS = sorted(PAGE.glob("*.js"))
PARSES_HTML = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|srcdoc"
)
NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_no_script_parses_html(path: Path) -> None:
    assert PARSES_HTML.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda p: p.name)
def test_nothing_is_loaded_from_other_sites(path: Path) -> None:
    text = path.read_text("utf-8").replace(NAMESPACE, "")
    assert re.findall(r"""(?:https?:|["'(])//[a-z0-9-]+\.[a-z]{2,}""", text) == []


def test_the_document_holds_no_inline_script_or_style() -> None:
    text = (PAGE / "index.html").read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == []


def test_every_style_sheet_and_script_is_used() -> None:
    document = (PAGE / "index.html").read_text("utf-8")
    scripts = "".join(path.read_text("utf-8") for path in SCRIPTS)
    linked = set(re.findall(r"/page/([\w.]+)", document))
    imported = set(re.findall(r'(?:from|import\() ?"\./([\w.]+)"', scripts))
    held = {path.name for path in PAGE.iterdir()} - {"index.html"}
    assert held == linked | imported
