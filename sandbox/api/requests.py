"""One REST request as its handler sees it, and what a handler may answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from sandbox.api.validation.schema import Shape, check
from sandbox.state.attachments import Upload
from sandbox.state.errors import ApiError, invalid_field

if TYPE_CHECKING:
    from sandbox.state.models import Json
    from sandbox.state.simulation import Core

_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True)
class Answer:
    """A handler's answer with its HTTP status; `data` None is an empty body."""

    data: object = None
    status: int = 200


@dataclass
class Call:
    """One request: the path's parameters, the query, the body and its files."""

    core: Core
    params: Mapping[str, str]
    query: Mapping[str, str]
    payload: Any = None  # the parsed JSON, an object for all but bulk routes
    uploads: list[Upload] = field(default_factory=list)

    def id(self, name: str) -> int:
        """Return a snowflake of the path; raises `ApiError` 50035."""
        value = self.params[name]
        if not value.isdecimal():
            raise invalid_field(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return int(value)

    def query_id(self, name: str) -> int | None:
        """Return a snowflake of the query, None where it is not given; raises `ApiError` 50035."""
        value = self.query.get(name)
        if value is not None and not value.isdecimal():
            raise invalid_field(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return None if value is None else int(value)

    def body(self, shape: Shape) -> Json:
        """Return the JSON object after checking its shape; raises `ApiError` 50035."""
        payload = {} if self.payload is None else self.payload
        check(shape, payload)
        return dict(payload)

    def object(self) -> Json:
        """Return the JSON object unchecked, for handlers that check by context."""
        payload = {} if self.payload is None else self.payload
        if not isinstance(payload, dict):
            raise invalid_field("_", "Only dictionaries may be used here.", "MODEL_TYPE_CONVERT")
        return dict(payload)

    def number(self, name: str, default: int, most: int) -> int:
        """Return a query parameter between 1 and `most`; raises `ApiError` 50035."""
        value = self.query.get(name, str(default))
        if not value.isdecimal() or not 1 <= int(value) <= most:
            text = f"int value should be between 1 and {most}."
            raise invalid_field(name, text, "NUMBER_TYPE_RANGE")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return a query parameter as true or false."""
        return self.query.get(name, "").lower() in {"1", "true"}


Handler = Callable[[Call], Answer]


async def read(request: web.Request) -> tuple[Any, list[Upload]]:
    """Return the body's JSON and its files; raises `ApiError` 50109 for anything that is no JSON."""
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    if not raw:
        return None, []
    if request.content_type != "application/json":
        raise ApiError(415, 0, "415: Unsupported Media Type", loud=True)
    return _parsed(raw), []


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        return json.loads(raw)
    except ValueError as error:
        text = "The request body contains invalid JSON."
        raise ApiError(400, 50109, text, loud=True) from error


async def _read_multipart(request: web.Request) -> tuple[Any, list[Upload]]:
    payload: Any = None
    uploads = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        raw = bytes(await part.read(decode=True))
        found = _FILE.fullmatch(part.name or "")
        if part.name == "payload_json":
            payload = _parsed(raw)
        elif found:
            uploads.append(Upload(int(found[1]), part.filename or "file", raw))
        else:
            raise invalid_field(part.name or "_", "Unknown field.", "SANDBOX_UNKNOWN_FIELD")
    return payload, uploads
