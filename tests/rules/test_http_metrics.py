"""Metrics of requests have the templates of routes, without ids or tokens."""

from __future__ import annotations

import pytest

from bot.observability.http_metrics import route_of


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v10/channels/1457659890892800028/messages", "/channels/{id}/messages"),
        ("/api/v10/channels/12/messages/34", "/channels/{id}/messages/{id}"),
        ("/api/v10/interactions/12/aToken_-x/callback", "/interactions/{id}/{token}/callback"),
        ("/api/v10/webhooks/12/lowercase/messages/@original", "/webhooks/{id}/{token}/messages/@original"),
        ("/api/v10/users/@me/channels", "/users/@me/channels"),
        ("/api/v10/guilds/12/scheduled-events", "/guilds/{id}/scheduled-events"),
        ("/api/v10/gateway/bot", "/gateway/bot"),
        ("/gateway/", "/gateway"),
        ("/api/v10/odd/Ada%20Lovelace", "/odd/{id}"),
        ("/", "/"),
    ],
)
def test_a_route_names_what_kind_of_request_it_is_and_nothing_else(path: str, route: str) -> None:
    assert route_of(path) == route
