"""Every button, select and form of rooms: its payload and who may use it."""

from dataclasses import dataclass
from datetime import date

from bot.gateway.interactions import anyone, in_server, may_sit, moderator
from cogs.ui import links
from cogs.ui.answers import Answer
from cogs.ui.links import GuildRef
from cogs.ui.payloads import OrZero
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class SessionRef:
    """A session."""

    session_id: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat in a room that a member asked for, as `/sit` does."""

    room_id: int
    minutes: int | None
    rounds: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class SeatMove:
    """A seat to leave, by its room, for one in `room_id`.

    `session_id`: the session whose seat the member asked for; None: any, opened if there is none.
    """

    left_room_id: int
    room_id: int
    session_id: int | None
    minutes: int | None
    rounds: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class SessionAnswer:
    """An answer to the question that a session's card asks."""

    session_id: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class NameConsent:
    """A session, and the version of the text about names on cards that a member was shown there."""

    session_id: int
    version: int


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """A member's notice of a room, and the session that it is about."""

    room_notice_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class NoticeMove:
    """A member's notice, its session, and the room whose seat they leave for it."""

    room_notice_id: int
    session_id: int
    left_room_id: int


@dataclass(frozen=True, slots=True)
class NoticeConsent:
    """The version of the consent text about room notices that a member was shown."""

    version: int


@dataclass(frozen=True, slots=True)
class NoticeSwitch:
    """A choice about a member's notices in a server that is turned on or off."""

    guild_id: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class LeaveTime:
    """In how many minutes a member leaves; 0: when the session closes."""

    minutes: OrZero


@dataclass(frozen=True, slots=True)
class RoomId:
    """A room, however it has changed."""

    room_id: int


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A room as a panel shows it; with another fingerprint, it was changed since."""

    room_id: int
    fingerprint: int


@dataclass(frozen=True, slots=True)
class RoomSwitch:
    """A choice of a room, as a panel shows it, that is turned on or off."""

    room_id: int
    fingerprint: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class RoomRemoval:
    """A room, as a panel shows it, that is to be removed, and whether its voice channel is deleted."""

    room_id: int
    fingerprint: int
    deletes_voice: bool


@dataclass(frozen=True, slots=True)
class TimeId:
    """A recurring time, however it has changed."""

    schedule_id: int


@dataclass(frozen=True, slots=True)
class TimeRef:
    """A recurring time as a panel shows it; with another fingerprint, it was changed since."""

    schedule_id: int
    fingerprint: int


@dataclass(frozen=True, slots=True)
class SessionMove:
    """The session of a recurring time, as a panel shows it, that is planned for a local date."""

    schedule_id: int
    fingerprint: int
    day: date


# On the card
SIT = Route("rooms:sit", SessionRef, guard=may_sit, may_ask_again=True)
SLIP_OUT = Route("rooms:slip", SessionRef, guard=in_server)
NOD = Route("rooms:nod", SessionRef, guard=may_sit)
OPEN = Route("rooms:open", RoomId, guard=may_sit, may_ask_again=True)
HOW = Route("rooms:how", RoomId, guard=in_server)
SIT_AGAIN = Route("rooms:again", SessionRef, guard=may_sit)
ANSWER = Route("rooms:answer", SessionAnswer, guard=may_sit)

# On private panels
LOOK = Route("rooms:look", SessionRef, guard=in_server)
LEAVE = Route("rooms:leave", SessionRef, guard=in_server)
SIT_HERE = Route("rooms:sit_here", SessionRef, guard=may_sit)
AGAIN = Route("rooms:again_on", SessionRef, guard=may_sit)
NOT_AGAIN = Route("rooms:again_off", SessionRef, guard=in_server)
HIDE = Route("rooms:hide", SessionRef, guard=may_sit)
COUNT = Route("rooms:count", SessionRef, guard=may_sit)
SHOW_SEAT = Route("rooms:seat", SessionRef, guard=in_server)
ASK_NAME = Route("rooms:ask_name", SessionRef, guard=in_server)
GIVE_NAME = Route("rooms:give_name", NameConsent, guard=in_server, acts_once=True)
HIDE_NAME = Route("rooms:hide_name", SessionRef, guard=in_server, acts_once=True)
SIT_IN = Route("rooms:sit_in", Sitting, guard=may_sit, acts_once=True)
MOVE_SEAT = Route("rooms:move", SeatMove, guard=may_sit, acts_once=True)
LATER = Route("rooms:later", SessionRef, guard=in_server)
LEAVE_LATER = Route("rooms:leave_later", SessionRef, guard=in_server)
ASK_CLOSE = Route("rooms:ask_close", SessionRef, guard=in_server)  # the service checks who may close
CLOSE = Route("rooms:close", SessionRef, guard=in_server)
KEEP_OPEN = Route("rooms:keep_open", SessionRef, guard=in_server)
CALENDAR = Route("rooms:calendar", NoPayload, guard=in_server)

# Room notices: their panel, and the notice itself in direct messages
ASK_NOTICES = Route("notices:ask", RoomId, guard=in_server)
SHOW_NOTICES = Route("notices:show", NoPayload, guard=in_server)
CHANGE_NOTICES = links.CHANGE_NOTICES
CHOOSE_NOTICES = Route("notices:rooms", GuildRef, guard=anyone)
AGREE_TO_NOTICES = Route("notices:agree", NoticeConsent, guard=in_server, acts_once=True)
DECLINE_NOTICES = Route("notices:not_now", NoPayload, guard=in_server)
SWITCH_SOUND = Route("notices:sound", NoticeSwitch, guard=anyone)
ASK_QUIET_HOURS = Route("notices:ask_hours", GuildRef, guard=anyone)
SET_QUIET_HOURS = Route("notices:set_hours", GuildRef, guard=anyone, is_form=True)
RESTART_NOTICES = Route("notices:restart", GuildRef, guard=anyone)
NOTICE_SIT = Route("notices:sit", NoticeRef, guard=anyone)  # the handler checks the server
NOTICE_MOVE = Route("notices:move", NoticeMove, guard=anyone, acts_once=True)
NOTICE_LEAVE = Route("notices:leave", NoticeRef, guard=anyone)
NOTICE_DISMISS = Route("notices:dismiss", NoticeRef, guard=anyone, acts_once=True)

# In set-up
OPEN_ROOM = Route("setup:room", NoPayload, guard=moderator)
SHOW_ROOM = Route("setup:show_room", RoomId, guard=moderator)
ASK_EDIT_ROOM = Route("setup:ask_edit_room", RoomId, guard=moderator)
EDIT_ROOM = Route("setup:edit_room", RoomRef, guard=moderator, is_form=True)
MOVE_ROOM = Route("setup:move_room", RoomRef, guard=moderator, acts_once=True)
ASK_ADD_VOICE = Route("setup:ask_add_voice", RoomId, guard=moderator)
ADD_VOICE = Route("setup:add_voice", RoomRef, guard=moderator, is_form=True)
LEAVE_VOICE = Route("setup:leave_voice", RoomRef, guard=moderator, acts_once=True)
ASK_DELETE_VOICE = Route("setup:ask_delete_voice", RoomRef, guard=moderator)
DELETE_VOICE = Route("setup:delete_voice", RoomRef, guard=moderator, acts_once=True)
SWITCH_EVENTS = Route("setup:events", RoomSwitch, guard=moderator, acts_once=True)
SWITCH_QUESTION = Route("setup:question", RoomSwitch, guard=moderator, acts_once=True)
SWITCH_NEXT = Route("setup:next", RoomSwitch, guard=moderator, acts_once=True)
SWITCH_OPENING = Route("setup:opening", RoomSwitch, guard=moderator, acts_once=True)
SWITCH_THREADS = Route("setup:threads", RoomSwitch, guard=moderator, acts_once=True)
ASK_REMOVE_ROOM = Route("setup:ask_remove_room", RoomRef, guard=moderator)
REMOVE_ROOM = Route("setup:remove_room", RoomRemoval, guard=moderator, acts_once=True)
CHOOSE_TIME = Route("setup:choose_time", NoPayload, guard=moderator)
ASK_ADD_TIME = Route("setup:ask_add_time", RoomId, guard=moderator)
ADD_TIME = Route("setup:add_time", RoomId, guard=moderator, is_form=True)
ASK_EDIT_TIME = Route("setup:ask_edit_time", TimeId, guard=moderator)
EDIT_TIME = Route("setup:edit_time", TimeRef, guard=moderator, is_form=True)
ASK_TIME_ZONE = Route("setup:ask_time_zone", TimeId, guard=moderator)
SET_TIME_ZONE = Route("setup:set_time_zone", TimeRef, guard=moderator, is_form=True)
ASK_MOVE_SESSION = Route("setup:ask_move_session", TimeId, guard=moderator)
MOVE_SESSION = Route("setup:move_session", SessionMove, guard=moderator, is_form=True)
SKIP_SESSION = Route("setup:skip_session", TimeRef, guard=moderator, acts_once=True)
RESTORE_SESSION = Route("setup:restore_session", TimeRef, guard=moderator, acts_once=True)
ASK_REMOVE_TIME = Route("setup:ask_remove_time", TimeId, guard=moderator)
REMOVE_TIME = Route("setup:remove_time", TimeRef, guard=moderator, acts_once=True)
KEEP_TIME = Route("setup:keep_time", TimeId, guard=moderator)
