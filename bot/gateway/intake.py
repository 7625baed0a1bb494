"""Takes interactions before discord.py parses them, and serves them as `admission` decides."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.errors import report
from bot.gateway.admission import ANSWER_SECONDS, Admission, Arrival, Verdict
from bot.observability.metrics import Metrics

Parse = Callable[[dict[str, Any]], None]
SendNotice = Callable[[dict[str, Any], Verdict], None]


class Intake:
    """Serves interactions by passing them to `parse`, discord.py's own parser.

    `send_notice` tells a member that an interaction of theirs was dropped; it must return at once.
    """

    def __init__(
        self, parse: Parse, send_notice: SendNotice, metrics: Metrics, wall_now: Callable[[], float]
    ) -> None:
        self.admission = Admission()
        self._parse = parse
        self._send_notice = send_notice
        self._metrics = metrics
        self._wall_now = wall_now
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def receive(self, payload: dict[str, Any]) -> None:
        """Serve an interaction, let it wait, or drop it.

        Raises KeyError, TypeError or ValueError if it names no member, and whatever the parser raises.
        """
        now = self._now()
        arrival = self.admission.read(payload, self._wall_now(), now)
        verdict = self.admission.offer(arrival, now)
        if verdict is Verdict.SERVE:
            self._serve(arrival)
        elif verdict is not Verdict.WAIT:
            self._drop(arrival, verdict)
        elif (dropped := self.admission.overflow()) is not None:
            self._drop(dropped, Verdict.BUSY)

    @property
    def is_busy(self) -> bool:
        """Whether an interaction is being served; while some wait, others are."""
        return bool(self._timers)

    def age(self, interaction_id: int) -> float:
        """Return how many seconds ago an interaction that is being served was made."""
        arrival = self.admission.served(interaction_id)
        return arrival.age(self._now()) if arrival else 0.0

    def finish(self, interaction_id: int) -> None:
        """Note that an interaction was answered, or will not be, and serve those that wait."""
        if not self.admission.finish(interaction_id, self._now()):
            return
        self._timers.pop(interaction_id).cancel()
        while (following := self.admission.next(self._now())) is not None:
            verdict, arrival = following
            if verdict is Verdict.SERVE:
                self._serve_next(arrival)
            else:
                self._drop(arrival, verdict)

    def _serve_next(self, arrival: Arrival) -> None:
        """Serve an interaction that waited, and log its errors: the caller is finishing another one."""
        try:
            self._serve(arrival)
        except Exception as error:  # noqa: BLE001 - others wait to be served
            report("parsing an interaction", error)

    def _serve(self, arrival: Arrival) -> None:
        """Parse an interaction, which starts its handler, and count it as answered after three seconds."""
        left = max(0.0, ANSWER_SECONDS - arrival.age(self._now()))
        loop, interaction_id = asyncio.get_running_loop(), arrival.interaction_id
        self._timers[interaction_id] = loop.call_later(left, self.finish, interaction_id)
        try:
            self._parse(arrival.payload)
        except BaseException:
            self.finish(interaction_id)
            raise

    def _drop(self, arrival: Arrival, verdict: Verdict) -> None:
        self._metrics.note_dropped(verdict.value)
        if verdict is not Verdict.OLD and self.admission.may_notice(arrival, self._now()):
            self._send_notice(arrival.payload, verdict)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
