"""What members do in rooms, through the services, for tests that have no Discord."""

from datetime import datetime
from functools import partial

from bot.rooms.model import Room
from bot.rooms.sessions.model import Card, SeatResult, Session, Visibility
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.services import Services
from bot.storage.database import Statements


async def sit(
    services: Services,
    room: Room,
    member_id: int,
    minutes: int | None,
    visibility: Visibility | None = None,
    leaves: int | None = None,
) -> SeatResult:
    """Take a seat in a room, or open a session there, as /sit does."""
    return await services.sessions.sit(
        room.guild_id, member_id, lambda _: {room.room_id}, minutes, visibility, leaves=leaves
    )


async def take_seat(
    services: Services, card: Card, member_id: int, visibility: Visibility | None = None
) -> SeatResult:
    """Take a seat by a card that the member can see."""
    session = card.session
    return await services.seats.take(
        session.guild_id, session.session_id, member_id, lambda _: True, visibility
    )


async def leave(services: Services, card: Card, member_id: int) -> bool:
    """Give up a seat by a card; return whether there was one."""
    session = card.session
    _, was_seated = await services.seats.leave(session.guild_id, session.session_id, member_id)
    return was_seated


async def nod(services: Services, card: Card, member_id: int) -> Card:
    """Nod with the button of a card."""
    return await services.seats.nod(card.session.guild_id, card.session.session_id, member_id)


async def answer(services: Services, card: Card, member_id: int) -> Card:
    """Answer the question of a card that the member can see."""
    session = card.session
    card, _ = await services.seats.answer(session.guild_id, session.session_id, member_id, lambda _: True)
    return card


async def due_at(services: Services, kind: DueKind, subject_id: int) -> datetime | None:
    """Return when a subject is due, or None."""
    return await services.database.read(partial(due_queue.find, kind=kind, subject_id=subject_id))


async def find_card(services: Services, session_id: int) -> Card | None:
    """Return what the card of an open session shows, or None if there is no such session."""

    async def work(statements: Statements) -> Session | None:
        return await statements.one(Session, "get_session", session_id=session_id)

    session = await services.database.read(work)
    card = await services.cards.find(session.room_id) if session else None
    return card if isinstance(card, Card) else None


def here(card: Card) -> int:
    """Return how many seats a card counts."""
    return card.counted


def named(card: Card) -> tuple[int, ...]:
    """Return the members whom a card names."""
    return card.named
