"""The messages of cards: records of posts in progress, of posted messages and of problems."""

from functools import partial

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.rooms.sessions.model import CardMessage, Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Database, Statements


class Cards:
    """Records how the rate-limited requests for cards ended."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin_posting(self, session_id: int) -> Intent | None:
        """Record that the card is being posted; return None if it is posted or the session is over."""
        now = self._clock.now()

        async def work(statements: Statements) -> Intent | None:
            session = await statements.one(Session, "get_session", session_id=session_id)
            if session is None:
                return None
            message = await statements.one(CardMessage, "get_card", room_id=session.room_id)
            if message is None or message.message_id is not None:
                return None
            key = card_key(session.room_id)
            return await outbox.begin(statements, key, session.guild_id, session.channel_id, now)

        return await self._database.write(work)

    async def find_intent(self, room_id: int) -> Intent | None:
        """Return the open intent of a card that may be in its channel, or None."""
        return await self._database.read(partial(outbox.find, key=card_key(room_id)))

    async def record(
        self, room_id: int, message_id: int | None, shown_phase: Phase | None, revision: int = 0
    ) -> None:
        """Record a rate-limited request: the card's message (None: deleted) and the phase that it shows.

        `revision`: Discord confirmed that the card shows this many changes.
        """

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, card_key(room_id))
            await statements.run(
                "set_card", room_id=room_id, message_id=message_id, shown_phase=shown_phase
            )
            await statements.run("note_shown_revision", room_id=room_id, shown_revision=revision)
            if message_id is not None:
                await statements.run("clear_problem_of_room", room_id=room_id)

        await self._database.write(work)

    async def note_problem(self, session_id: int, problem: Problem, *, may_be_out: bool) -> None:
        """Note why the card could not be posted or closed; `may_be_out`: it may be in the channel.

        However long the pauses between attempts are, the worker tries again at the session's end.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            session = await statements.one(Session, "get_session", session_id=session_id)
            if session is None:
                return
            await statements.run("set_problem_of_room", room_id=session.room_id, problem=problem)
            if not may_be_out:
                await outbox.finish(statements, card_key(session.room_id))
            at = begins_at(session, Phase.CLOSED)
            if at > now:
                await due_queue.bring_forward(statements, DueKind.SESSION_PHASE, session_id, at)

        await self._database.write(work)

    async def outdated(self) -> list[int]:
        """Return the sessions whose cards may lack a change, for example after a crash."""

        async def work(statements: Statements) -> list[int]:
            return [int(row["session_id"] or 0) for row in await statements.rows("outdated_cards")]

        return await self._database.read(work)


def card_key(room_id: int) -> str:
    """Return the key of a room's card in the outbox."""
    return f"card:{room_id}"
