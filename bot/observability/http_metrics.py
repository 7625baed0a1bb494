"""Metrics of requests to Discord, by route template: no id or token in a path is recorded."""

import re
import time
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp
from yarl import URL

from bot.observability.metrics import Metrics

_API = re.compile(r"^/api/v\d+")
_WORD = re.compile(r"[a-z][a-z0-9-]*|@(me|original)")
_RESOURCES_WITH_TOKENS = {"webhooks", "interactions"}
_TOO_MANY_REQUESTS = 429


def route_of(path: str) -> str:
    """Return the template of a path, for example `/channels/{id}/messages`."""
    parts = [part for part in _API.sub("", path).split("/") if part]
    made: list[str] = []
    for index, part in enumerate(parts):
        if index == 2 and parts[0] in _RESOURCES_WITH_TOKENS:  # noqa: PLR2004 - /webhooks/ID/TOKEN
            made.append("{token}")
        else:
            made.append(part if _WORD.fullmatch(part) else "{id}")
    return "/" + "/".join(made)


def counts_globally(url: URL) -> bool:
    """Return whether Discord counts a request for the whole bot, of which it allows 50 a second.

    Answers to interactions do not count, nor do WebSockets. Source: Discord's "Rate Limits" topic.
    """
    resource = _API.sub("", url.path).partition("/")[2].partition("/")[0]
    return url.scheme in {"http", "https"} and resource not in _RESOURCES_WITH_TOKENS


def trace(metrics: Metrics, note_date: Callable[[str | None], None] | None = None) -> aiohttp.TraceConfig:
    """Return an aiohttp trace that records every request of a client session in `metrics`.

    `note_date` is called with the header Date of every answer.
    """

    async def begin(_: aiohttp.ClientSession, given: SimpleNamespace, __: object) -> None:
        given.started = time.perf_counter()

    async def end(
        _: aiohttp.ClientSession, given: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        status = ended.response.status
        metrics.note_request(
            ended.method, route_of(ended.url.path), str(status), time.perf_counter() - given.started
        )
        if note_date is not None:
            note_date(ended.response.headers.get("Date"))
        if status == _TOO_MANY_REQUESTS:
            metrics.note_limited(ended.response.headers.get("X-RateLimit-Scope", "unknown"))

    async def fail(
        _: aiohttp.ClientSession, given: SimpleNamespace, failed: aiohttp.TraceRequestExceptionParams
    ) -> None:
        seconds = time.perf_counter() - given.started
        metrics.note_request(failed.method, route_of(failed.url.path), "none", seconds)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(begin)
    config.on_request_end.append(end)
    config.on_request_exception.append(fail)
    return config
