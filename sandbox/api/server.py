"""REST: authorisation, routing, faults, rate limits, the record of requests, Discord's answers."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.api.rate_limits import Verdict
from sandbox.api.requests import Answer, Call, Handler, read
from sandbox.state.errors import ApiError
from sandbox.state.simulation import Core, RequestRecord

if TYPE_CHECKING:
    from sandbox.faults import RestFault
    from sandbox.state.attachments import Upload

API_PREFIX = "/api/v10"
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(frozen=True)
class Route:
    """A method, a path template as Discord's description writes it, and who answers it."""

    method: str
    template: str
    handler: Handler
    is_open: bool = False  # needs no bot token, because the path carries its own
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(pattern))

    @property
    def is_limited(self) -> bool:
        """Whether rate limits count it: interaction endpoints are exempt."""
        return not self.is_open


class Rest:
    """The REST API of the sandbox."""

    def __init__(self, core: Core, routes: list[Route]) -> None:
        self._core = core
        self._routes = routes

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and record it."""
        path = request.path.removeprefix(API_PREFIX)
        route, params, others = self._find(request.method, path)
        payload: Any = None
        uploads: list[Upload] = []
        headers: dict[str, str] = {}
        try:
            payload, uploads = await read(request)
            if route is None:
                answer = _no_route(exists=others)
                self._core.refuse(f"{request.method} {path}: no such route")
            else:
                headers = await self._admit(request, route, params)
                call = Call(self._core, params, request.query, payload, uploads)
                answer = route.handler(call)
        except _Limited as limited:
            headers = {**limited.verdict.headers, **_limit_headers(limited.verdict)}
            answer = Answer(_limit_body(limited.verdict), 429)
        except _CutOff:
            answer = Answer(None, 0)
        except ApiError as error:
            if error.loud:
                self._core.refuse(f"{request.method} {path}: {json.dumps(error.body())}")
            answer = Answer(error.body(), error.status)
        self._record(request, path, route, payload, uploads, answer.status)
        if self._core.date_shift:
            headers = {**headers, "Date": formatdate(time.time() + self._core.date_shift, usegmt=True)}
        return _response(answer, headers)

    async def _admit(self, request: web.Request, route: Route, params: dict[str, str]) -> dict[str, str]:
        """Return the rate limit's headers for a request that may be handled."""
        self._authorise(request, route)
        fault = self._core.faults.take(request.method, route.template)
        if fault is not None:
            await self._misbehave(fault, request, route.template)
        verdict = self._limit(route, params)
        if verdict.retry_after is not None:
            raise _Limited(verdict)
        return verdict.headers

    def _find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
        others = False
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            if found and route.method == method:
                return route, found.groupdict(), True
            others = others or found is not None
        return None, {}, others

    def _authorise(self, request: web.Request, route: Route) -> None:
        wanted = f"Bot {self._core.world.app.token}"
        if not route.is_open and request.headers.get("Authorization") != wanted:
            raise ApiError(401, 0, "401: Unauthorized")

    async def _hang(self, fault: RestFault, route: str) -> None:
        waiting = self._core.faults.hanging
        waiting.append((fault.method, route))
        self._core.touch()
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            waiting.remove((fault.method, route))

    async def _misbehave(self, fault: RestFault, request: web.Request, route: str) -> None:
        if fault.kind == "reset":
            if request.transport is not None:
                request.transport.abort()
            raise _CutOff
        if fault.kind == "hang":
            await self._hang(fault, route)
        elif fault.kind == "lose":
            if request.transport is not None:
                request.transport.abort()
        elif fault.kind == "limit":
            verdict = Verdict({}, fault.seconds, fault.scope == "global", fault.scope)
            raise _Limited(verdict)
        else:
            raise ApiError(fault.status, fault.code or 0, f"{fault.status}: planned by the test")

    def _limit(self, route: Route, params: dict[str, str]) -> Verdict:
        if not route.is_limited:
            return Verdict({})
        major = " ".join(params[name] for name in _MAJOR if name in params)
        return self._core.limits.take(route.method, route.template, major)

    def _record(
        self,
        request: web.Request,
        path: str,
        route: Route | None,
        payload: object,
        uploads: list[Upload],
        status: int,
    ) -> None:
        body = payload
        if request.content_type == "multipart/form-data":
            files = [
                {"name": f"files[{u.index}]", "filename": u.filename, "size": len(u.data)} for u in uploads
            ]
            body = {"payload_json": payload, "files": files}
        self._core.requests.append(
            RequestRecord(
                at=self._core.clock.now(),
                method=request.method,
                path=path,
                route=route.template if route else None,
                query=dict(request.query),
                body=body,
                status=status,
                limited=route is None or route.is_limited,
                user_agent=request.headers.get("User-Agent", ""),
            )
        )
        self._core.touch()


class _Limited(Exception):  # noqa: N818 - it carries a verdict to the one place that renders it
    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class _CutOff(Exception):  # noqa: N818 - the connection is gone, there is nothing to answer
    pass


def limited(retry_after: float, *, code: int = 0, scope: str = "user") -> Exception:
    """Return the 429 of a limit that no header shows."""
    return _Limited(Verdict({}, retry_after, scope=scope, code=code))


def _no_route(*, exists: bool) -> Answer:
    status, text = (405, "Method Not Allowed") if exists else (404, "Not Found")
    return Answer({"message": f"{status}: {text}", "code": 0}, status)


def _limit_body(verdict: Verdict) -> dict[str, object]:
    body: dict[str, object] = {
        "message": "You are being rate limited.",
        "retry_after": round(verdict.retry_after or 0.0, 3),
        "global": verdict.is_global,
    }
    return body | ({"code": verdict.code} if verdict.code else {})


def _limit_headers(verdict: Verdict) -> dict[str, str]:
    headers = {
        "Via": "1.1 sandbox",
        "Retry-After": str(max(1, round(verdict.retry_after or 0.0))),
        "X-RateLimit-Scope": verdict.scope,
    }
    return headers | ({"X-RateLimit-Global": "true"} if verdict.is_global else {})


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    if answer.status == 0:
        return web.Response(status=500)
    if answer.data is None:
        return web.Response(status=204 if answer.status == 200 else answer.status, headers=headers)  # noqa: PLR2004 - HTTP's OK
    # The type must be exactly this: with a charset, discord.py takes the body for text.
    headers = {**headers, "Content-Type": "application/json"}
    body = json.dumps(answer.data).encode()
    return web.Response(status=answer.status, body=body, headers=headers)
