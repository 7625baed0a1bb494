"""Metrics for Prometheus: latencies, counts and delays. No label names a person, a server or a channel.

The client, the database and the worker record them; services know nothing of metrics. This is the only
module that imports prometheus_client. What all processes read from the database they share is named
`alongside_deployment_...`: take the largest of it. Everything else is of one process: add it up.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Literal, TypeAlias, get_args

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.shards import ShardRange

InteractionKind: TypeAlias = Literal["command", "completion", "component", "form", "other"]

_ANSWER_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_LAG_SECONDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 600.0, 3600.0)
_REQUEST_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_DATABASE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)


@dataclass(frozen=True, slots=True)
class DeploymentVitals:
    """Values of the whole deployment, which each process that serves reads from the shared database."""

    live_sessions: int = 0
    backlog: int = 0
    backlog_age: float = 0.0
    sending_stopped: bool = False  # by an operator


@dataclass(frozen=True, slots=True)
class Vitals:
    """Values that are read when Prometheus fetches the metrics. Ages and latencies are in seconds."""

    connected: bool
    heartbeat: float
    disk_free: float  # bytes
    standing_by: bool = False  # while others serve all shards
    serving: ShardRange | None = None  # None: this process does not serve
    deployment: DeploymentVitals = DeploymentVitals()  # of all processes


class Metrics:
    """What was measured since the process started."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # each counter would have one more series
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._received = self._counter("interactions", "Interactions received and not dropped", "kind")
        self._answers = self._counter("interactions_answered", "Interactions with a first answer", "kind")
        for kind in get_args(InteractionKind):  # at 0 from the start: a rate misses a series' first value
            self._received.labels(kind)
            self._answers.labels(kind)
        self._dropped = self._counter("interactions_dropped", "Interactions that were not served", "reason")
        self._undelivered = self._counter(
            "answers_undelivered", "Answers that Discord did not accept or confirm", "reason"
        )
        for reason in ("member", "busy", "old"):
            self._dropped.labels(reason)
        for reason in ("late", "elsewhere", "lost", "dismissed", "interrupted"):
            self._undelivered.labels(reason)
        self._answered = self._histogram(
            "interaction_answer_seconds",
            "From the making of an interaction to its first answer",
            _ANSWER_SECONDS,
            "kind",
            "name",
        )
        self._refused = self._counter("refusals", "Requests that the rules turned down", "place")
        self._lag = self._histogram("due_lag_seconds", "From due to begun", _LAG_SECONDS, "kind")
        self._acted = self._counter("due_actions", "What was due and is acted on", "kind", "outcome")
        self._requested = self._histogram(
            "discord_request_seconds",
            "Requests to Discord, until their answer",
            _REQUEST_SECONDS,
            "method",
            "route",
            "status",
        )
        self._limited = self._counter("discord_rate_limits", "Answers 429 by Discord", "scope")
        self._slots = self._histogram(
            "slot_wait_seconds", "Waiting for the next slot of a limit", _REQUEST_SECONDS, "limit"
        )
        self._database = self._histogram(
            "database_seconds", "Reads, and writes from waiting to durable", _DATABASE_SECONDS, "what"
        )
        self._gateway = self._counter("gateway_events", "Changes of gateway connections", "event")
        self._dms = self._counter("dm_openings", "Requests to open a member's direct messages")
        self._dm_limit = self._gauge(
            "deployment_dm_openings_per_minute", "How many of these a minute are allowed, of all processes"
        )
        self._errors = self._counter("errors", "Lines of the log at ERROR or above")
        self._connected = self._gauge("gateway_connected", "1 while every gateway connection is open")
        self._heartbeat = self._gauge("gateway_heartbeat_seconds", "How long Discord took for a heartbeat")
        self._standing_by = self._gauge("standing_by", "1 while others serve and it can take over")
        self._serving = self._gauge("serving", "1 for the first shard that it serves", "first_shard")
        self._disk_free = self._gauge("disk_free_bytes", "What the disk of the database has left")
        self._ranges = self._gauge("deployment_shard_ranges", "How many processes have to serve")
        self._sessions = self._gauge("deployment_live_sessions", "Sessions that are open")
        self._backlog = self._gauge("deployment_due_backlog", "What is due and not begun")
        self._backlog_age = self._gauge(
            "deployment_due_backlog_age_seconds", "How long the first of them is due"
        )
        self._sending_stopped = self._gauge(
            "deployment_sending_stopped", "1 while an operator stops all sending"
        )
        # Every tap needs these series: finding one by its labels takes longer than counting.
        self._received_of, self._answers_of = cache(self._received.labels), cache(self._answers.labels)
        self._answered_of, self._requested_of = cache(self._answered.labels), cache(self._requested.labels)
        self._database_of, self._slots_of = cache(self._database.labels), cache(self._slots.labels)
        for limit in ("requests", "sends", "identify"):
            self._slots_of(limit)

    def note_received(self, kind: InteractionKind) -> None:
        """Count an interaction by its kind."""
        self._received_of(kind).inc()

    def note_answered(self, kind: InteractionKind, name: str, seconds: float) -> None:
        """Record the first answer to an interaction; `name` is that of the command or route."""
        self._answers_of(kind).inc()
        self._answered_of(kind, name).observe(seconds)

    def note_dropped(self, reason: str) -> None:
        """Count an interaction that was dropped."""
        self._dropped.labels(reason).inc()

    def note_undelivered(self, reason: str) -> None:
        """Count an answer that Discord did not accept."""
        self._undelivered.labels(reason).inc()

    def note_refused(self, key: str) -> None:
        """Count a refusal by the catalogue key of its text."""
        self._refused.labels(key).inc()

    def note_action(self, kind: str, outcome: str, lag: timedelta) -> None:
        """Record the outcome of a due action, and how late it began."""
        self._acted.labels(kind, outcome).inc()
        self._lag.labels(kind).observe(max(0.0, lag.total_seconds()))

    def note_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Record a request to Discord by the template of its route."""
        self._requested_of(method, route, status).observe(seconds)

    def note_limited(self, scope: str) -> None:
        """Count a request that Discord rate-limited."""
        self._limited.labels(scope).inc()

    def note_slot(self, limit: str, seconds: float) -> None:
        """Record how long something waited for a slot of a limit, such as `requests` or `sends`."""
        self._slots_of(limit).observe(seconds)

    def note_database(self, what: str, seconds: float) -> None:
        """Record how long a read or a write took."""
        self._database_of(what).observe(seconds)

    def note_dm_opening(self) -> None:
        """Count a request to open a member's direct messages."""
        self._dms.inc()

    def note_dm_limit(self, per_minute: int) -> None:
        """Record how many requests to open direct messages a minute are allowed, of all processes."""
        self._dm_limit.set(per_minute)

    def note_shard_ranges(self, count: int) -> None:
        """Record into how many ranges the deployment's shards are divided, for a process each."""
        self._ranges.set(count)

    def note_gateway(self, event: str) -> None:
        """Count that a gateway connection was made, resumed or lost, or that an event could not be read."""
        self._gateway.labels(event).inc()

    def error_counter(self) -> logging.Handler:
        """Return a log handler that counts the lines at ERROR or above."""
        return _ErrorCounter(self._errors)

    def render(self, vitals: Vitals) -> bytes:
        """Return everything in Prometheus' text format."""
        self._connected.set(vitals.connected)
        self._heartbeat.set(vitals.heartbeat)
        self._disk_free.set(vitals.disk_free)
        self._standing_by.set(vitals.standing_by)
        self._serving.clear()
        if vitals.serving is not None:
            self._serving.labels(str(vitals.serving.first)).set(1)
        self._sessions.set(vitals.deployment.live_sessions)
        self._backlog.set(vitals.deployment.backlog)
        self._backlog_age.set(vitals.deployment.backlog_age)
        self._sending_stopped.set(vitals.deployment.sending_stopped)
        return generate_latest(self._registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"alongside_{name}", about, labels, registry=self._registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"alongside_{name}", about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"alongside_{name}", about, labels, buckets=buckets, registry=self._registry)


class _ErrorCounter(logging.Handler):
    def __init__(self, errors: Counter) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, _: logging.LogRecord) -> None:
        self._errors.inc()


__all__ = ["CONTENT_TYPE", "DeploymentVitals", "Metrics", "Vitals"]
