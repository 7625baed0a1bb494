"""Consent texts that change after members agreed to them."""

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.texts.catalogue import load


def change_texts(monkeypatch: pytest.MonkeyPatch, *purposes: Purpose) -> None:
    """Change the version of these purposes' consent texts until the test ends."""
    for purpose in purposes:
        texts, version = load("en")["consent"][purpose], VERSIONS[purpose]
        monkeypatch.setitem(texts, str(version + 1), texts[str(version)])
        monkeypatch.setitem(VERSIONS, purpose, version + 1)
