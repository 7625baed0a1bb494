"""Room notices: members choose rooms, agree, change how notices come, tap one, pause and resume."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.delivery import outbox
from bot.errors import RefusalError
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.saved import consents_of
from bot.privacy.consents import require_version, save_consent
from bot.privacy.left_messages import LeftMessage, LeftMessages
from bot.rooms.model import Room
from bot.rooms.notices.dm_openings import NoticeDmOpenings
from bot.rooms.notices.model import NoticeOverview, NoticeSettings, RoomNotice
from bot.rooms.notices.outbox import NoticeOutbox, record_sent
from bot.rooms.notices.records import (
    build_overview,
    find_notice,
    get_settings,
    intent_key,
    notices_of,
    save_settings,
)
from bot.rooms.notices.rules import after_return, after_tap
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.due_queue import DueKind
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.pauses import pause_end
from bot.servers.service import find_settings as find_server
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class _QuietHours:
    zone: str
    quiet_start_minute: int | None
    quiet_end_minute: int | None


class RoomNotices:
    """What members can do with their room notices.

    `sending` has a lock for each member: it is held while a notice is being sent to them.
    """

    def __init__(
        self, database: Database, clock: Clock, dm_slots: DmSlots, left_messages: LeftMessages
    ) -> None:
        self._database = database
        self._clock = clock
        self._left_messages = left_messages
        self.outbox = NoticeOutbox(database, clock)
        self.dm_openings = NoticeDmOpenings(database, clock, dm_slots)
        self.sending = KeyedLocks()

    async def overview(self, member_id: int, guild_id: int) -> NoticeOverview:
        """Return the member's room notices in a server."""
        return await self._database.read(partial(_overview, member_id=member_id, guild_id=guild_id))

    async def agree(
        self,
        member_id: int,
        guild_id: int,
        room_ids: Collection[int],
        version: int,
        dm_channel_id: int,
        opens_at: datetime | None = None,
        locale: str | None = None,
    ) -> Consent:
        """Save the member's consent and the rooms they chose; return the consent.

        `dm_channel_id` is 0 while the member's direct messages are not open; `opens_at` is the slot in
        which they will be. `locale` is the member's language, in which notices come. Quiet hours are at
        first those of the member's check-ins, if they have any.

        Raises RefusalError if no room of the server was chosen, or the text has changed since `version`.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Consent:
            chosen = await _rooms_among(statements, guild_id, room_ids)
            if not chosen:
                raise RefusalError("refusals.notices_no_room")
            who = {"member_id": member_id, "guild_id": guild_id}
            consent = await save_consent(
                statements, **who, purpose=Purpose.ROOM_NOTICES, version=version, now=now
            )
            server = await find_server(statements, guild_id)
            usual = await statements.one(_QuietHours, "quiet_hours_of_checkins", **who)
            hours = usual or _QuietHours(server.zone, None, None)
            settings = await statements.one(
                NoticeSettings,
                "add_notice_settings",
                **who,
                dm_channel_id=dm_channel_id,
                zone=hours.zone,
                quiet_start_minute=hours.quiet_start_minute,
                quiet_end_minute=hours.quiet_end_minute,
                locale=locale,
            )
            assert settings is not None  # noqa: S101 - the statement returns its row
            for room_id in chosen:
                await statements.run("add_room_notice", **who, room_id=room_id)
            if opens_at is not None:
                given = (DueKind.OPEN_NOTICE_DM, settings.notice_settings_id, guild_id)
                await due_queue.set(statements, *given, opens_at)
            return consent

        return await self._database.write(work)

    async def of_member(self, member_id: int, guild_id: int) -> list[RoomNotice]:
        """Return the rooms that the member chose in a server."""
        return await self._database.read(partial(notices_of, member_id=member_id, guild_id=guild_id))

    async def find(self, room_notice_id: int) -> RoomNotice | None:
        """Return any member's notice of a room, or None."""
        return await self._database.read(partial(find_notice, room_notice_id=room_notice_id))

    def check(self, version: int) -> None:
        """Raise RefusalError if the consent text has changed since `version`."""
        require_version(Purpose.ROOM_NOTICES, version)

    async def choose(
        self, member_id: int, guild_id: int, room_ids: Collection[int], among: Collection[int]
    ) -> NoticeOverview:
        """Make `room_ids` the member's rooms among those they were offered; other rooms stay as they are.

        Raises RefusalError if notices are off.
        """

        async def work(statements: Statements) -> tuple[NoticeOverview, list[LeftMessage]]:
            settings = await get_settings(statements, member_id, guild_id)
            chosen = await _rooms_among(statements, guild_id, room_ids)
            left = list[LeftMessage]()
            for notice in await notices_of(statements, member_id, guild_id):
                if notice.room_id in among and notice.room_id not in chosen:
                    await _remove(statements, notice)
                    if notice.message_id is not None:
                        left.append(LeftMessage(settings.dm_channel_id, notice.message_id))
            for room_id in chosen:
                await statements.run(
                    "add_room_notice", member_id=member_id, guild_id=guild_id, room_id=room_id
                )
            return await _overview(statements, member_id, guild_id), left

        overview, left = await self._database.write(work)
        self._left_messages.publish(left)
        return overview

    async def set_sound(self, member_id: int, guild_id: int, *, sound: bool) -> NoticeOverview:
        """Let notices make a sound, or not. Raises RefusalError if notices are off."""
        return await self._change(member_id, guild_id, lambda each: replace(each, sound=sound))

    async def set_quiet_hours(
        self, member_id: int, guild_id: int, zone: str, begin: int | None, end: int | None
    ) -> NoticeOverview:
        """Let no notice come between two local minutes of the day, in `zone`; None: at any time.

        Raises RefusalError if only one of them is given, they are the same, or notices are off.
        """
        if (begin is None) != (end is None) or (begin is not None and begin == end):
            raise RefusalError("refusals.quiet_hours")

        def change(settings: NoticeSettings) -> NoticeSettings:
            return replace(settings, zone=zone, quiet_start_minute=begin, quiet_end_minute=end)

        return await self._change(member_id, guild_id, change)

    async def restart(self, member_id: int, guild_id: int) -> NoticeOverview:
        """Let paused, stopped or refused notices come again. Raises RefusalError if they are off."""
        return await self._change(member_id, guild_id, after_return)

    async def agree_again(
        self, member_id: int, guild_id: int, version: int, locale: str | None = None
    ) -> Consent:
        """Save a consent to the changed text, and return it; rooms and other settings stay.

        From now on notices come in the language of `locale`. Raises RefusalError if the member's notices
        are off, or the text has changed again.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Consent:
            settings = await get_settings(statements, member_id, guild_id)
            await save_settings(statements, replace(settings, locale=locale or settings.locale))
            who = {"member_id": member_id, "guild_id": guild_id}
            return await save_consent(
                statements, **who, purpose=Purpose.ROOM_NOTICES, version=version, now=now
            )

        return await self._database.write(work)

    async def note_tapped(
        self,
        room_notice_id: int,
        member_id: int,
        session_id: int,
        message_id: int,
        locale: str | None = None,
    ) -> RoomNotice:
        """Record a tap on a notice, and return it: every notice comes again.

        A tap on one that is not recorded as sent proves that it was. From now on notices come in the
        language of `locale`. Raises RefusalError if notices of the room are off, or the notice is another
        member's.
        """

        async def work(statements: Statements) -> RoomNotice:
            notice = await find_notice(statements, room_notice_id)
            if notice is None or notice.member_id != member_id:
                raise RefusalError("refusals.notices_off")
            await record_sent(statements, notice, session_id, message_id)
            settings = await get_settings(statements, member_id, notice.guild_id)
            await save_settings(statements, replace(after_tap(settings), locale=locale or settings.locale))
            return await find_notice(statements, room_notice_id) or notice

        return await self._database.write(work)

    async def pause(self, member_id: int, days: int | None) -> datetime | None:
        """Send the member no notices for `days`, or (None) until they resume; return until when.

        Returns None, and saves nothing, for a member without notices. When this returns, none is being
        sent.
        """
        until = pause_end(days, self._clock.now())
        paused = await self._change_all(member_id, lambda each: replace(each, paused_until=until))
        async with self.sending.of(member_id):
            return until if paused else None

    async def resume(self, member_id: int) -> list[NoticeSettings]:
        """Let notices come again in every server; return the settings as they were before."""
        return await self._change_all(member_id, after_return)

    async def _change(
        self, member_id: int, guild_id: int, change: Callable[[NoticeSettings], NoticeSettings]
    ) -> NoticeOverview:
        async def work(statements: Statements) -> NoticeOverview:
            settings = change(await get_settings(statements, member_id, guild_id))
            await save_settings(statements, settings)
            await self.dm_openings.await_opening(statements, settings, self._clock.now())
            return await _overview(statements, member_id, guild_id)

        return await self._database.write(work)

    async def _change_all(
        self, member_id: int, change: Callable[[NoticeSettings], NoticeSettings]
    ) -> list[NoticeSettings]:
        """Change a member's settings in every server; return them as they were."""
        now = self._clock.now()

        async def work(statements: Statements) -> list[NoticeSettings]:
            found = await statements.all(NoticeSettings, "notice_settings_everywhere", member_id=member_id)
            for settings in found:
                changed = change(settings)
                await save_settings(statements, changed)
                await self.dm_openings.await_opening(statements, changed, now)
            return found

        return await self._database.write(work)


async def _overview(statements: Statements, member_id: int, guild_id: int) -> NoticeOverview:
    return await build_overview(
        statements, member_id, guild_id, await consents_of(statements, member_id, guild_id)
    )


async def _rooms_among(statements: Statements, guild_id: int, room_ids: Collection[int]) -> list[int]:
    """Return those of `room_ids` that are rooms of the server."""
    rooms = await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
    return [each.room_id for each in rooms if each.room_id in room_ids]


async def _remove(statements: Statements, notice: RoomNotice) -> None:
    """Delete a room from a member's choice, with what is due or being sent for it."""
    await due_queue.cancel(statements, DueKind.ROOM_NOTICE, notice.room_notice_id)
    await outbox.finish(statements, intent_key(notice.room_notice_id))
    await statements.run("remove_room_notice", room_notice_id=notice.room_notice_id)
