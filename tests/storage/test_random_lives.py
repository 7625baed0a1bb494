"""Random actions of members and moderators, with restarts, crashes and backups, break no promise.

The promises: no row about a person without a consent that covers it (except live rows), no message without
a consent, no row after a deletion, and every row in an export.
"""

import asyncio
import json
import shutil
from contextlib import suppress

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.personal_data import PERSONAL
from bot.rooms.sessions.model import Visibility
from bot.storage.erasure_log import LOG_KEPT_FOR
from bot.storage.table_statements import LIVE_TABLES
from tests.rooms import answer, nod, sit
from tests.storage.member_lives import MemberLives
from tests.storage.members import ANN, BEN, HERE, THERE
from tests.storage.scratch import query
from tests.storage.test_traces import traces

WHO = st.sampled_from([ANN, BEN])
WHERE = st.sampled_from([HERE, THERE])
PURPOSES = st.sampled_from(list(Purpose))

# Rows of a purpose without the consent that they need, in plain SQL.
UNCOVERED = {
    Purpose.CHECKINS: "SELECT * FROM cadence AS it WHERE NOT EXISTS ({yes})",
    Purpose.WEEKLY_COUNTS: "SELECT * FROM weekly_count AS it WHERE NOT EXISTS ({yes})",
}
YES = (
    "SELECT 1 FROM consent WHERE consent.member_id = it.member_id AND consent.guild_id = it.guild_id"
    " AND consent.purpose = '{purpose}'"
)
STRAY_DUE = (
    "SELECT * FROM due WHERE kind = 'checkin' AND subject_id NOT IN (SELECT cadence_id FROM cadence)"
)
STRAY_SEATS = "SELECT * FROM {table} WHERE session_id NOT IN (SELECT session_id FROM session)"


class Lives(MemberLives):
    """Random actions, with checks of what always has to be true."""

    # What members do

    @rule(who=WHO, where=WHERE, purpose=PURPOSES)
    def agrees(self, who: int, where: int, purpose: Purpose) -> None:
        self.do(self.agree(who, where, purpose))

    @rule(who=WHO, where=WHERE, purpose=PURPOSES)
    def withdraws(self, who: int, where: int, purpose: Purpose) -> None:
        self.do(self.withdraw(who, where, purpose))

    async def withdraw(self, who: int, where: int, purpose: Purpose) -> None:
        done = await self.services.consents.turn_off(who, where, purpose)
        assert (done.consent is not None) == ((who, where, purpose) in self.yes)
        self.forget({(who, where, purpose)})

    @rule(who=WHO, where=st.sampled_from([HERE, None]))
    def deletes(self, who: int, where: int | None) -> None:
        async def delete() -> None:
            await self.services.erasure.erase_member(who, where)
            known = set(self.yes) | set(self.backup[1] if self.backup else ())
            self.forget({each for each in known if each[0] == who and where in (None, each[1])})
            kept = await self.services.member_data.rows(who, where)
            assert all(not each.rows for each in kept)
            if where is None:
                assert traces(self.path, who) == traces(self.path, who + 1000) == []

        self.do(delete())

    @rule(who=WHO, where=WHERE, visibility=st.sampled_from([None, *Visibility]))
    def sits(self, who: int, where: int, visibility: Visibility | None) -> None:
        async def sit_down() -> None:
            if visibility is Visibility.NAMED:
                return  # that needs consent
            sat = await sit(self.services, self.rooms[where], who, 10, visibility)
            await nod(self.services, sat.card, who)
            await answer(self.services, sat.card, who)

        self.do(sit_down())

    @rule(who=WHO, where=WHERE)
    def slips_out(self, who: int, where: int) -> None:
        async def slip() -> None:
            for each in await self.services.sessions.listing(where):
                if each.session is not None:
                    await self.services.seats.leave(where, each.session.session_id, who)

        self.do(slip())

    @rule(
        who=WHO,
        where=WHERE,
        action=st.sampled_from(["answer", "tap", "less", "pause", "resume", "again", "hear"]),
    )
    def lives_with_checkins(self, who: int, where: int, action: str) -> None:
        async def live() -> None:
            checkins = self.services.checkins
            await self.services.consents.record_activity(who, where)
            cadence = await checkins.find(who, where)
            if action == "pause":
                await checkins.pause(who, 3)
            elif action == "resume":
                await checkins.resume(who)
            elif action == "again":
                await checkins.agree_again(who, where, VERSIONS[Purpose.CHECKINS])
                self.yes[who, where, Purpose.CHECKINS] = VERSIONS[Purpose.CHECKINS]
            elif cadence is not None and action in {"answer", "tap"}:
                message_id = cadence.prompt_message_id or 0
                await checkins.note_answered(cadence.cadence_id, who, message_id)
                if action == "answer":  # else it could not be shown
                    await checkins.outbox.forget_prompt(cadence.cadence_id, message_id)
            elif cadence is not None and action == "less":
                await checkins.halve_per_week(cadence.cadence_id, who)

        self.do(live())

    # What moderators, servers and time do

    @rule(where=WHERE)
    def a_server_removes_and_invites(self, where: int) -> None:
        async def remove() -> None:
            await self.services.removals.note_removed(where)
            await self.services.removals.note_present(where)

        self.do(remove())

    @rule(days=st.sampled_from([0.01, 1, 6, 31]))
    def time_passes(self, days: float) -> None:
        self.live_through(days)

    @rule(purpose=st.sampled_from([Purpose.CHECKINS, *Purpose]))  # the first is drawn most
    def a_text_changes(self, purpose: Purpose) -> None:
        VERSIONS[purpose] += 1
        self.do(self.services.retention.begin())
        self.live_through(2)

    # What happens to the process and its files

    @rule()
    def restarts(self) -> None:
        self.do(self.database.close())
        self.do(self.start())

    @rule(who=WHO, steps=st.integers(0, 40))
    def dies_while_deleting(self, who: int, steps: int) -> None:
        """Abandon an erasure halfway, and continue with the files as another process would."""

        async def die() -> None:
            deleting = asyncio.create_task(self.services.erasure.erase_member(who, None))
            for _ in range(steps):
                await asyncio.sleep(0)
            self.starts += 1
            after = self.folder / f"{self.starts}.db"
            for end in (
                "-wal",
                ".deletions.key",
                ".deletions",
                "",
            ):  # in the order they are written
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{self.path}{end}", f"{after}{end}")
            await asyncio.wait([deleting])
            await self.database.close()
            self.path = after
            await self.start()

        self.do(die())
        kept = {(who, where, Purpose(str(what))) for who, where, what in self.consents()}
        gone = set(self.yes) - kept
        assert all(each[0] == who for each in gone)
        assert {each for each in self.yes if each[0] == who} in (
            gone,
            gone | {e for e in kept if e[0] == who},
        )
        self.forget(gone)

    @rule()
    def is_backed_up(self) -> None:
        self.do(self.back_up())

    @precondition(lambda self: self.clock.now() - self.backed_up_at < LOG_KEPT_FOR)
    @rule()
    def is_restored(self) -> None:
        """Restore a backup that is young enough: what was erased since is then still in the erasure log."""
        assert self.backup is not None
        self.do(self.database.close())
        shutil.copyfile(self.backup[0], self.path)
        self.yes = dict(self.backup[1])
        self.do(self.start())

    # What always holds

    @invariant()
    def every_row_has_a_consent(self) -> None:
        assert {(who, where, Purpose(str(what))) for who, where, what in self.consents()} == set(self.yes)
        for purpose, rows in UNCOVERED.items():
            assert query(self.path, rows.format(yes=YES.format(purpose=purpose))) == []
        assert query(self.path, STRAY_DUE) == []
        for table in set(LIVE_TABLES) - {"channel_checkin_answer"}:
            assert query(self.path, STRAY_SEATS.format(table=table)) == []

    @invariant()
    def no_message_was_sent_without_a_consent(self) -> None:
        assert all(covered for _, covered in self.sent)

    @invariant()
    def an_export_is_the_rows(self) -> None:
        async def export() -> None:
            document = json.loads(await self.services.member_data.export(ANN, None))
            for each in PERSONAL:
                if "member_id" in each.columns:
                    rows = query(self.path, f"SELECT COUNT(*) FROM {each.table} WHERE member_id = {ANN}")  # noqa: S608 - our own names
                    assert rows == [(len(document["tables"][each.table]),)]

        self.do(export())


def test_the_promises_hold_in_random_lives() -> None:
    derandomized = settings(
        max_examples=14,
        stateful_step_count=25,
        phases=[Phase.generate],  # a life of 25 steps is read faster than it is made shorter
        derandomize=True,
        deadline=None,
        database=None,
    )
    run_state_machine_as_test(Lives, settings=derandomized)
