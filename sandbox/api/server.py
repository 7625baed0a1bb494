"""The REST server: checks tokens, planned faults and rate limits, calls the handler, logs the request."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from aiohttp import web

from sandbox.api.errors import ConnectionAborted, HttpError, error_body, http_status
from sandbox.api.faults import FaultKind, RestFault, RestFaults
from sandbox.api.rate_limits import RateLimited, RateLimits, Verdict
from sandbox.api.request_log import RequestRecord
from sandbox.api.requests import Request, Response, read_body
from sandbox.api.resources import ROUTES
from sandbox.api.routing import API_PREFIX, Match, Route, find_route
from sandbox.api.validation.schema import UnknownFields
from sandbox.state.attachments import Upload
from sandbox.state.errors import DiscordError
from sandbox.state.simulation import Simulation

_MAJOR_PARAMETERS = ("channel_id", "guild_id")
_ABORTED = 0  # the status of a response that is never sent


@dataclass
class _Exchange:
    """One HTTP request with what has been read of it so far."""

    request: web.Request
    path: str
    found: Match
    came: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    payload: Any = None
    uploads: list[Upload] = field(default_factory=list)
    unknown_fields: UnknownFields = field(default_factory=UnknownFields)


class RestServer:
    """Serve Discord's REST API. If it is strict, it refuses unknown fields instead of ignoring them."""

    def __init__(self, simulation: Simulation, *, strict: bool) -> None:
        self._simulation = simulation
        self._strict = strict
        self.limits = RateLimits(simulation.clock.unix)
        self.faults = RestFaults()
        self.requests: list[RequestRecord] = []
        self.ignored_fields: list[str] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer and log one request."""
        path = request.path.removeprefix(API_PREFIX)
        exchange = _Exchange(request, path, find_route(ROUTES, request.method, path))
        exchange.unknown_fields.strict = self._strict
        headers: dict[str, str] = {}
        try:
            response = await self._handle(exchange, headers)
        except RateLimited as limited:
            headers = {**limited.verdict.headers, **_rate_limit_headers(limited.verdict)}
            response = Response(_rate_limit_body(limited.verdict), 429)
        except ConnectionAborted:
            response = Response(None, _ABORTED)
        except DiscordError as error:
            if error.is_malformed:
                text = json.dumps(error_body(error))
                self._simulation.record_refusal(f"{request.method} {path}: {text}")
            response = Response(error_body(error), http_status(error))
        self._log(exchange, response.status)
        date = self._simulation.clock.unix() + self.faults.date_shift_seconds
        headers = {**headers, "Date": formatdate(date, usegmt=True)}
        return _to_web(response, headers)

    async def _handle(self, exchange: _Exchange, headers: dict[str, str]) -> Response:
        """Return the handler's response and add the rate limit's headers to `headers`."""
        request, route, params = exchange.request, exchange.found.route, exchange.found.params
        exchange.payload, exchange.uploads = await read_body(request, exchange.unknown_fields)
        if route is None:
            self._simulation.record_refusal(f"{request.method} {exchange.path}: no such route")
            return _no_route(path_exists=exchange.found.path_exists)
        headers |= await self._admit(request, route, params)
        payload = copy.deepcopy(exchange.payload)  # handlers change it; the log has what was sent
        return route.handler(
            Request(
                self._simulation,
                self.limits,
                params,
                request.query,
                payload,
                exchange.uploads,
                exchange.unknown_fields,
            )
        )

    async def _admit(self, request: web.Request, route: Route, params: dict[str, str]) -> dict[str, str]:
        """Check the token, planned faults and rate limits; return the rate limit's headers."""
        wanted = f"Bot {self._simulation.world.app.token}"
        if route.needs_bot_token and request.headers.get("Authorization") != wanted:
            raise HttpError(401, 0, "401: Unauthorized")
        fault = self.faults.take(request.method, route.template)
        if fault is not None:
            await self._carry_out(fault, request, route.template)
        verdict = self._count(route, params)
        if verdict.retry_after is not None:
            raise RateLimited(verdict)
        return verdict.headers

    async def _carry_out(self, fault: RestFault, request: web.Request, route: str) -> None:
        match fault.kind:
            case FaultKind.RESET:
                _abort(request)
                raise ConnectionAborted
            case FaultKind.LOSE_RESPONSE:
                _abort(request)
            case FaultKind.HANG:
                await self._hang(fault, route)
            case FaultKind.RATE_LIMIT:
                raise RateLimited(Verdict({}, fault.seconds, fault.scope == "global", fault.scope))
            case FaultKind.FAIL:
                raise HttpError(fault.status, fault.code or 0, f"{fault.status}: planned by the test")

    async def _hang(self, fault: RestFault, route: str) -> None:
        go_on: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.faults.hanging[go_on] = fault.method, route
        self._simulation.wake_waiters()
        try:
            await asyncio.wait({go_on}, timeout=fault.seconds)
        finally:
            del self.faults.hanging[go_on]

    def _count(self, route: Route, params: dict[str, str]) -> Verdict:
        if "webhook_token" in params:
            return self.limits.take_webhook(params["webhook_token"])
        if not route.is_limited:
            return Verdict({})
        major = " ".join(params[name] for name in _MAJOR_PARAMETERS if name in params)
        return self.limits.take(route.method, route.template, major)

    def _log(self, exchange: _Exchange, status: int) -> None:
        request, route = exchange.request, exchange.found.route
        name = f"{request.method} {route.template if route else exchange.path}"
        self.ignored_fields += [f"{name}: {field}" for field in exchange.unknown_fields.ignored]
        self.requests.append(
            RequestRecord(
                at=self._simulation.clock.now(),
                loop_seconds=exchange.came,
                method=request.method,
                path=exchange.path,
                route=route.template if route else None,
                query=dict(request.query),
                body=_loggable_body(request, exchange.payload, exchange.uploads),
                status=status,
                limited=route is None or route.is_limited,
                user_agent=request.headers.get("User-Agent", ""),
            )
        )
        self._simulation.wake_waiters()


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _loggable_body(request: web.Request, payload: object, uploads: Sequence[Upload]) -> object:
    if request.content_type != "multipart/form-data":
        return payload
    files = [{"name": f"files[{u.index}]", "filename": u.filename, "size": len(u.data)} for u in uploads]
    return {"payload_json": payload, "files": files}


def _no_route(*, path_exists: bool) -> Response:
    status, text = (405, "Method Not Allowed") if path_exists else (404, "Not Found")
    return Response({"message": f"{status}: {text}", "code": 0}, status)


def _rate_limit_body(verdict: Verdict) -> dict[str, object]:
    body: dict[str, object] = {
        "message": "You are being rate limited.",
        "retry_after": round(verdict.retry_after or 0.0, 3),
        "global": verdict.is_global,
    }
    return body | ({"code": verdict.code} if verdict.code else {})


def _rate_limit_headers(verdict: Verdict) -> dict[str, str]:
    headers = {
        "Via": "1.1 sandbox",
        "Retry-After": str(max(1, round(verdict.retry_after or 0.0))),
        "X-RateLimit-Scope": verdict.scope,
    }
    return headers | ({"X-RateLimit-Global": "true"} if verdict.is_global else {})


def _to_web(response: Response, headers: dict[str, str]) -> web.Response:
    if response.status == _ABORTED:
        return web.Response(status=500)
    if response.data is None:
        return web.Response(status=204 if response.status == 200 else response.status, headers=headers)  # noqa: PLR2004 - HTTP's OK
    # With a charset in the content type discord.py would not parse the body as JSON.
    headers = {**headers, "Content-Type": "application/json"}
    body = json.dumps(response.data).encode()
    return web.Response(status=response.status, body=body, headers=headers)
