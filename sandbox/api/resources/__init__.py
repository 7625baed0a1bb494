"""The route table: every endpoint that the sandbox answers, by resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.resources import (
    applications,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    scheduled_events,
    threads,
    users,
    webhooks,
)

if TYPE_CHECKING:
    from sandbox.api.server import Route


def table() -> list[Route]:
    """Return all routes; fixed words come before parameters, because the first match answers."""
    return [
        *applications.ROUTES,
        *users.ROUTES,
        *commands.ROUTES,
        *messages.ROUTES,
        *threads.ROUTES,
        *channels.ROUTES,
        *scheduled_events.ROUTES,
        *guilds.ROUTES,
        *interactions.ROUTES,
        *webhooks.ROUTES,
    ]
