"""The resources of the REST API: one module each, with its handlers and routes."""

from sandbox.api.resources import (
    applications,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    pins,
    reactions,
    scheduled_events,
    threads,
    users,
    webhooks,
)

# Fixed paths come before those with parameters, because the first match is used.
ROUTES = [
    *applications.ROUTES,
    *users.ROUTES,
    *commands.ROUTES,
    *pins.ROUTES,
    *reactions.ROUTES,
    *messages.ROUTES,
    *threads.ROUTES,
    *channels.ROUTES,
    *scheduled_events.ROUTES,
    *guilds.ROUTES,
    *interactions.ROUTES,
    *webhooks.ROUTES,
]
