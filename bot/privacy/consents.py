"""Members' consents: agreeing, turning off, and noting that a member is still active."""

from dataclasses import asdict
from datetime import datetime

from bot.errors import RefusalError
from bot.privacy.card_updates import CardUpdates, rooms_of
from bot.privacy.consent.model import Consent, Purpose, TurnedOff
from bot.privacy.consent.rules import VERSIONS, in_force, month_of, outdated
from bot.privacy.consent.saved import consents_of
from bot.privacy.erasure import EndedPurpose, Erasure, end_purpose, tables_of
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope

_MOST_RECORDED = 10_000  # members whose activity need not be looked up again this month


class Consents:
    """Reads and changes members' consents."""

    def __init__(
        self, database: Database, clock: Clock, erasure: Erasure, card_updates: CardUpdates
    ) -> None:
        self._database = database
        self._clock = clock
        self._erasure = erasure
        self._card_updates = card_updates
        self.agreements = erasure.agreements
        self._recorded = set[tuple[int, int | None]]()  # members and servers, looked up this month
        self._recorded_for: tuple[int, ...] = ()  # that month, and the versions of the texts

    async def of_member(self, member_id: int, guild_id: int | None = None) -> list[Consent]:
        """Return the member's consents in a server or (None) in all, including those to outdated texts."""

        async def work(statements: Statements) -> list[Consent]:
            return await consents_of(statements, member_id, guild_id)

        return await self._database.read(work)

    async def find(self, member_id: int, guild_id: int, purpose: Purpose) -> Consent | None:
        """Return the member's consent to a purpose in a server, or None."""
        known = await self.of_member(member_id, guild_id)
        return next((each for each in known if each.purpose is purpose), None)

    async def in_force(self, member_id: int, guild_id: int) -> frozenset[Purpose]:
        """Return the purposes that the member's consents cover now."""
        return in_force(await self.of_member(member_id, guild_id))

    async def is_outdated(self, member_id: int, guild_id: int, purpose: Purpose) -> bool:
        """Return whether the member agreed to a text of the purpose that has changed since."""
        return purpose in {each.purpose for each in outdated(await self.of_member(member_id, guild_id))}

    async def record_activity(self, member_id: int, guild_id: int | None) -> list[Consent]:
        """Note that a member tapped something, in a server or (None) in direct messages.

        A consent holds for twelve months after the month of the last tap; in direct messages a tap counts
        for every server. Saves nothing about a member without consents. Returns the consents to outdated
        texts: these are not prolonged, and the bot does nothing new under them.
        Until the month ends, it is known in memory who was looked up.
        """
        month, key = month_of(self._clock.now()), (member_id, guild_id)
        recorded_for = (month, *VERSIONS.values())
        if recorded_for != self._recorded_for or len(self._recorded) >= _MOST_RECORDED:
            self._recorded.clear()
            self._recorded_for = recorded_for
        if key in self._recorded:
            return []  # a new consent has this month already, and the newest text
        known = await self.of_member(member_id, guild_id)
        old = outdated(known)
        behind = [each for each in known if each.active_month < month and each not in old]

        async def work(statements: Statements) -> None:
            for each in behind:
                await statements.run(
                    "set_active_month",
                    member_id=member_id,
                    guild_id=each.guild_id,
                    purpose=each.purpose,
                    active_month=month,
                )

        if behind:
            await self._database.write(work)
        if not old:
            self._recorded.add(key)
        return old

    async def agree(
        self, member_id: int, guild_id: int, purpose: Purpose, version: int, *, only_again: bool = False
    ) -> Consent:
        """Save a consent to the text of `version`, and return it.

        With `show_name`, the member's counted seats become named ones.

        Raises RefusalError if the text has changed since `version` or, with `only_again`, if the member
        never agreed to this purpose.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> tuple[Consent, tuple[int, ...]]:
            known = await consents_of(statements, member_id, guild_id)
            if only_again and purpose not in {each.purpose for each in known}:
                raise RefusalError("refusals.button_old")
            consent = await save_consent(statements, member_id, guild_id, purpose, version, now)
            if purpose is not Purpose.SHOW_NAME:
                return consent, ()
            rows = await statements.rows("name_counted_seats", member_id=member_id, guild_id=guild_id)
            return consent, await rooms_of(statements, [int(row["session_id"] or 0) for row in rows])

        consent, named = await self._database.write(work)
        self._card_updates.publish(named)
        return consent

    async def turn_off(self, member_id: int, guild_id: int, purpose: Purpose) -> TurnedOff:
        """Delete a consent and the data it covers.

        If the member is agreeing to the purpose at the same time, that is withdrawn.
        """
        withdrawn = self.agreements.withdraw(member_id, guild_id, purpose)
        done = await self.end(member_id, guild_id, purpose)
        if withdrawn:
            await self.agreements.wait_for(withdrawn)
            again = await self.end(member_id, guild_id, purpose)
            done = done if done.consent else again
        return done

    async def end(self, member_id: int, guild_id: int, purpose: Purpose) -> TurnedOff:
        """Turn a purpose off for an agreement that failed: as `turn_off`, but nothing is withdrawn."""

        async def find(statements: Statements) -> list[Scope]:
            is_used = await _is_used(statements, member_id, guild_id, purpose)
            return [Scope(member_id, guild_id, purpose)] if is_used else []

        async def end(statements: Statements) -> EndedPurpose:
            return await end_purpose(statements, member_id, guild_id, purpose)

        ended = await self._erasure.log_and_erase(find, end)
        now = self._clock.now()
        self._card_updates.publish(ended.unnamed if ended else ())
        self._erasure.left_messages.publish(ended.left if ended else ())
        await self._database.vacuum()
        return TurnedOff(purpose, ended.consent if ended else None, now)


def require_version(purpose: Purpose, version: int) -> None:
    """Raise RefusalError unless `version` is the text of a purpose that is in force."""
    if version != VERSIONS[purpose]:
        raise RefusalError("refusals.consent_changed")


async def save_consent(
    statements: Statements, member_id: int, guild_id: int, purpose: Purpose, version: int, now: datetime
) -> Consent:
    """Save and return a consent. Raises RefusalError unless `version` is the text that is in force."""
    require_version(purpose, version)
    consent = Consent(guild_id, purpose, version, now, month_of(now))
    await statements.run("grant_consent", member_id=member_id, **asdict(consent))
    return consent


async def _is_used(statements: Statements, member_id: int, guild_id: int, purpose: Purpose) -> bool:
    """Return whether there is a consent to a purpose, or any row that was saved for it."""
    if purpose in {each.purpose for each in await consents_of(statements, member_id, guild_id)}:
        return True
    for each in tables_of(purpose):
        is_shared = len(each.purposes) > 1  # its rows need one of a table that is not
        if not is_shared and await statements.rows(
            f"export_{each.table}", member_id=member_id, guild_id=guild_id
        ):
            return True
    return False
