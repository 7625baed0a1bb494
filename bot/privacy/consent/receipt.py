"""Receipts: what was agreed to or withdrawn, when, and in which words. A receipt belongs to the member.

A yes is its own receipt for as long as it stands: the row of the consent. A withdrawal deletes that row;
nothing about a person is kept without a standing yes, so its receipt is shown, and given as a file to
whoever wants one. All that it says travels in the button that makes the file.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.privacy.consent.model import Consent, Purpose

VERSION = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """A yes, or (with `ended_at`) its end."""

    guild_id: int
    purpose: Purpose
    version: int
    given_at: datetime
    ended_at: datetime | None = None

    @classmethod
    def of(cls, consent: Consent, ended_at: datetime | None = None) -> Self:
        """Return the receipt of a consent."""
        return cls(consent.guild_id, consent.purpose, consent.version, consent.granted_at, ended_at)

    def document(self, member_id: int, text: str | None) -> bytes:
        """Return the receipt as a JSON file; `text` is what the member agreed to."""
        made = {
            "format": "alongside-receipt",
            "version": VERSION,
            "member_id": str(member_id),
            "guild_id": str(self.guild_id),
            "purpose": self.purpose,
            "text_version": self.version,
            "text": text,
            "given_at": self.given_at.isoformat(),
            "withdrawn_at": self.ended_at.isoformat() if self.ended_at else None,
        }
        return json.dumps(made, indent=2, ensure_ascii=False).encode()
