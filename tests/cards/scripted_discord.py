"""The scripted Discord of card stories: each HTTP request waits until the script serves it.

discord.py's real HTTP code, with its retries, runs on top of it. It records what the stories check: the
cards in the channel, which nonce made which card, and how each interaction was acknowledged.
"""

from __future__ import annotations

import asyncio
import errno
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from tests.cards.answers import Json, Response, message_of, refusal, unknown_message
from tests.cards.deterministic_loop import now
from tests.cards.records import Ending, Posted, Request, SentInteraction

API = re.compile(r"^https?://[^/]+/api/v\d+")
_CARDS = re.compile(r"/channels/(?P<channel>\d+)/messages")
_CARD = re.compile(r"/channels/(?P<channel>\d+)/messages/(?P<message>\d+)")
_CALLBACK = re.compile(r"/interactions/\d+/(?P<token>[^/]+)/callback")
_ORIGINAL = re.compile(r"/webhooks/\d+/(?P<token>[^/]+)/messages/@original")
_FOLLOW_UP = re.compile(r"/webhooks/\d+/(?P<token>[^/]+)")
_TRIES = 5  # that discord.py makes
_ACKNOWLEDGE = timedelta(seconds=3)
_TOKEN = timedelta(minutes=15)
_LATER = 6  # the callback that lets a message be edited later
_UPDATE = 7  # the callback that edits the message which was tapped
_OK = 200
_NO_CONTENT = 204


class _Exchange:
    """The context manager that aiohttp returns for a request."""

    def __init__(self, script: ScriptedDiscord, method: str, url: str, data: object) -> None:
        self._script = script
        self._ask = method, API.sub("", url), data

    async def __aenter__(self) -> Response:
        return await self._script.ask(*self._ask)

    async def __aexit__(self, *_: object) -> None:
        return None


class ScriptedDiscord:
    """Replaces `aiohttp.ClientSession`."""

    closed = False

    def __init__(self, standing: dict[str, object]) -> None:
        self._standing = standing  # what GET requests are answered with
        self.waiting: list[Request] = []
        self.answers_at_once = True  # serves every request at once, and well
        self.is_readable = True  # the channel's history
        self.posted: dict[int, Posted] = {}
        self.interactions: dict[str, SentInteraction] = {}
        self.edited_at: list[datetime] = []  # when rate-limited edits were made whose answers arrived
        self.asked: list[Request] = []  # all requests so far
        self._nonces: dict[str, Posted] = {}
        self._again: dict[tuple[str, str], tuple[Ending, int]] = {}
        self._made = 0

    def request(self, method: str, url: str, **given: Any) -> _Exchange:
        """See aiohttp."""
        return _Exchange(self, method, url, given.get("data"))

    async def close(self) -> None:
        """See aiohttp."""

    def new_id(self) -> int:
        """Return a new id with the current time in it."""
        self._made += 1
        return discord.utils.time_snowflake(now()) + self._made

    async def ask(self, method: str, path: str, data: object) -> Response:
        """Queue a request; return once the script has served it."""
        body = json.loads(data) if isinstance(data, (str, bytes)) else {}
        request = Request(method, path, body, asyncio.get_running_loop().create_future())
        if interaction := self._find_interaction(request, _CALLBACK):
            interaction.attempts += 1
        again = self._again.get((method, path))
        self.waiting.append(request)
        self.asked.append(request)
        if again is not None:
            ending, left = again
            self._again[method, path] = (ending, left - 1)
            if left == 1:
                del self._again[method, path]
            self._fail(request, ending)
        elif self.answers_at_once:
            self.serve(request, Ending.WELL)
        return await request.answer

    # What the script does

    def serve(self, request: Request, ending: Ending) -> None:
        """Serve a waiting request; if it cannot fail in the given way, it succeeds."""
        ending = ending if self._can(request, ending) else Ending.WELL
        if ending in (Ending.DOWN, Ending.REFUSED):
            self._again[request.method, request.path] = (ending, _TRIES - 1)
        if ending is Ending.WELL:
            self.answer(request, self._do(request), is_heard=True)
        else:
            self._fail(request, ending)

    def delete(self, posted: Posted) -> None:
        """Let a moderator delete a message."""
        posted.is_gone = True

    def add_interaction(self, source: int | None) -> SentInteraction:
        """Record an interaction: a tap on a message, or a command (`source` None)."""
        interaction_id = self.new_id()
        interaction = SentInteraction(interaction_id, f"token-{interaction_id}", now(), source)
        self.interactions[interaction.token] = interaction
        return interaction

    # What Discord does

    def _can(self, request: Request, ending: Ending) -> bool:
        if ending is Ending.REFUSED:
            return request.method == "PATCH" and _CARD.fullmatch(request.path) is not None
        return ending is not Ending.EXPIRED or request.path.startswith("/webhooks/")

    def _fail(self, request: Request, ending: Ending) -> None:
        """Give a request a failed or damaged answer."""
        interaction = self._find_interaction(request, _CALLBACK) or (
            self._find_interaction(request, _FOLLOW_UP) if request.method == "POST" else None
        )
        if interaction:
            interaction.is_failed = True
        carrier = interaction or self._find_interaction(request, _ORIGINAL)
        if carrier:
            carrier.cannot_edit = True
        if ending in (Ending.LOST, Ending.RESET):
            if ending is Ending.LOST:
                self._do(request)
            self.waiting.remove(request)
            request.answer.set_exception(aiohttp.ClientOSError(errno.ECONNRESET, "reset by the script"))
        elif ending is Ending.REFUSED:
            self.answer(request, Response(429, {"code": 30046, "message": "old", "retry_after": 1.0}))
        elif ending is Ending.EXPIRED:
            self.answer(request, refusal(401, 50027))
        else:
            self.answer(request, Response(500, {"code": 0, "message": "down"}))

    def answer(self, request: Request, response: Response, *, is_heard: bool = False) -> None:
        """Answer a waiting request."""
        self.waiting.remove(request)
        if request.answer.done():  # the bot no longer listens
            return
        if is_heard and _CARDS.match(request.path):
            if request.method == "PATCH":
                self.edited_at.append(now())
            self._note_known(request)
        request.answer.set_result(response)

    def _do(self, request: Request) -> Response:
        if request.method == "GET" and _CARDS.fullmatch(request.path):
            return self._look()
        if request.method in {"GET", "PUT"}:
            return Response(_OK, self._standing[request.path])
        handlers: list[tuple[str, re.Pattern[str], Callable[[Json, re.Match[str]], Response]]] = [
            ("POST", _CARDS, self._post),
            ("PATCH", _CARD, self._edit),
            ("DELETE", _CARD, self._delete),
            ("POST", _CALLBACK, self._call_back),
            ("PATCH", _ORIGINAL, self._edit_by_token),
            ("POST", _FOLLOW_UP, self._follow_up),
        ]
        for method, pattern, handle in handlers:
            match = pattern.fullmatch(request.path)
            if method == request.method and match:
                return handle(request.body, match)
        raise AssertionError(f"not in the script: {request.method} {request.path}")

    def _look(self) -> Response:
        there = [each for each in self.posted.values() if not each.is_gone and self.is_readable]
        own = {"author": self._standing["/users/@me"]}
        found = [message_of(each.message_id) | own | {"components": each.components} for each in there]
        return Response(_OK, found[::-1])

    def _post(self, body: Json, _: re.Match[str]) -> Response:
        posted = self._nonces.get(str(body["nonce"]))
        if posted is None:
            posted = Posted(self.new_id(), body["components"])
            self.posted[posted.message_id] = self._nonces[str(body["nonce"])] = posted
        return unknown_message() if posted.is_gone else Response(_OK, message_of(posted.message_id))

    def _edit(self, body: Json, match: re.Match[str]) -> Response:
        posted = self.posted[int(match["message"])]
        if posted.is_gone:
            return unknown_message()
        posted.components = body["components"]
        return Response(_OK, message_of(posted.message_id))

    def _delete(self, _: Json, match: re.Match[str]) -> Response:
        posted = self.posted[int(match["message"])]
        if posted.is_gone:
            return unknown_message()
        posted.is_gone = True
        return Response(_NO_CONTENT, None)

    def _call_back(self, body: Json, match: re.Match[str]) -> Response:
        interaction = self.interactions[match["token"]]
        if interaction.acknowledged:
            return refusal(400, 40060)
        if now() - interaction.at > _ACKNOWLEDGE:
            interaction.is_failed = True
            return refusal(404, 10062)
        if body["type"] == _UPDATE and interaction.source is not None:
            posted = self.posted.get(interaction.source)
            if posted is not None:
                if posted.is_gone:
                    interaction.attempts -= 1  # it answered nothing: another one has to
                    return unknown_message()
                posted.components = body["data"]["components"]
        else:
            interaction.shown.append(json.dumps(body.get("data"), ensure_ascii=False))
        interaction.is_about_card = body["type"] in (_LATER, _UPDATE)
        interaction.acknowledged += 1
        interaction.number = sum(each.acknowledged for each in self.interactions.values())
        return Response(_OK, {"interaction": {"id": str(interaction.interaction_id), "type": 3}})

    def _edit_by_token(self, body: Json, match: re.Match[str]) -> Response:
        interaction = self.interactions[match["token"]]
        if now() - interaction.at > _TOKEN:
            return refusal(401, 50027)
        if not interaction.acknowledged:
            return refusal(404, 10015)
        posted = self.posted.get(interaction.source or 0)
        if posted is None or posted.is_gone:
            return unknown_message()
        posted.components = body["components"]
        return Response(_OK, message_of(posted.message_id))

    def _follow_up(self, body: Json, match: re.Match[str]) -> Response:
        interaction = self.interactions[match["token"]]
        if now() - interaction.at > _TOKEN:
            return refusal(401, 50027)
        interaction.shown.append(json.dumps(body, ensure_ascii=False))
        return Response(_OK, message_of(self.new_id()))

    def _note_known(self, request: Request) -> None:
        if request.method == "GET":
            for posted in self.posted.values():
                posted.is_known |= self.is_readable
        elif request.method == "POST":
            self._nonces[str(request.body["nonce"])].is_known = True

    def _find_interaction(self, request: Request, pattern: re.Pattern[str]) -> SentInteraction | None:
        match = pattern.fullmatch(request.path)
        return self.interactions[match["token"]] if match else None
