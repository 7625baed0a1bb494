"""The outbox: the record of messages that are being sent.

The unit of work that decides to send records an intent, before the request; the unit that records the
outcome finishes it. An intent that is still open later means that an attempt was interrupted or its answer
was lost: the message may have been sent.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Statements

# How long we rely on Discord to remember a nonce. It documents "the past few minutes".
NONCE_LASTS = timedelta(minutes=2)
_RANDOM_BYTES = 8  # eleven characters
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Intent:
    """A message that is being sent to a channel; `attempts` counts how often the bot tried.

    `guild_id` is the server that it is about, even if the channel is a member's direct messages.
    """

    key: str
    guild_id: int
    channel_id: int
    nonce: str
    begun_at: datetime
    attempts: int

    @property
    def is_repeated(self) -> bool:
        """Whether an earlier attempt may have sent it."""
        return self.attempts > 1

    def has_nonce_at(self, now: datetime) -> bool:
        """Return whether Discord still remembers the nonce, so that sending again cannot send twice."""
        return now - self.begun_at < NONCE_LASTS


async def begin(statements: Statements, key: str, guild_id: int, channel_id: int, now: datetime) -> Intent:
    """Record that a message is being sent; return its intent, perhaps an earlier attempt's."""
    found = await statements.one(
        Intent,
        "add_intent",
        key=key,
        guild_id=guild_id,
        channel_id=channel_id,
        nonce=new_nonce(channel_id),
        begun_at=now,
    )
    assert found is not None  # noqa: S101 - the statement returns the row, new or not
    return found


async def find(statements: Statements, key: str) -> Intent | None:
    """Return the open intent, or None."""
    return await statements.one(Intent, "find_intent", key=key)


async def finish(statements: Statements, key: str) -> None:
    """Finish an intent whose outcome is recorded: the next message under this key is a new one."""
    await statements.run("remove_intent", key=key)


async def drop(statements: Statements, intent: Intent) -> None:
    """Delete an intent whose message was never sent, unless a newer one has replaced it under its key."""
    found = await find(statements, intent.key)
    if found is not None and found.nonce == intent.nonce:
        await finish(statements, intent.key)


def new_nonce(channel_id: int) -> str:
    """Return a new nonce for a message to a channel: at most 25 characters, as Discord requires.

    Discord compares nonces by author, not by channel, so the nonce contains the channel.
    """
    digits = ""
    while channel_id:
        channel_id, digit = divmod(channel_id, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{digits}.{secrets.token_urlsafe(_RANDOM_BYTES)}"
