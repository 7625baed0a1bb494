"""The routes of a server's set-up. Rooms and check-ins have their own, in their own packages."""

from dataclasses import dataclass

from bot.gateway.interactions import moderator
from cogs.ui import links
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class Seen:
    """A setting as a panel or form shows it; with another fingerprint, it was changed since."""

    fingerprint: int


SHOW_SETUP = links.SHOW_SETUP
RESUME = Route("setup:resume", NoPayload, guard=moderator)
CHECK = Route("setup:check", NoPayload, guard=moderator)
SHOW_CHECK = Route("setup:show_check", int, guard=moderator)  # with the number of the message that it is on
SHOW_MODERATORS_CHANNEL = Route("setup:moderators", NoPayload, guard=moderator)
CHOOSE_MODERATORS_CHANNEL = Route("setup:choose_moderators", Seen, guard=moderator)
NO_MODERATORS_CHANNEL = Route("setup:no_moderators", Seen, guard=moderator)
ADD_ROOM = Route("setup:add_room", NoPayload, guard=moderator)
SET_LANGUAGE = Route("setup:set_language", Seen, guard=moderator)
ASK_ZONE = Route("setup:ask_zone", NoPayload, guard=moderator)
SET_ZONE = Route("setup:set_zone", Seen, guard=moderator, is_form=True)
ASK_HELP_CONTACTS = Route("setup:ask_help_contacts", NoPayload, guard=moderator)
SET_HELP_CONTACTS = Route("setup:set_help_contacts", Seen, guard=moderator, is_form=True)
ASK_SCHEDULE = Route("setup:ask_schedule", NoPayload, guard=moderator)
ADD_SCHEDULE = Route("setup:add_schedule", NoPayload, guard=moderator, is_form=True)
SHOW_DAYS_OFF = Route("setup:days_off", NoPayload, guard=moderator)
ASK_DAYS_OFF = Route("setup:ask_days_off", NoPayload, guard=moderator)
ADD_DAYS_OFF = Route("setup:add_days_off", NoPayload, guard=moderator, is_form=True)
REMOVE_DAYS_OFF = Route("setup:remove_days_off", NoPayload, guard=moderator)
