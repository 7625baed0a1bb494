"""Reading and saving room notices inside units of work."""

from collections.abc import Iterable

from bot.errors import RefusalError
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.rules import in_force, outdated
from bot.privacy.consent.saved import consents_of
from bot.rooms.notices.model import NoticeOverview, NoticeSettings, RoomNotice
from bot.storage.database import Statements


def intent_key(room_notice_id: int) -> str:
    """Return the outbox's key of a notice."""
    return f"notice:{room_notice_id}"


async def find_settings(statements: Statements, member_id: int, guild_id: int) -> NoticeSettings | None:
    """Return the member's notice settings in a server, or None."""
    who = {"member_id": member_id, "guild_id": guild_id}
    return await statements.one(NoticeSettings, "notice_settings_of_member", **who)


async def get_settings(statements: Statements, member_id: int, guild_id: int) -> NoticeSettings:
    """Return the member's notice settings in a server. Raises RefusalError if notices are off."""
    found = await find_settings(statements, member_id, guild_id)
    if found is None:
        raise RefusalError("refusals.notices_off")
    return found


async def find_notice(statements: Statements, room_notice_id: int) -> RoomNotice | None:
    """Return any member's notice of a room, or None."""
    return await statements.one(RoomNotice, "get_room_notice", room_notice_id=room_notice_id)


async def notices_of(statements: Statements, member_id: int, guild_id: int) -> list[RoomNotice]:
    """Return the notices of all rooms that a member chose in a server."""
    who = {"member_id": member_id, "guild_id": guild_id}
    return await statements.all(RoomNotice, "room_notices_of_member", **who)


async def build_overview(
    statements: Statements, member_id: int, guild_id: int, consents: Iterable[Consent]
) -> NoticeOverview:
    """Return what panels show of a member's room notices in a server; `consents` are the member's there."""
    settings = await find_settings(statements, member_id, guild_id)
    chosen = await notices_of(statements, member_id, guild_id)
    is_outdated = Purpose.ROOM_NOTICES in {each.purpose for each in outdated(consents)}
    return NoticeOverview(guild_id, settings, frozenset(each.room_id for each in chosen), is_outdated)


async def is_agreed(statements: Statements, member_id: int, guild_id: int) -> bool:
    """Return whether the member's consent covers room notices now."""
    return Purpose.ROOM_NOTICES in in_force(await consents_of(statements, member_id, guild_id))


async def save_settings(statements: Statements, settings: NoticeSettings) -> None:
    """Save what a member chose and how far notices have eased; the channel is not changed."""
    await statements.run(
        "save_notice_settings",
        notice_settings_id=settings.notice_settings_id,
        zone=settings.zone,
        quiet_start_minute=settings.quiet_start_minute,
        quiet_end_minute=settings.quiet_end_minute,
        sound=settings.sound,
        paused_until=settings.paused_until,
        unanswered=settings.unanswered,
        left_out=settings.left_out,
        dms_closed=settings.dms_closed,
        locale=settings.locale,
    )


async def save_notice(statements: Statements, notice: RoomNotice) -> None:
    """Save which sessions a room's notices are about, and the message in view."""
    await statements.run(
        "save_room_notice",
        room_notice_id=notice.room_notice_id,
        session_id=notice.session_id,
        message_id=notice.message_id,
        next_session_id=notice.next_session_id,
    )
