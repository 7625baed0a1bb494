"""Agreements that take a while, for example because a first check-in is sent before the answer.

A member may delete their data meanwhile. Then the agreement must not be saved after the deletion, and the
member must not read that it was.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.scheduling.locks import KeyedLocks


@dataclass(eq=False, slots=True)
class Agreement:
    """A member's agreement to one purpose in one server that is being carried out."""

    member_id: int
    guild_id: int
    purpose: Purpose
    is_withdrawn: bool = False

    def check(self) -> None:
        """Raise RefusalError if the member turned the purpose off since, or deleted their data."""
        if self.is_withdrawn:
            raise RefusalError("refusals.agreement_withdrawn")


class Agreements:
    """The agreements that are being carried out: one at a time for each member in each server."""

    def __init__(self) -> None:
        self._running: set[Agreement] = set()
        self._locks = KeyedLocks()

    @asynccontextmanager
    async def begin(self, member_id: int, guild_id: int, purpose: Purpose) -> AsyncIterator[Agreement]:
        """Carry out an agreement, after any other of this member in this server. Raises as `check` does."""
        agreement = Agreement(member_id, guild_id, purpose)
        self._running.add(agreement)
        try:
            async with self._locks.of((member_id, guild_id)):
                agreement.check()
                yield agreement
        finally:
            self._running.discard(agreement)

    def withdraw(
        self, member_id: int, guild_id: int | None, purpose: Purpose | None = None
    ) -> list[Agreement]:
        """Withdraw a member's running agreements and return them. None: in every server, to any purpose."""
        found = [
            each
            for each in self._running
            if each.member_id == member_id
            and guild_id in (None, each.guild_id)
            and purpose in (None, each.purpose)
        ]
        for each in found:
            each.is_withdrawn = True
        return found

    async def wait_for(self, agreements: list[Agreement]) -> None:
        """Wait until these agreements have ended."""
        for key in {(each.member_id, each.guild_id) for each in agreements}:
            async with self._locks.of(key):
                pass
