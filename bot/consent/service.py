"""Granting, withdrawing, and giving or erasing all that is kept about a member."""

import json
from dataclasses import dataclass

from bot.clock import Clock
from bot.consent.model import Consent, Purpose
from bot.consent.rules import RESTS_ON, VERSIONS, standing, withdrawn_with
from bot.errors import RefusalError
from bot.storage import personal_data
from bot.storage.database import Database
from bot.storage.record import Stored

EXPORT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one table about one member: what they are, until when, and what each column means."""

    table: str
    what: str
    until: str
    columns: dict[str, str]
    rows: list[dict[str, Stored]]


class Consents:
    """Keeps members' choices and what rests on them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_member(self, member_id: int, guild_id: int) -> list[Consent]:
        """Return the member's consents in a server, lapsed versions included."""
        return await self._database.read.all(
            Consent, "consents_of_member", member_id=member_id, guild_id=guild_id
        )

    async def standing(self, member_id: int, guild_id: int) -> frozenset[Purpose]:
        """Return the purposes that the member's consents cover now."""
        return standing(await self.of_member(member_id, guild_id))

    async def grant(self, member_id: int, guild_id: int, purpose: Purpose, version: int) -> list[int]:
        """Keep a yes to the text of `version`; return the open sessions whose card may now show a name.

        Raises RefusalError if another version is in force by now, or if the purpose rests on one that
        was not agreed to.
        """
        if version != VERSIONS[purpose]:
            raise RefusalError("refusals.consent_changed")
        base = RESTS_ON.get(purpose)
        if base is not None and base not in await self.standing(member_id, guild_id):
            raise RefusalError("refusals.consent_rests")
        async with self._database.write() as tx:
            await tx.run(
                "grant_consent",
                member_id=member_id,
                guild_id=guild_id,
                purpose=purpose,
                version=version,
                granted_at=self._clock.now(),
            )
            if purpose is not Purpose.LISTED_NAME:
                return []
            return _sessions(await tx.rows("list_counted_seats", member_id=member_id, guild_id=guild_id))

    async def withdraw(self, member_id: int, guild_id: int, purpose: Purpose) -> list[int]:
        """End a consent and delete what it kept, before this returns.

        Returns the open sessions whose card may no longer show the member's name.
        """
        unnamed: list[int] = []
        async with self._database.write() as tx:
            for each in withdrawn_with(purpose):
                await personal_data.erase(tx, member_id, guild_id, each)
                await tx.run("withdraw_consent", member_id=member_id, guild_id=guild_id, purpose=each)
            if purpose is Purpose.LISTED_NAME:
                rows = await tx.rows("count_listed_seats", member_id=member_id, guild_id=guild_id)
                unnamed = _sessions(rows)
        await self._database.purge()
        return unnamed

    def all_kept(self) -> list[Kept]:
        """Return what is kept about anybody, table by table, without a row."""
        return [
            Kept(table.table, table.what, table.until, table.columns, [])
            for table in personal_data.PERSONAL
        ]

    async def kept(self, member_id: int, guild_id: int | None) -> list[Kept]:
        """Return every row about the member, in one server or (None) in all, with what each means."""
        rows = await personal_data.export(self._database.read, member_id, guild_id)
        return [
            Kept(table.table, table.what, table.until, table.columns, rows[table.table])
            for table in personal_data.PERSONAL
        ]

    async def export(self, member_id: int, guild_id: int | None) -> bytes:
        """Return every row about the member as a JSON document, described in `docs/export.md`."""
        kept = await self.kept(member_id, guild_id)
        document = {
            "format": "alongside-export",
            "version": EXPORT_VERSION,
            "exported_at": self._clock.now().isoformat(timespec="seconds"),
            "member_id": str(member_id),
            "guild_id": None if guild_id is None else str(guild_id),
            "tables": {each.table: [_portable(row) for row in each.rows] for each in kept},
            "meanings": {each.table: each.columns for each in kept},
        }
        return json.dumps(document, indent=2, ensure_ascii=False).encode()

    async def erase(self, member_id: int, guild_id: int | None) -> int:
        """Delete every row about the member, in one server or (None) in all; return how many."""
        async with self._database.write() as tx:
            count = await personal_data.erase(tx, member_id, guild_id)
        await self._database.purge()
        return count


def _sessions(rows: list[dict[str, Stored]]) -> list[int]:
    return [int(row["session_id"] or 0) for row in rows]


def _portable(row: dict[str, Stored]) -> dict[str, Stored]:
    """Return a row with Discord's ids as text: JSON readers round numbers of that size."""
    return {
        name: str(value) if name.endswith("_id") and isinstance(value, int) else value
        for name, value in row.items()
    }
