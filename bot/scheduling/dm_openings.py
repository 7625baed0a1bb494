"""Opens the direct messages of members who wait for that, each when its slot has come.

While a member waits for a slot (`dm_slots.py`), what they agreed to has no channel, and a due row says when
the slot is.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots, is_missed, save_channel
from bot.scheduling.due_queue import Due, DueKind
from bot.storage.database import Database, Statements


class Waiting(Protocol):
    """What a member agreed to, and for which their direct messages are to be opened."""

    @property
    def member_id(self) -> int:
        """The member's Discord id."""

    @property
    def dm_channel_id(self) -> int:
        """The id of their direct messages; 0 unless they are open already."""


WaitingT = TypeVar("WaitingT", bound=Waiting)
MessageT = TypeVar("MessageT")


class DmOpenings(ABC, Generic[WaitingT, MessageT]):
    """Says whose direct messages the bot should open now, and records the outcome.

    `due` is a due row of `kind`. There is a subclass for each thing that members wait for.
    """

    kind: ClassVar[DueKind]

    def __init__(self, database: Database, clock: Clock, slots: DmSlots) -> None:
        self._database = database
        self._clock = clock
        self._slots = slots

    async def find_waiting(self, due: Due) -> WaitingT | None:
        """Return who waits for a slot that is due, or None if nothing needs to be opened now.

        They have a channel already if it was opened meanwhile for another server. A missed slot is replaced
        by a later one.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> WaitingT | None:
            waiting = await self._find(statements, due.subject_id)
            if waiting is None or not await self._is_wanted(statements, waiting, now):
                await due_queue.cancel(statements, self.kind, due.subject_id)
                return None
            if not waiting.dm_channel_id and is_missed(due.occurs_at, now):
                await self._set_slot(statements, due, now)
                return None
            return waiting

        return await self._database.write(work)

    async def postpone(self, due: Due) -> None:
        """Reserve another slot: Discord did not open the direct messages now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await self._set_slot(statements, due, now)

        await self._database.write(work)

    async def note_refused(self, due: Due) -> None:
        """Stop all messages, until the member resumes them: Discord did not open the direct messages."""

        async def work(statements: Statements) -> None:
            await due_queue.cancel(statements, self.kind, due.subject_id)
            waiting = await self._find(statements, due.subject_id)
            if waiting is not None:
                await self._stop(statements, waiting)

        await self._database.write(work)

    async def note_opened(self, due: Due, member_id: int, dm_channel_id: int) -> MessageT | None:
        """Save the channel; return a message to send there at once, if there is one."""
        now = self._clock.now()

        async def work(statements: Statements) -> MessageT | None:
            await due_queue.cancel(statements, self.kind, due.subject_id)
            await save_channel(statements, member_id, dm_channel_id)
            opened = await self._find(statements, due.subject_id)
            return None if opened is None else await self._begin_first(statements, opened, now)

        return await self._database.write(work)

    async def _set_slot(self, statements: Statements, due: Due, now: datetime) -> None:
        at = await self._slots.reserve_in(statements, now)
        await due_queue.set(statements, self.kind, due.subject_id, due.guild_id, at)

    @abstractmethod
    async def _find(self, statements: Statements, subject_id: int) -> WaitingT | None:
        """Return what a due row is about, or None if the member does not have it any more."""

    @abstractmethod
    async def _is_wanted(self, statements: Statements, waiting: WaitingT, now: datetime) -> bool:
        """Return whether messages are sent now, and by direct message."""

    @abstractmethod
    async def _stop(self, statements: Statements, waiting: WaitingT) -> None:
        """Save that direct messages cannot be delivered to the member."""

    async def _begin_first(self, _: Statements, __: WaitingT, ___: datetime) -> MessageT | None:
        """Record that a first message is being sent at once, and return it; None: none is."""
        return None
