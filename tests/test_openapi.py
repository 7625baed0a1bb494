"""The check against Discord's description finds violations, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.api.request_log import RequestRecord
from tests import openapi

pytestmark = pytest.mark.skipif(
    not openapi.DESCRIPTION.exists(), reason="Discord's API description is not beside the repository"
)

GOOD = RequestRecord(
    at=datetime(2026, 1, 1, tzinfo=UTC),
    loop_seconds=0.0,
    method="POST",
    path="/channels/1/messages",
    route="/channels/{channel_id}/messages",
    query={},
    body={
        "content": "hello",
        "tts": False,
        "flags": 4096,
        "embeds": [{"title": "a", "type": "rich", "fields": [{"name": "n", "value": "v"}]}],
        "components": [
            {
                "type": 1,
                "components": [{"type": 2, "style": 1, "label": "Sit", "custom_id": "sit"}],
            }
        ],
        "allowed_mentions": {"parse": []},
        "nonce": "a",
        "enforce_nonce": True,
    },
    status=200,
    limited=True,
    user_agent="test",
)


def test_a_good_request_has_no_violation() -> None:
    assert openapi.violations(GOOD) == []
    files = [{"name": "files[0]", "filename": "a.png", "size": 1}]
    body = {"payload_json": GOOD.body, "files": files}
    assert openapi.violations(replace(GOOD, body=body)) == []


BAD: dict[str, dict[str, Any]] = {
    "unknown field": {"colour": "red"},
    "long nonce": {"nonce": "x" * 26},
    "eleven embeds": {"embeds": [{"title": "a"}] * 11},
    "bad field": {"embeds": [{"fields": [{"name": "n"}]}]},
    "wrong type": {"flags": "4096"},
    "unknown embed field": {"embeds": [{"titel": "a"}]},
    "button without style": {
        "components": [{"type": 1, "components": [{"type": 2, "label": "x", "custom_id": "x"}]}]
    },
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_bad_body_is_caught(change: dict[str, Any]) -> None:
    [violation] = openapi.violations(replace(GOOD, body={**GOOD.body, **change}))
    assert violation.startswith("POST /channels/{channel_id}/messages: ")


def test_a_bad_route_query_or_missing_body_is_caught() -> None:
    assert openapi.violations(replace(GOOD, route=None)) != []
    assert openapi.violations(replace(GOOD, method="PUT")) != []
    assert openapi.violations(replace(GOOD, body=None)) != []
    assert openapi.violations(replace(GOOD, query={"wait": "true"})) != []
