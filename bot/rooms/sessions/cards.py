"""The cards of rooms: what they show, and records of the requests for their messages."""

from datetime import datetime

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.errors import RefusalError
from bot.privacy.card_updates import mark_cards
from bot.rooms.card_due import card_key, delete_message, take_card_away, update_card_by
from bot.rooms.model import Room
from bot.rooms.sessions.beginnings import find_following, next_begin
from bot.rooms.sessions.model import Card, CardMessage, IdleCard, Phase, Session, ShownCard
from bot.rooms.sessions.rules import MOST_NAMES, phase_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due
from bot.servers.outages.look import look_for_outages
from bot.servers.service import find_guild
from bot.shards import ShardRange
from bot.storage.database import Database, Statements
from bot.storage.record import SqlValue, Stored, to_model_or


class Cards:
    """Reads what cards show, and records how requests for them ended."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, room_id: int) -> ShownCard | None:
        """Return what a room's card shows now, or None if there is no such room."""
        now = self._clock.now()

        async def work(statements: Statements) -> ShownCard | None:
            return await find_shown(statements, room_id, now)

        return await self._database.read(work)

    # Requests that are made

    async def begin_posting(self, room: Room) -> Intent | None:
        """Record that a room's card is being posted; return None if it is posted, or the room is gone."""
        now = self._clock.now()

        async def work(statements: Statements) -> Intent | None:
            found = await statements.rows("get_card", room_id=room.room_id)
            if not found or (found[0]["message_id"] is not None and not found[0]["goes_down"]):
                return None
            channel_id = int(found[0]["channel_id"] or 0)
            return await outbox.begin(statements, card_key(room.room_id), room.guild_id, channel_id, now)

        return await self._database.write(work)

    async def record_post(
        self, room_id: int, intent: Intent, message_id: int, shown: int, revision: int
    ) -> None:
        """Record the new message of a card, and schedule the deletion of the earlier one.

        `shown`: see CardMessage. If the room was moved or removed meanwhile, the new message is deleted
        too.
        """
        now = self._clock.now()
        posted: dict[str, SqlValue] = {"message_id": message_id, "channel_id": intent.channel_id}

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, card_key(room_id))
            rows = await statements.rows("get_card", room_id=room_id)
            if not rows or rows[0]["channel_id"] != intent.channel_id:
                await delete_message(statements, posted | {"guild_id": intent.guild_id}, now)
                return
            if rows[0]["message_id"] != message_id:
                await delete_message(statements, rows[0], now)
            given: dict[str, SqlValue] = {"room_id": room_id, "message_id": message_id, "shown": shown}
            await statements.run("set_posted_card", **given, requested_at=now)
            await statements.run("note_shown_revision", room_id=room_id, shown_revision=revision)
            rows = await statements.rows("clear_problem_of_room", room_id=room_id)
            await _look(statements, rows, now)

        await self._database.write(work)

    async def record_edit(self, room_id: int, shown: int, revision: int) -> None:
        """Record a rate-limited edit of a card."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await statements.run("set_edited_card", room_id=room_id, shown=shown, requested_at=now)
            await statements.run("note_shown_revision", room_id=room_id, shown_revision=revision)
            rows = await statements.rows("clear_problem_of_room", room_id=room_id)
            await _look(statements, rows, now)

        await self._database.write(work)

    async def record_attempt(self, room_id: int) -> None:
        """Record a rate-limited request that changed nothing."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await statements.run("note_request", room_id=room_id, requested_at=now)

        await self._database.write(work)

    async def record_loss(self, message: CardMessage) -> None:
        """Record that the message of a card was deleted, by someone else."""

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, card_key(message.room_id))
            await statements.run("lose_card", room_id=message.room_id, channel_id=message.channel_id)

        await self._database.write(work)

    async def replace(self, room_id: int) -> None:
        """Record that a new message has to replace a card that can no longer be edited."""

        async def work(statements: Statements) -> None:
            await statements.run("send_card_down", room_id=room_id)

        await self._database.write(work)

    async def stay(self, room_id: int) -> None:
        """Record that a card stays on its present message: a new one could not be posted."""

        async def work(statements: Statements) -> None:
            await statements.run("stay_in_place", room_id=room_id)

        await self._database.write(work)

    async def hide(self, room: Room) -> None:
        """Schedule the deletion of a card's message, in a room that shows no card between sessions."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await take_card_away(statements, room, room.channel_id, now)

        await self._database.write(work)

    async def note_problem(self, room_id: int, problem: Problem | None, *, may_be_out: bool) -> None:
        """Note why the card could not be posted or edited (None: `/quiet check` finds out by itself).

        `may_be_out`: its message may be in the channel.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            if problem is not None:
                rows = await statements.rows("set_problem_of_room", room_id=room_id, problem=problem)
                await _look(statements, rows, now)
            if not may_be_out:
                await outbox.finish(statements, card_key(room_id))
            await statements.run("note_request", room_id=room_id, requested_at=now)

        await self._database.write(work)

    # When cards are due

    async def wait(self, due: Due, until: datetime | None) -> None:
        """Make a claimed card due again (None: not by itself), unless it was made due meanwhile."""

        async def work(statements: Statements) -> None:
            await due_queue.reschedule_claimed(statements, due, until)

        await self._database.write(work)

    async def ask(self, room_id: int) -> None:
        """Make a card due now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await mark_cards(statements, [room_id], now)

        await self._database.write(work)

    async def ask_outdated(self, shards: ShardRange) -> None:
        """Make all cards due, in the servers of `shards`, that may lack a change, such as after a crash."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            rows = await statements.rows("outdated_cards")
            own = [row for row in rows if shards.covers(int(row["guild_id"] or 0))]
            await mark_cards(statements, [int(row["room_id"] or 0) for row in own], now)

        await self._database.write(work)

    async def of_voice_channel(self, guild_id: int, channel_id: int) -> list[int]:
        """Return the rooms whose cards show how many people are in a voice channel now."""

        async def work(statements: Statements) -> list[int]:
            given = {"guild_id": guild_id, "voice_channel_id": channel_id}
            rows = await statements.rows("cards_of_voice_channel", **given)
            return [int(row["room_id"] or 0) for row in rows]

        return await self._database.read(work)

    # Taps

    def note_shown(
        self, message: CardMessage, message_id: int, shown: int, until: datetime | None = None
    ) -> None:
        """Record that a tap edited the message of a card; `shown` is the checksum of what it shows now.

        `until`: when the card has to change by itself. If a crash loses this record, the next start edits
        the card once more than necessary.
        """
        if (message.message_id, message.shown) == (message_id, shown) and not message.is_outdated:
            return
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            given = {"room_id": message.room_id, "message_id": message_id, "shown": shown}
            await statements.run("note_shown", **given, shown_revision=message.revision)
            if message.message_id is None:
                await outbox.finish(statements, card_key(message.room_id))
            if until is not None:
                await update_card_by(statements, message.room_id, message.guild_id, until, now)

        self._database.write_soon(work)

    async def discard(self, message: CardMessage, message_id: int) -> None:
        """Schedule the deletion of a message that shows a room, but is not the room's card."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            given = {"guild_id": message.guild_id, "channel_id": message.channel_id}
            await delete_message(statements, {"message_id": message_id, **given}, now)

        await self._database.write(work)


async def _look(statements: Statements, changed: list[dict[str, Stored]], now: datetime) -> None:
    """Schedule a check of these rooms' servers: moderators may have to be told that a room stopped."""
    for row in changed:
        await look_for_outages(statements, int(row["guild_id"] or 0), now)


async def get_card(statements: Statements, session_id: int, room: Room, now: datetime) -> Card:
    """Return what a session's card shows at `now`, after a change. Raises RefusalError if it is closed."""
    session = await statements.one(Session, "get_session", session_id=session_id)
    if session is None:
        raise RefusalError("refusals.session_closed")
    return await read_card(statements, session, room, now)


async def find_shown(statements: Statements, room_id: int, now: datetime) -> ShownCard | None:
    """Return what a room's card shows at `now`, or None if there is no such room."""
    room = await statements.one(Room, "get_room", room_id=room_id)
    if room is None:
        return None
    session = await statements.one(Session, "session_of_room", room_id=room_id)
    if session is not None:
        return await read_card(statements, session, room, now)
    guild = await find_guild(statements, room.guild_id)
    next_at = await next_begin(statements, room_id, now)
    message = await get_message(statements, room)
    is_paused = guild is not None and guild.paused_at is not None
    return IdleCard(room, message, next_at, is_paused=is_paused, locale=guild.locale if guild else None)


async def get_message(statements: Statements, room: Room) -> CardMessage:
    """Return what is recorded about a card's message; a value that cannot be read counts as unknown."""
    nothing = CardMessage(room.room_id, room.guild_id, room.channel_id)
    rows = await statements.rows("get_card", room_id=room.room_id)
    return to_model_or(nothing, rows[0]) if rows else nothing


async def read_card(statements: Statements, session: Session, room: Room, now: datetime) -> Card:
    """Return what the card of a session shows at `now`."""
    phase, session_id = phase_at(session, now), session.session_id
    is_last = phase is Phase.TIME_TO_TALK
    guild = await find_guild(statements, room.guild_id)
    named = await statements.rows("named_seats", session_id=session_id, most=MOST_NAMES)
    (counts,) = await statements.rows("count_on_card", session_id=session_id)
    return Card(
        room,
        session,
        await get_message(statements, room),
        phase,
        counted=int(counts["seats"] or 0),
        named=tuple(int(row["member_id"] or 0) for row in named),
        arrivals=int(counts["arrivals"] or 0),
        following=await find_following(statements, session, room) if is_last else None,
        locale=guild.locale if guild else None,
        zone=guild.zone if guild else None,
    )
