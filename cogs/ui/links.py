"""Routes that other subjects' panels use, handled by their own subject, and panels that others show."""

from dataclasses import dataclass
from typing import Protocol

from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, moderator
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from cogs.ui.routes import NoPayload, Route


@dataclass(frozen=True, slots=True)
class ConsentRef:
    """A member's consent to one purpose in one server."""

    guild_id: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class CadenceRef:
    """A member's check-ins in one server."""

    cadence_id: int


@dataclass(frozen=True, slots=True)
class GuildRef:
    """A server."""

    guild_id: int


class ShowSetup(Protocol):
    """Shows the set-up panel; `done` says what was changed."""

    async def __call__(self, interaction: Interaction, done: str = "") -> None:
        """Show it privately, or replace the panel that was tapped."""


ASK_CONSENT = Route("consent:ask", ConsentRef, guard=anyone)
TURN_OFF_CONSENT = Route("consent:turn_off", ConsentRef, guard=anyone, acts_once=True)
GIVE_RECEIPT = Route("consent:receipt", Receipt, guard=anyone, acts_once=True)
CHANGE_CHECKINS = Route("checkins:change", CadenceRef, guard=anyone)
CHANGE_NOTICES = Route("notices:change", GuildRef, guard=anyone)
SHOW_SETUP = Route("setup:show", NoPayload, guard=moderator)
