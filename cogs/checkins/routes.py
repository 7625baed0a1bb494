"""Every button, select and form of check-ins: its payload and who may use it."""

from dataclasses import dataclass
from typing import Self

from bot.gateway.interactions import anyone, in_server, moderator
from cogs.checkins.choices import Choices, Wanted
from cogs.ui import links
from cogs.ui.answers import Answer
from cogs.ui.links import CadenceRef
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class CheckinAnswer:
    """An answer to a member's check-in: the one with this number."""

    cadence_id: int
    number: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """An answer to the channel check-in with this number."""

    channel_checkin_id: int
    number: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Agreement:
    """The choices that a member agrees to, with the version of the consent text that they were shown."""

    version: int
    choices: Choices


@dataclass(frozen=True, slots=True)
class ChannelCheckinRef:
    """A channel check-in as a question shows it; with another fingerprint, it was changed since."""

    channel_checkin_id: int
    fingerprint: int


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """The channel that a route is about."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class PromptWords:
    """A moderator's own check-in text in a preview; it is not saved yet."""

    words: str

    def encode(self) -> str:
        """Return the text as the detail of a custom id, unchanged."""
        return self.words

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the payload. Raises ValueError for an empty text; the service checks all others."""
        if not text:
            raise ValueError(text)
        return cls(text)


# A member's check-ins
ANSWER = Route("checkins:answer", CheckinAnswer, guard=anyone, may_ask_again=True)
CHANGE = links.CHANGE_CHECKINS
AGREE = Route("checkins:agree", Agreement, guard=anyone, acts_once=True)
DECLINE = Route("checkins:decline", NoPayload, guard=anyone)
LESS_OFTEN = Route("checkins:less_often", CadenceRef, guard=anyone, acts_once=True)
PAUSE = Route("checkins:pause", NoPayload, guard=anyone)
RESUME = Route("checkins:resume", NoPayload, guard=anyone)
STOP = Route("checkins:stop", CadenceRef, guard=anyone, acts_once=True)

# Choosing their server, in direct messages
CHOOSE_SERVER = Route("checkins:choose_server", Wanted, guard=anyone)
ASK_SERVER = Route("checkins:ask_server", Wanted, guard=anyone)
SET_SERVER = Route("checkins:set_server", Wanted, guard=anyone, is_form=True)

# Choosing their times
TIMES = Route("checkins:times", CadenceRef, guard=anyone)
DAYS = Route("checkins:days", Choices, guard=anyone)
WINDOW = Route("checkins:window", Choices, guard=anyone)
PER_WEEK = Route("checkins:per_week", Choices, guard=anyone)
SOUND = Route("checkins:sound", Choices, guard=anyone)
ASK_ZONE = Route("checkins:ask_zone", Choices, guard=anyone)
SET_ZONE = Route("checkins:set_zone", Choices, guard=anyone, is_form=True)
ASK_HOURS = Route("checkins:ask_hours", Choices, guard=anyone)
SET_HOURS = Route("checkins:set_hours", Choices, guard=anyone, is_form=True)

# In a private thread
OFFER_THREAD = Route("checkins:offer_thread", CadenceRef, guard=anyone)
AGREE_TO_THREAD = Route("checkins:in_thread", Agreement, guard=anyone, acts_once=True)
DECLINE_THREAD = Route("checkins:decline_thread", NoPayload, guard=anyone)
LEAVE_THREAD = Route("checkins:leave_thread", CadenceRef, guard=anyone)

# Channel check-ins
CHANNEL_ANSWER = Route("checkins:channel_answer", ChannelAnswer, guard=in_server)
SHOW_CHANNEL_CHECKINS = Route("setup:channel_checkins", NoPayload, guard=moderator)
CHOOSE_CHANNEL = Route("setup:choose_checkin_channel", NoPayload, guard=moderator)
ADD_CHANNEL_CHECKIN = Route("setup:add_channel_checkin", ChannelRef, guard=moderator, is_form=True)
BEGIN_AGAIN = Route("setup:begin_checkins_again", NoPayload, guard=moderator)
ASK_REMOVE_CHANNEL_CHECKIN = Route("setup:ask_remove_checkin", NoPayload, guard=moderator)
REMOVE_CHANNEL_CHECKIN = Route(
    "setup:remove_channel_checkin", ChannelCheckinRef, guard=moderator, acts_once=True
)

# A server's own check-in texts
SAVE_PROMPT = Route("prompts:save", PromptWords, guard=moderator)
CONFIRM_PROMPT = Route("prompts:confirm", PromptWords, guard=moderator)
ASK_PROMPT = Route("prompts:change", PromptWords, guard=moderator)
SET_PROMPT = Route("prompts:propose", NoPayload, guard=moderator, is_form=True)
DISCARD_PROMPT = Route("prompts:discard", NoPayload, guard=moderator)
