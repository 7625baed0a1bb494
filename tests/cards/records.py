"""What the scripted Discord records: messages, interactions, and requests that wait for an answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.cards.answers import Json, Response


class Ending(StrEnum):
    """How a request ends, as the script decides."""

    WELL = "well"
    LOST = "done, but the answer is lost"
    RESET = "not done, and the connection is cut"
    ONCE = "fails once with a 500"
    DOWN = "fails with a 500 until discord.py gives up"
    REFUSED = "an edit that is refused with 30046"
    EXPIRED = "a token that is refused with 50027"


@dataclass(eq=False, slots=True)
class Posted:
    """A message in the channel."""

    message_id: int
    components: list[Json]
    is_gone: bool = False
    is_known: bool = False  # an answer that arrived had its id

    @property
    def text(self) -> str:
        """Its whole content, as JSON."""
        return json.dumps(self.components, ensure_ascii=False)


@dataclass(eq=False, slots=True)
class SentInteraction:
    """An interaction: how often it was answered, and whether the script failed or damaged an answer."""

    interaction_id: int
    token: str
    at: datetime
    source: int | None
    attempts: int = 0
    acknowledged: int = 0
    is_failed: bool = False
    cannot_edit: bool = False  # something happened that stops it from editing its card
    number: int = 0  # which acknowledgment it was, of all
    is_about_card: bool = False  # it was acknowledged as a tap that may edit what it came from
    shown: list[str] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Request:
    """One HTTP request that waits for its answer."""

    method: str
    path: str
    body: Json
    answer: asyncio.Future[Response]
