"""Every button, select and form of rooms: its payload and who may use it."""

from dataclasses import dataclass

from bot.gateway.interactions import in_server, manager, may_sit
from cogs.ui.answers import Answer
from cogs.ui.payloads import OrZero
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class SessionRef:
    """A session."""

    session_id: int


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
class LeaveTime:
    """In how many minutes a member leaves; 0: when the session closes."""

    minutes: OrZero


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A room."""

    room_id: int


@dataclass(frozen=True, slots=True)
class RoomSwitch:
    """A choice of a room that is turned on or off."""

    room_id: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class VoiceRemoval:
    """A room that is to have no voice channel, and whether the channel is deleted."""

    room_id: int
    deletes_channel: bool


# On the card
SIT = Route("rooms:sit", SessionRef, guard=may_sit, may_ask_again=True)
SLIP_OUT = Route("rooms:slip", SessionRef, guard=in_server)
NOD = Route("rooms:nod", SessionRef, guard=may_sit)
HOW = Route("rooms:how", SessionRef, guard=in_server)
EXTEND = Route("rooms:extend", SessionRef, guard=may_sit)
ANSWER = Route("rooms:answer", SessionAnswer, guard=may_sit)

# On private panels
LOOK = Route("rooms:look", SessionRef, guard=in_server)
LEAVE = Route("rooms:leave", SessionRef, guard=in_server)
SIT_AGAIN = Route("rooms:again", SessionRef, guard=may_sit)
HIDE = Route("rooms:hide", SessionRef, guard=may_sit)
COUNT = Route("rooms:count", SessionRef, guard=may_sit)
SHOW_SEAT = Route("rooms:seat", SessionRef, guard=in_server)
ASK_NAME = Route("rooms:ask_name", SessionRef, guard=in_server)
GIVE_NAME = Route("rooms:give_name", NameConsent, guard=in_server, acts_once=True)
HIDE_NAME = Route("rooms:hide_name", SessionRef, guard=in_server, acts_once=True)
LATER = Route("rooms:later", SessionRef, guard=in_server)
LEAVE_LATER = Route("rooms:leave_later", SessionRef, guard=in_server)
ASK_CLOSE = Route("rooms:ask_close", SessionRef, guard=in_server)  # the service checks who may close
CLOSE = Route("rooms:close", SessionRef, guard=in_server)
KEEP_OPEN = Route("rooms:keep_open", SessionRef, guard=in_server)

# In set-up
OPEN_ROOM = Route("setup:room", NoPayload, guard=manager)
MOVE_ROOM = Route("setup:move_room", RoomRef, guard=manager)
ADD_VOICE = Route("setup:add_voice", RoomRef, guard=manager)
REMOVE_VOICE = Route("setup:remove_voice", VoiceRemoval, guard=manager)
SWITCH_EVENTS = Route("setup:events", RoomSwitch, guard=manager)
SWITCH_QUESTION = Route("setup:question", RoomSwitch, guard=manager)
SWITCH_OPENING = Route("setup:opening", RoomSwitch, guard=manager)
SWITCH_THREADS = Route("setup:threads", RoomSwitch, guard=manager)
