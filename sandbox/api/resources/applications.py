"""The application, its gateway's address, and data that is the same for all applications."""

from __future__ import annotations

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.state import payloads
from sandbox.state.models import Json
from sandbox.state.session_starts import SESSION_STARTS_PER_DAY


def _gateway_url(request: Request) -> str:
    return f"ws{request.simulation.base_url.removeprefix('http')}/gateway"


def _gateway(request: Request) -> Response:
    return Response({"url": _gateway_url(request)})


def _gateway_bot(request: Request) -> Response:
    starts = request.simulation.session_starts
    limit = {
        "total": SESSION_STARTS_PER_DAY,
        "remaining": starts.remaining,
        "reset_after": starts.reset_after_ms,
        "max_concurrency": starts.max_concurrency,
    }
    return Response({"url": _gateway_url(request), "shards": starts.shards, "session_start_limit": limit})


def _application(request: Request) -> Response:
    world = request.simulation.world
    app = world.app
    owner = payloads.user(next(iter(world.people()), app.user))
    data: Json = {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "summary": "",
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
    return Response(data)


def _default_sounds(_request: Request) -> Response:
    """Return the sounds that every server has. Discord has more; the sandbox has no soundboard."""
    sound: Json = {"name": "quack", "sound_id": "1", "volume": 1.0}
    sound |= {"emoji_id": None, "emoji_name": "🦆", "available": True}
    return Response([sound])


ROUTES = [
    Route("GET", "/soundboard-default-sounds", _default_sounds),
    Route("GET", "/gateway", _gateway, needs_bot_token=False),
    Route("GET", "/gateway/bot", _gateway_bot),
    Route("GET", "/oauth2/applications/@me", _application),
    Route("GET", "/applications/@me", _application),
]
