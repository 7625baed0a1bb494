"""Receipts: what a member agreed to or turned off, when, and in which text. Only the member gets it.

While a consent holds, its row is its receipt. Turning it off deletes that row, so that receipt is saved
nowhere: the bot shows it to the member, with a button to get it as a file. The button's custom id contains
the whole receipt.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.privacy.consent.model import Consent, Purpose

VERSION = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a consent; with `ended_at`, proof that the member turned it off."""

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
        document = {
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
        return json.dumps(document, indent=2, ensure_ascii=False).encode()
