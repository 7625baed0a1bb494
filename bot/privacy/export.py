"""What is saved about a member, as rows with their meaning and as a file for the member."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.saved import consents_of
from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.storage.record import Stored
from bot.texts.catalogue import Texts, plain

VERSION = 2


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """The rows of one table about one member."""

    table: PersonalTable
    rows: list[dict[str, Stored]]


@dataclass(frozen=True, slots=True)
class Places:
    """Names and channels to show in place of the IDs in personal rows.

    `rooms`: the name of a room by the ID of its session. `chosen_rooms`: the name of a room by its own ID.
    `channels`: the Discord ID of a channel by the ID of the channel check-in there.
    """

    rooms: dict[int, str]
    channels: dict[int, int]
    chosen_rooms: dict[int, str]


class MemberData:
    """Shows members what is saved about them."""

    def __init__(self, database: Database, clock: Clock, texts: Texts) -> None:
        self._database = database
        self._clock = clock
        self._texts = texts

    async def rows(self, member_id: int, guild_id: int | None) -> list[PersonalRows]:
        """Return every row about the member, in one server or (None) in all, by table."""

        async def work(statements: Statements) -> dict[str, list[dict[str, Stored]]]:
            return await export_rows(statements, member_id, guild_id)

        found = await self._database.read(work)
        return [PersonalRows(each, found[each.table]) for each in PERSONAL]

    async def places(self, saved: Sequence[PersonalRows]) -> Places:
        """Return the names of rooms, and the channels, that belong to the ids in these rows."""
        sessions, checkins = _ids(saved, "session_id"), _ids(saved, "channel_checkin_id")
        room_ids = _ids(saved, "room_id")

        async def work(statements: Statements) -> Places:
            places = Places({}, {}, {})
            for session_id in sessions:
                for row in await statements.rows("room_of_session", session_id=session_id):
                    places.rooms[session_id] = str(row["name"])
            for checkin_id in checkins:
                for row in await statements.rows("get_channel_checkin", channel_checkin_id=checkin_id):
                    places.channels[checkin_id] = int(row["channel_id"] or 0)
            for room_id in room_ids:
                for row in await statements.rows("get_room", room_id=room_id):
                    places.chosen_rooms[room_id] = str(row["name"])
            return places

        return await self._database.read(work)

    async def servers_of(self, member_id: int) -> frozenset[int]:
        """Return the ids of the servers in which something is saved about the member."""

        async def work(statements: Statements) -> dict[str, list[dict[str, Stored]]]:
            return await export_rows(statements, member_id, None)

        found = await self._database.read(work)
        return frozenset(int(row["guild_id"] or 0) for rows in found.values() for row in rows)

    async def export(self, member_id: int, guild_id: int | None, locale: str | None = None) -> bytes:
        """Return every row about the member as a JSON document, described in `docs/export.md`."""

        async def work(statements: Statements) -> tuple[dict[str, list[dict[str, Stored]]], list[Consent]]:
            rows = await export_rows(statements, member_id, guild_id)
            return rows, await consents_of(statements, member_id, guild_id)

        rows, consents = await self._database.read(work)
        say = self._texts.to(locale)
        document = {
            "format": "alongside-export",
            "version": VERSION,
            "exported_at": self._clock.now().isoformat(timespec="seconds"),
            "member_id": str(member_id),
            "guild_id": None if guild_id is None else str(guild_id),
            "tables": {table: [_portable(row) for row in found] for table, found in rows.items()},
            "meanings": {
                each.table: {name: plain(text) for name, text in each.meanings(say).items()}
                for each in PERSONAL
            },
            "consent_texts": self._agreed_to(consents, locale),
        }
        return json.dumps(document, indent=2, ensure_ascii=False).encode()

    def _agreed_to(
        self, consents: Sequence[Consent], locale: str | None
    ) -> list[dict[str, str | int | None]]:
        known = sorted({(each.purpose, each.version) for each in consents})
        return [
            {
                "purpose": purpose,
                "version": version,
                "text": consent_text(self._texts, purpose, version, locale),
            }
            for purpose, version in known
        ]


async def export_rows(
    statements: Statements, member_id: int, guild_id: int | None
) -> dict[str, list[dict[str, Stored]]]:
    """Return every row about a member by table, in one server or (None) in all, without the member's id."""
    found = {}
    for each in PERSONAL:
        rows = await statements.rows(f"export_{each.table}", member_id=member_id, guild_id=guild_id)
        columns = [column for column in each.columns if column != "member_id"]
        found[each.table] = [{column: row[column] for column in columns} for row in rows]
    return found


def consent_text(texts: Texts, purpose: Purpose, version: int, locale: str | None = None) -> str | None:
    """Return a consent text as a reader of `locale` is shown it.

    None for a text that this release does not have: the member agreed to it under a newer release.
    """
    try:
        return texts.say_plainly(f"consent.{purpose}.{version}", locale)
    except KeyError:
        return None


def _ids(saved: Sequence[PersonalRows], column: str) -> set[int]:
    """Return the ids that the rows have in a column."""
    return {int(row[column] or 0) for each in saved for row in each.rows if column in row}


def _portable(row: dict[str, Stored]) -> dict[str, Stored]:
    """Return a row with Discord's ids as text: JSON readers round numbers of that size."""
    return {
        name: str(value) if name.endswith("_id") and isinstance(value, int) else value
        for name, value in row.items()
    }
