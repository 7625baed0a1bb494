"""When a room notice comes, how notices ease, and what a tap changes. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.delivery.easing import STOPPED_AFTER, is_eased, is_stopped
from bot.rooms.notices.model import NoticeSettings, NoticeState, RoomNotice
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at, phase_at
from bot.scheduling.quiet_times import UNTIL_RESUMED, is_in_quiet_hours, is_paused
from bot.scheduling.wall_time import LATE_AFTER


def state_at(settings: NoticeSettings, now: datetime, *, is_outdated: bool = False) -> NoticeState:
    """Return whether notices come at `now`, or why not; `is_outdated`: the consent text changed."""
    if is_outdated:
        return NoticeState.CHANGED
    if settings.dms_closed:
        return NoticeState.CLOSED
    if is_paused(settings.paused_until, now):
        return NoticeState.AWAY if settings.paused_until == UNTIL_RESUMED else NoticeState.PAUSED
    if is_stopped(settings.unanswered):
        return NoticeState.STOPPED
    return NoticeState.ON if settings.dm_channel_id else NoticeState.OPENING


def may_come(settings: NoticeSettings, session: Session, now: datetime) -> bool:
    """Return whether a notice of the session may be sent `now`: only while it is settling in."""
    if state_at(settings, now) is not NoticeState.ON or is_quiet(settings, now):
        return False
    return phase_at(session, now) is Phase.SETTLING_IN and now <= session.opened_at + LATE_AFTER


def comes_until(session: Session) -> datetime:
    """Return the latest time to send a notice: when settling in ends, at most ten minutes after opening."""
    return min(begins_at(session, Phase.QUIET), session.opened_at + LATE_AFTER)


def is_quiet(settings: NoticeSettings, now: datetime) -> bool:
    """Return whether it is in the member's quiet hours."""
    begin, end = settings.quiet_start_minute, settings.quiet_end_minute
    return is_in_quiet_hours(begin, end, settings.zone, now)


def is_left_out(settings: NoticeSettings) -> bool:
    """Return whether the next notice is left out: after two without a tap, every other one is."""
    return is_eased(settings.unanswered) and not settings.left_out


def after_leaving_out(settings: NoticeSettings) -> NoticeSettings:
    """Return the settings after a notice was left out: the next one comes."""
    return replace(settings, left_out=True)


def after_sending(settings: NoticeSettings) -> NoticeSettings:
    """Return the settings after a notice was sent, which has no tap yet."""
    return replace(settings, unanswered=min(settings.unanswered + 1, STOPPED_AFTER), left_out=False)


def after_tap(settings: NoticeSettings) -> NoticeSettings:
    """Return the settings after a tap on any notice, even an old one: every notice comes again."""
    return replace(settings, unanswered=0, left_out=False)


def after_return(settings: NoticeSettings) -> NoticeSettings:
    """Return the settings after the member resumed: paused, stopped and refused notices come again."""
    return replace(settings, unanswered=0, left_out=False, paused_until=None, dms_closed=False)


def in_view(notice: RoomNotice, session_id: int, message_id: int) -> RoomNotice:
    """Return a room's notice after one was sent about a session."""
    return replace(notice, session_id=session_id, message_id=message_id)


def out_of_view(notice: RoomNotice) -> RoomNotice:
    """Return a room's notice after the one in view was deleted, or none was sent."""
    return replace(notice, session_id=None, message_id=None)
