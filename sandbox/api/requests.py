"""A REST request as its handler gets it, and the response that a handler returns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from sandbox.api.errors import HttpError
from sandbox.api.rate_limits import RateLimits
from sandbox.api.validation.schema import Schema, UnknownFields, check
from sandbox.state.attachments import Upload
from sandbox.state.errors import DiscordError, invalid_field
from sandbox.state.models import Json
from sandbox.state.simulation import Simulation

_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True)
class Response:
    """A handler's response: its JSON, or None for an empty body, and its HTTP status."""

    data: object = None
    status: int = 200


@dataclass
class Request:
    """One request: the path's parameters, the query, the JSON of the body and its files."""

    simulation: Simulation
    limits: RateLimits
    params: Mapping[str, str]
    query: Mapping[str, str]
    payload: Any = None  # the parsed JSON, an object for all but bulk routes
    uploads: list[Upload] = field(default_factory=list)
    unknown_fields: UnknownFields = field(default_factory=UnknownFields)

    def id(self, name: str) -> int:
        """Return a snowflake in the path; raises `DiscordError` 50035."""
        value = self.params[name]
        if not value.isdecimal():
            raise invalid_field(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return int(value)

    def query_id(self, name: str) -> int | None:
        """Return a snowflake in the query, None if it is absent; raises `DiscordError` 50035."""
        value = self.query.get(name)
        if value is not None and not value.isdecimal():
            raise invalid_field(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return None if value is None else int(value)

    def body(self, schema: Schema) -> Json:
        """Return the JSON object; raises `DiscordError` 50035 if it does not match the schema."""
        payload = {} if self.payload is None else self.payload
        check(schema, payload, self.unknown_fields)
        return dict(payload)

    def unchecked_body(self) -> Json:
        """Return the JSON object for handlers whose checks depend on more than the body."""
        payload = {} if self.payload is None else self.payload
        if not isinstance(payload, dict):
            raise invalid_field("_", "Only dictionaries may be used here.", "MODEL_TYPE_CONVERT")
        return dict(payload)

    def query_number(self, name: str, default: int, maximum: int) -> int:
        """Return a query parameter from 1 to `maximum`; raises `DiscordError` 50035 otherwise."""
        value = self.query.get(name, str(default))
        if not value.isdecimal() or not 1 <= int(value) <= maximum:
            text = f"int value should be between 1 and {maximum}."
            raise invalid_field(name, text, "NUMBER_TYPE_RANGE")
        return int(value)

    def query_flag(self, name: str) -> bool:
        """Return a query parameter as true or false."""
        return self.query.get(name, "").lower() in {"1", "true"}


def iso_time(body: Json, name: str) -> datetime | None:
    """Return a time in the body, None if there is none; raises `DiscordError` 50035 if it is malformed."""
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise invalid_field(name, f"Could not parse {value}. Should be ISO8601.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Handler = Callable[[Request], Response]


async def read_body(request: web.Request, unknown_fields: UnknownFields) -> tuple[Any, list[Upload]]:
    """Return the body's JSON and its files; raises `DiscordError` 50109 if it is not JSON."""
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request, unknown_fields)
    raw = await request.read()
    if not raw:
        return None, []
    if request.content_type == "application/x-www-form-urlencoded":
        return _parse_form(raw), []
    if request.content_type != "application/json":
        raise HttpError(415, 0, "415: Unsupported Media Type", is_malformed=True)
    return _parse_json(raw), []


def _parse_form(raw: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the JSON of the form's field `payload_json`; without that field, all fields as strings."""
    fields = dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
    return _parse_json(fields["payload_json"].encode()) if "payload_json" in fields else fields


def _parse_json(raw: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        return json.loads(raw)
    except ValueError as error:
        text = "The request body contains invalid JSON."
        raise DiscordError(50109, text, is_malformed=True) from error


async def _read_multipart(request: web.Request, unknown_fields: UnknownFields) -> tuple[Any, list[Upload]]:
    payload: Any = None
    uploads = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        raw = bytes(await part.read(decode=True))
        found = _FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            payload = _parse_json(raw)
        elif found:
            uploads.append(Upload(int(found[1]), part.filename or "file", raw))
        elif not unknown_fields.ignore((part.name or "_",)):
            raise invalid_field(part.name or "_", "Unknown field.", "SANDBOX_UNKNOWN_FIELD")
    return payload, uploads
