"""Patches for what SimCord lacks for these tests.

`tests/stories/test_simulator.py` fails when an upgrade of SimCord makes a patch needless.
"""

from typing import Any

import discord
import pytest
import simcord
from simcord import interactions
from simcord.http.client import FakeHTTPClient

IDLE_SECONDS = 0.001
UNPATCHED_REQUEST = FakeHTTPClient.request
UNPATCHED_BASE_PAYLOAD = interactions.base_payload


def settling_defaults() -> dict[str, Any]:
    """Return SimCord's settings for waiting after each action, as they are or as patched."""
    defaults = simcord.Env._settle_internal.__kwdefaults__  # noqa: SLF001 - it has no setting
    assert defaults is not None
    return defaults


def patch_simcord(monkeypatch: pytest.MonkeyPatch, locales: dict[int, str]) -> None:
    """Patch SimCord: wait no longer than needed, honour nonces, and give members by id a locale."""
    monkeypatch.setitem(settling_defaults(), "idle", IDLE_SECONDS)
    plain = interactions.base_payload

    def with_locale(*given: Any, **named: Any) -> Any:
        record, payload = plain(*given, **named)
        payload["locale"] = locales.get(named["user_id"], payload["locale"])
        return record, payload

    monkeypatch.setattr(interactions, "base_payload", with_locale)
    plain_request, sent = FakeHTTPClient.request, dict[tuple[str, str], Any]()

    async def with_nonces(self: FakeHTTPClient, route: discord.http.Route, **given: Any) -> Any:
        body = given.get("json")
        if not isinstance(body, dict) or not body.get("enforce_nonce"):
            return await plain_request(self, route, **given)
        key = (route.url, str(body["nonce"]))
        if key not in sent:
            sent[key] = await plain_request(self, route, **given)
        return sent[key]

    monkeypatch.setattr(FakeHTTPClient, "request", with_nonces)
