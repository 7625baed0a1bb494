"""Granting, withdrawing, and giving or erasing all that is kept about a member."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import RefusalError
from bot.privacy import erasure_replay, personal_data
from bot.privacy.card_updates import show_again
from bot.privacy.consent.model import Consent, Purpose, Withdrawn
from bot.privacy.consent.rules import REQUIRES, VERSIONS, month_of, outdated, standing, withdrawn_with
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope
from bot.storage.record import Stored
from bot.texts.catalogue import Texts

EXPORT_VERSION = 2


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """The rows of one table about one member: what they are, until when, and what each column means."""

    table: str
    what: str
    until: str
    columns: dict[str, str]
    rows: list[dict[str, Stored]]


class Consents:
    """Keeps members' choices and what rests on them."""

    def __init__(self, database: Database, clock: Clock, texts: Texts) -> None:
        self._database = database
        self._clock = clock
        self._texts = texts

    async def of_member(self, member_id: int, guild_id: int | None = None) -> list[Consent]:
        """Return the member's consents in a server, or everywhere, those to older texts included."""
        return await self._of(self._database.legacy_read, member_id, guild_id)

    async def standing(self, member_id: int, guild_id: int) -> frozenset[Purpose]:
        """Return the purposes that the member's consents cover now."""
        return standing(await self.of_member(member_id, guild_id))

    async def is_outdated(self, member_id: int, guild_id: int, purpose: Purpose) -> bool:
        """Return whether the member's yes to a purpose is to a text that has changed."""
        return purpose in {each.purpose for each in outdated(await self.of_member(member_id, guild_id))}

    async def hear(self, member_id: int, guild_id: int | None) -> list[Consent]:
        """Take note that a member tapped something, in a server or (None) in direct messages.

        Consents live on from the month of the last tap; in direct messages a tap counts for every server.
        Of whoever agreed to nothing, nothing is noted. Returns the consents whose text has changed since:
        nothing new happens under those, a tap included.
        """
        month = month_of(self._clock.now())
        known = await self._of(self._database.legacy_read, member_id, guild_id)
        old = outdated(known)
        due = [each for each in known if each.active_month < month and each not in old]
        if due:
            async with self._database.legacy_write() as tx:
                for each in due:
                    await tx.run(
                        "set_active_month",
                        member_id=member_id,
                        guild_id=each.guild_id,
                        purpose=each.purpose,
                        active_month=month,
                    )
        return old

    async def grant(self, member_id: int, guild_id: int, purpose: Purpose, version: int) -> list[int]:
        """Keep a yes to the text of `version`; return the open sessions whose card may now show a name.

        Raises RefusalError if another version is in force by now, or if the purpose rests on one that
        was not agreed to.
        """
        base = REQUIRES.get(purpose)
        if base is not None and base not in await self.standing(member_id, guild_id):
            raise RefusalError("refusals.consent_rests")
        async with self._database.legacy_write() as tx:
            await keep_yes(tx, self._clock, member_id, guild_id, purpose, version)
            if purpose is not Purpose.SHOW_NAME:
                return []
            rows = await tx.rows("name_counted_seats", member_id=member_id, guild_id=guild_id)
            return [int(row["session_id"] or 0) for row in rows]

    async def withdraw(self, member_id: int, guild_id: int, purpose: Purpose) -> Withdrawn:
        """End a consent and delete what it kept, before this returns, with whatever rests on it."""
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            ended = {
                each: await personal_data.end(tx, member_id, guild_id, each)
                for each in withdrawn_with(purpose)
            }
            gone = [Scope(member_id, guild_id, each) for each, what in ended.items() if what.count]
            if gone:
                await erasure_replay.note(tx, self._database.erasure_log, gone, now)
        await self._database.vacuum()
        others = tuple(each for each in ended if each is not purpose and ended[each].consent)
        return Withdrawn(purpose, ended[purpose].consent, now, ended[purpose].unnamed, others)

    def all_kept(self) -> list[PersonalRows]:
        """Return what is kept about anybody, table by table, without a row."""
        return [
            PersonalRows(table.table, table.what, table.until, table.columns, [])
            for table in personal_data.PERSONAL
        ]

    async def kept(self, member_id: int, guild_id: int | None) -> list[PersonalRows]:
        """Return every row about the member, in one server or (None) in all, with what each means."""
        rows = await personal_data.export(self._database.legacy_read, member_id, guild_id)
        return [
            PersonalRows(table.table, table.what, table.until, table.columns, rows[table.table])
            for table in personal_data.PERSONAL
        ]

    async def export(self, member_id: int, guild_id: int | None, locale: str | None = None) -> bytes:
        """Return every row about the member as a JSON document, described in `docs/export.md`."""
        kept = await self.kept(member_id, guild_id)
        consents = await self._of(self._database.legacy_read, member_id, guild_id)
        document = {
            "format": "alongside-export",
            "version": EXPORT_VERSION,
            "exported_at": self._clock.now().isoformat(timespec="seconds"),
            "member_id": str(member_id),
            "guild_id": None if guild_id is None else str(guild_id),
            "tables": {each.table: [_portable(row) for row in each.rows] for each in kept},
            "meanings": {each.table: each.columns for each in kept},
            "consent_texts": self._agreed_to(consents, locale),
        }
        return json.dumps(document, indent=2, ensure_ascii=False).encode()

    def text(self, purpose: Purpose, version: int, locale: str | None = None) -> str | None:
        """Return the text of a consent, as a reader of `locale` is shown it.

        None for one that this program does not have: somebody agreed to it before an older one was run.
        """
        try:
            return self._texts.say(f"consent.{purpose}.{version}", locale)
        except KeyError:
            return None

    async def erase(self, member_id: int, guild_id: int | None, *, from_afar: bool = False) -> int:
        """Delete every row about the member, in one server or (None) in all; return how many.

        `from_afar`: no tap paints the cards on which the member sits, so the worker does.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            seats = await tx.rows("export_seat", member_id=member_id, guild_id=guild_id)
            count = await personal_data.erase(tx, member_id, guild_id)
            if count:
                await erasure_replay.note(tx, self._database.erasure_log, [Scope(member_id, guild_id)], now)
            if from_afar:
                await show_again(tx, [int(seat["session_id"] or 0) for seat in seats], now)
        await self._database.vacuum()
        return count

    async def _of(self, read: Statements, member_id: int, guild_id: int | None) -> list[Consent]:
        if guild_id is None:
            return await read.all(Consent, "consents_everywhere", member_id=member_id)
        return await read.all(Consent, "consents_of_member", member_id=member_id, guild_id=guild_id)

    def _agreed_to(
        self, consents: Sequence[Consent], locale: str | None
    ) -> list[dict[str, str | int | None]]:
        known = sorted({(each.purpose, each.version) for each in consents})
        return [
            {"purpose": purpose, "version": version, "text": self.text(purpose, version, locale)}
            for purpose, version in known
        ]


async def keep_yes(
    tx: Statements, clock: Clock, member_id: int, guild_id: int, purpose: Purpose, version: int
) -> None:
    """Keep a yes, inside a write. Raises RefusalError unless `version` is the text that is in force."""
    if version != VERSIONS[purpose]:
        raise RefusalError("refusals.consent_changed")
    now = clock.now()
    await tx.run(
        "grant_consent",
        member_id=member_id,
        guild_id=guild_id,
        purpose=purpose,
        version=version,
        granted_at=now,
        active_month=month_of(now),
    )


def _portable(row: dict[str, Stored]) -> dict[str, Stored]:
    """Return a row with Discord's ids as text: JSON readers round numbers of that size."""
    return {
        name: str(value) if name.endswith("_id") and isinstance(value, int) else value
        for name, value in row.items()
    }
