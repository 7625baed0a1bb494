"""Sends taps and commands as Discord does, and answers the bot faster than the sandbox, without checks.

The sandbox checks every request, which takes longer than a bare bot does. So each kind of interaction is
made once in the sandbox as a person makes it; what the sandbox sent and answered is learned. After that,
the same interaction is sent for other members, and requests are answered with what was learned.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from sandbox import Sandbox
from sandbox.state import payloads
from sandbox.state.models import Interaction, Json, Member
from sandbox.state.simulation import GatewayEvent

LOST_SECONDS = 4.0  # Discord gives up after three
_EVENT = "INTERACTION_CREATE"
_TOKEN_AT = 5  # /api/v10/interactions/{id}/{token}/callback, /api/v10/webhooks/{id}/{token}
_LEAST_ANSWER = b'{"interaction": {"id": "1", "type": 3}, "resource": {"type": 6}}'
_CARD = (7, 6)  # types of a first response that edit the tapped message, at once or later
_BUSY = b'"components"'  # every answer has them, except that the bot is too busy

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Template:
    """One kind of interaction: what is sent, how many requests answer it, and what answers these."""

    payload: Json
    guild_id: int | None
    requests: int
    answers: dict[str, bytes] = field(default_factory=dict)

    def answer(self, step: str) -> bytes:
        """Return the answer to a request: the learned one, or else the shortest that the bot accepts.

        An edit after a deferral is answered with the edited message.
        """
        if step not in self.answers and step.startswith("PATCH"):
            edited = json.loads(self.answers["callback 7"])
            self.answers[step] = json.dumps(edited["resource"]["message"]).encode()
        return self.answers.get(step, _LEAST_ANSWER)


@dataclass(eq=False, slots=True)
class Tap:
    """One interaction of one member on its way."""

    template: Template
    token: str
    done: asyncio.Future[None]
    sent_at: float = 0.0
    arrived_at: list[float] = field(default_factory=list)
    is_lost: bool = False  # not answered in time, or the bot said that it is busy

    @property
    def seconds(self) -> float:
        """From the moment when the interaction was sent until the last request that answers it."""
        return self.arrived_at[-1] - self.sent_at


class Wire:
    """Sends interactions to the bot of one sandbox, and answers their requests."""

    def __init__(self) -> None:
        self.box: Sandbox
        self._taps: dict[str, Tap] = {}
        self._learning: Template | None = None
        self._learned = asyncio.Event()

    async def learn(self, begin: Callable[[], Interaction], requests: int) -> Template:
        """Let the sandbox send an interaction and answer its requests; return what was sent and answered.

        Raises TimeoutError if the bot did not.
        """
        heard: list[GatewayEvent] = []
        listeners = self.box.simulation.event_listeners
        listeners.append(heard.append)
        begin()
        listeners.remove(heard.append)
        event = next(each for each in heard if each.name == _EVENT)
        self._learning = Template(event.data, event.guild_id, requests)
        try:
            async with asyncio.timeout(LOST_SECONDS):
                while len(self._learning.answers) < requests:
                    self._learned.clear()
                    await self._learned.wait()
            return self._learning
        finally:
            self._learning = None

    def send(self, template: Template, member: Member) -> Tap:
        """Send an interaction of a member; `done` of the tap is set when it is answered or lost."""
        loop = asyncio.get_running_loop()
        token = secrets.token_urlsafe(96)
        tap = self._taps[token] = Tap(template, token, loop.create_future())
        shown = {**payloads.member(member), "permissions": template.payload["member"]["permissions"]}
        new = {"id": str(self.box.simulation.ids.next()), "token": token, "member": shown}
        self.box.simulation.dispatch(_EVENT, template.payload | new, template.guild_id)
        tap.sent_at = loop.time()
        loop.call_soon(self._note_sent, tap)  # after the task that writes it to the socket
        loop.call_later(LOST_SECONDS, self._forget, tap)
        return tap

    @staticmethod
    def _note_sent(tap: Tap) -> None:
        if not tap.arrived_at:
            tap.sent_at = asyncio.get_running_loop().time()

    def _forget(self, tap: Tap) -> None:
        del self._taps[tap.token]
        if not tap.done.done():
            tap.is_lost = True
            tap.done.set_result(None)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer the requests of interactions that were sent here; learn from the answers to others."""
        now = asyncio.get_running_loop().time()
        parts = request.path.split("/")
        is_ours = len(parts) > _TOKEN_AT and parts[3] in {"interactions", "webhooks"}
        tap = self._taps.get(parts[_TOKEN_AT]) if is_ours else None
        if tap is None:
            answer = await handler(request)
            if is_ours and self._learning is not None and isinstance(answer, web.Response):
                self._learn(self._learning, request.method, parts, answer)
            return answer
        body = await request.read()
        return self._answer(tap, request.method, parts, body, now)

    def _answer(self, tap: Tap, method: str, parts: Sequence[str], body: bytes, now: float) -> web.Response:
        kind = _type_of(body) if parts[-1] == "callback" else 0
        tap.arrived_at.append(now)
        tap.is_lost = tap.is_lost or (kind not in _CARD and method != "PATCH" and _BUSY not in body)
        if not tap.done.done() and (tap.is_lost or len(tap.arrived_at) >= tap.template.requests):
            tap.done.set_result(None)
        step = f"callback {kind}" if kind else f"{method} webhook"
        return web.Response(body=tap.template.answer(step), content_type="application/json")

    def _learn(self, template: Template, method: str, parts: Sequence[str], answer: web.Response) -> None:
        body = answer.body if isinstance(answer.body, bytes) else b""
        is_first = parts[-1] == "callback"
        step = f"callback {json.loads(body)['resource']['type']}" if is_first else f"{method} webhook"
        template.answers[step] = body
        self._learned.set()


def _type_of(body: bytes) -> int:
    """Return the type of a first response; one with files (4) is not JSON."""
    return int(json.loads(body)["type"]) if body.startswith(b"{") else 4
