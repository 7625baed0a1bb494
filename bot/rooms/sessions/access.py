"""Seats of members who can no longer see the channel of their room, or are timed out: they lose them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """A member's seat in an open session, with the room and the channel of its card."""

    session_id: int
    member_id: int
    room_id: int
    channel_id: int


class SeatAccess:
    """Finds seats by their members and channels, and takes them from members who may not sit there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[TakenSeat]:
        """Return the seats in a server."""

        async def work(statements: Statements) -> list[TakenSeat]:
            return await statements.all(TakenSeat, "seats_of_guild", guild_id=guild_id)

        return await self._database.read(work)

    async def of_member(self, guild_id: int, member_id: int) -> list[TakenSeat]:
        """Return a member's seats in a server."""

        async def work(statements: Statements) -> list[TakenSeat]:
            who = {"guild_id": guild_id, "member_id": member_id}
            return await statements.all(TakenSeat, "seats_of_member_in_guild", **who)

        return await self._database.read(work)

    async def take_away(self, seats: Sequence[TakenSeat]) -> list[int]:
        """Delete seats that were not left meanwhile; return the ids of their rooms, each once."""

        async def work(statements: Statements) -> list[int]:
            left = list[int]()
            for each in seats:
                who = {"session_id": each.session_id, "member_id": each.member_id}
                if await statements.run("leave_seat", **who) and each.room_id not in left:
                    left.append(each.room_id)
            return left

        return await self._database.write(work)
