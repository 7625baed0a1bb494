"""The application itself and where its gateway is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.state import payloads

if TYPE_CHECKING:
    from sandbox.state.models import Json


def _gateway_url(call: Call) -> str:
    return f"ws{call.core.base_url.removeprefix('http')}/gateway"


def _gateway(call: Call) -> Answer:
    return Answer({"url": _gateway_url(call)})


def _gateway_bot(call: Call) -> Answer:
    gateway = call.core.gateway
    limit = {
        "total": 1000,
        "remaining": gateway.identifies_left,
        "reset_after": gateway.starts_reset_ms,
        "max_concurrency": gateway.max_concurrency,
    }
    return Answer({"url": _gateway_url(call), "shards": gateway.shards, "session_start_limit": limit})


def _application(call: Call) -> Answer:
    world = call.core.world
    app = world.app
    owner = payloads.user(next(iter(world.people()), app.user))
    data: Json = {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": payloads.user(app.user),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": owner,
        "team": None,
        "flags": 0,
        "flags_new": "0",
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": len(world.bot_guilds()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "integration_types_config": {"0": {}},
    }
    return Answer(data)


ROUTES = [
    Route("GET", "/gateway", _gateway, is_open=True),
    Route("GET", "/gateway/bot", _gateway_bot),
    Route("GET", "/oauth2/applications/@me", _application),
    Route("GET", "/applications/@me", _application),
]
