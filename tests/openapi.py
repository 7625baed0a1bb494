"""Checks recorded requests against Discord's official API description.

The description is not part of the project: tests look for it beside the repository and skip without it. The
check is stricter than the description (undeclared fields are violations), but accepts what only Discord's
documentation allows: `_TOLERATED` and `_widen` list that.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import referencing
from jsonschema.exceptions import best_match
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.api.request_log import RequestRecord

DESCRIPTION = Path(__file__).resolve().parents[2] / "shared" / "discord-openapi.json"
_ROOT = "urn:discord"
_LONGEST = 300

# What Discord documents elsewhere, or discord.py sends besides and Discord takes without a word.
_TOLERATED: Mapping[str, tuple[str, ...]] = {
    "ApplicationCommandCreateRequest": ("nsfw",),
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "PrivateApplicationResponse": ("summary",),  # deprecated, but older clients read it
    "RichEmbed": ("flags",),
    "RichEmbedImage": ("flags", "proxy_url"),
    "MessageAttachmentRequest": (
        "size",
        "url",
        "proxy_url",
        "content_type",
        "width",
        "height",
        "flags",
        "spoiler",
    ),
}
_BITFIELDS = {"allow", "deny", "default_member_permissions"}


def _widen(name: str, schema: dict[str, Any]) -> None:
    """Also accept what the documentation allows: ids as integers, permission bits as digits."""
    if name == "SnowflakeType":
        schema["type"] = ["string", "integer"]
    for field, one in schema.get("properties", {}).items():
        if field in _BITFIELDS:
            one.clear()
            one["type"] = ["string", "integer", "null"]


def _close(name: str, schema: dict[str, Any]) -> None:
    """Make undeclared fields of an object a violation."""
    if "properties" in schema and "additionalProperties" not in schema:
        for field in _TOLERATED.get(name, ()):
            schema["properties"].setdefault(field, {})
        schema["additionalProperties"] = False


def _inline_schemas(node: object) -> Iterator[dict[str, Any]]:
    """Yield the object schemas that stand inside operations themselves."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and "type" in node:
            yield node
        for one in node.values():
            yield from _inline_schemas(one)
    elif isinstance(node, list):
        for one in node:
            yield from _inline_schemas(one)


class Description:
    """Discord's API description, read from a file."""

    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text())
        for name, schema in self._document["components"]["schemas"].items():
            _widen(name, schema)
            _close(name, schema)
        for operations in self._document["paths"].values():
            for schema in _inline_schemas(operations):
                _widen("", schema)
                _close("", schema)
        resource = referencing.Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Any = referencing.Registry().with_resource(_ROOT, resource)

    def violations(self, record: RequestRecord) -> list[str]:
        """Return how a request differs from the description; [] if it does not."""
        operation = self._document["paths"].get(record.route or "", {}).get(record.method.lower())
        if operation is None:
            return [f"{record.method} {record.route or record.path} is not described"]
        found = [*self._of_query(record, operation), *self._of_body(record, operation)]
        return [f"{record.method} {record.route}: {one}" for one in found]

    def of_answer(self, method: str, route: str, status: int, data: object) -> list[str]:
        """Return how an answer differs from the description; [] if it does not."""
        responses = self._document["paths"][route][method.lower()]["responses"]
        described = responses.get(str(status))
        if described is None:
            return [f"{method} {route}: {status} is not described"]
        if "content" not in described:
            return [] if data is None else [f"{method} {route}: it has a body"]
        where = f"{method.lower()}/responses/{status}"
        errors = self._validator(route, where).iter_errors(data)
        return [f"{method} {route}: {_said(one)}" for one in errors]

    def _validator(self, route: str, where: str) -> Any:
        path = route.replace("~", "~0").replace("/", "~1")
        pointer = f"#/paths/{path}/{where}/content/application~1json/schema"
        return jsonschema.Draft202012Validator({"$ref": f"{_ROOT}{pointer}"}, registry=self._registry)

    def _of_query(self, record: RequestRecord, operation: dict[str, Any]) -> Iterator[str]:
        known = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
        for name in record.query:
            if name not in known:
                yield f"the query has no {name}"

    def _of_body(self, record: RequestRecord, operation: dict[str, Any]) -> Iterator[str]:
        body = record.body
        if isinstance(body, dict) and "payload_json" in body and "files" in body:
            body = body["payload_json"]
        described = operation.get("requestBody")
        if described is None:
            if body not in (None, {}):
                yield "it has a body where none is described"
            return
        if body is None:
            if described.get("required"):
                yield "it has no body"
            return
        validator = self._validator(record.route or "", f"{record.method.lower()}/requestBody")
        for error in validator.iter_errors(body):
            yield _said(error)


def _said(error: Any) -> str:
    deepest = best_match([error]) or error
    where = ".".join(str(step) for step in deepest.absolute_path) or "the body"
    return f"{where}: {deepest.message[:_LONGEST]}"


@functools.cache
def _description(path: Path) -> Description:
    return Description(path)


def answer_violations(
    method: str, route: str, status: int, data: object, path: Path = DESCRIPTION
) -> list[str]:
    """Return how an answer's JSON differs from the description in the file; [] if it does not."""
    return _description(path).of_answer(method, route, status, data)


def violations(record: RequestRecord, path: Path = DESCRIPTION) -> list[str]:
    """Return how a request differs from the description in the file; [] if it does not."""
    return _description(path).violations(record)
