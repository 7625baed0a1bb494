"""The record of what is being sent, kept in the same units of work as what decides and what follows.

An intent is begun before the request and finished where its outcome is recorded. So an intent that is found
open says that an earlier attempt was cut short or its answer lost: the message may be out.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Statements

# How long Discord is trusted to know a nonce. It documents "the past few minutes".
NONCE_LASTS = timedelta(minutes=2)
_RANDOM_BYTES = 8  # eleven characters
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that is being sent to a channel; `attempts` counts how often it was to be, from one.

    `guild_id` is the server that it is about, also where the channel is somebody's direct messages.
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
        """Return whether Discord still knows the nonce, so that sending again cannot send twice."""
        return now - self.begun_at < NONCE_LASTS


async def begin(statements: Statements, key: str, guild_id: int, channel_id: int, now: datetime) -> Intent:
    """Record that something is going to be sent; return it, or the open intent of an earlier attempt."""
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
    """Note that the outcome is recorded: a later message under this key is another one."""
    await statements.run("remove_intent", key=key)


async def drop(statements: Statements, intent: Intent) -> None:
    """End an intent of which nothing is out, unless its outcome was recorded and another one begun."""
    found = await find(statements, intent.key)
    if found is not None and found.nonce == intent.nonce:
        await finish(statements, intent.key)


def new_nonce(channel_id: int) -> str:
    """Return a new nonce for a message to a channel: at most 25 characters, as Discord demands.

    Discord compares nonces by author, not by channel, so the channel is a part of it.
    """
    digits = ""
    while channel_id:
        channel_id, digit = divmod(channel_id, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{digits}.{secrets.token_urlsafe(_RANDOM_BYTES)}"
