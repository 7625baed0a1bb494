"""The routes of a member's own panels: each with its payload and who may use it."""

from dataclasses import dataclass

from bot.gateway.interactions import anyone
from bot.privacy.consent.model import Purpose
from cogs.ui import links
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text of a purpose in one server, in the version that the member was shown."""

    guild_id: int
    purpose: Purpose
    version: int


@dataclass(frozen=True, slots=True)
class DataScope:
    """A member's data in one server, or (None) in all."""

    guild_id: int | None


ASK_CONSENT = links.ASK_CONSENT
GIVE_CONSENT = Route("consent:give", ConsentText, guard=anyone, acts_once=True)
DECLINE_CONSENT = Route("consent:not_now", NoPayload, guard=anyone)
TURN_OFF_CONSENT = links.TURN_OFF_CONSENT
GIVE_RECEIPT = links.GIVE_RECEIPT

CHOOSE_ME = Route("me:choose", NoPayload, guard=anyone)
SHOW_DATA = Route("data:show", DataScope, guard=anyone)
CHOOSE_DATA = Route("data:choose", NoPayload, guard=anyone)
EXPORT_DATA = Route("data:export", DataScope, guard=anyone, acts_once=True)
ASK_TO_DELETE = Route("data:delete", DataScope, guard=anyone)
ERASE = Route("data:erase", DataScope, guard=anyone, acts_once=True)
KEEP = Route("data:keep", NoPayload, guard=anyone)
