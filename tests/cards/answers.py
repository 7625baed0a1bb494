"""Discord's answers, with only the parts that discord.py reads."""

from __future__ import annotations

import json
from typing import Any

from tests.cards.deterministic_loop import now

Json = dict[str, Any]


class Response:
    """The parts of aiohttp's response that discord.py reads."""

    def __init__(self, status: int, payload: object, *, is_discord: bool = True) -> None:
        self.status = status
        self.reason = "as the script says"
        self.headers = {"content-type": "application/json"}
        if is_discord:  # else Cloudflare answers in its place
            self.headers["Via"] = "1.1 script"
        self._text = json.dumps(payload)

    async def text(self, encoding: str = "utf-8") -> str:
        del encoding
        return self._text


def refusal(status: int, code: int) -> Response:
    """Return an error with one of Discord's codes."""
    return Response(status, {"code": code, "message": "refused"})


def unknown_message() -> Response:
    """Return the error for a message that was deleted."""
    return refusal(404, 10008)


def message_of(message_id: int) -> Json:
    """Return a message in the form of Discord's answer."""
    author = {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bot": True}
    flags = {"tts": False, "mention_everyone": False, "pinned": False, "type": 0, "flags": 1 << 15}
    lists: Json = {"mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": []}
    when = {"timestamp": now().isoformat(), "edited_timestamp": None}
    return (
        {"id": str(message_id), "channel_id": "2", "content": "", "author": author} | flags | lists | when
    )
