"""Native scheduled events: what Discord itself does with them when their time comes.

External events begin and end by the clock; voice events that nobody started are cancelled three hours
after their start. (Discord also ends a started one when its channel empties; the sandbox does not.)
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.state import payloads
from sandbox.state.models import EventStatus, ScheduledEvent

if TYPE_CHECKING:
    from sandbox.state.simulation import Core

EXTERNAL = 3
UNSTARTED_FOR = timedelta(hours=3)
OPEN = frozenset({EventStatus.SCHEDULED, EventStatus.ACTIVE})


def open_events(core: Core) -> list[ScheduledEvent]:
    """Every event that is scheduled or active, of every server."""
    found = [e for g in core.world.guilds.values() for e in g.events.values()]
    return [event for event in found if event.status in OPEN]


def moments(core: Core) -> list[datetime]:
    """Return the starts and ends that are still to come."""
    result = []
    for event in open_events(core):
        result.append(event.starts_at)
        if event.ends_at is not None:
            result.append(event.ends_at)
    return result


def _next_status(event: ScheduledEvent, now: datetime) -> EventStatus | None:
    if event.entity_type == EXTERNAL:
        if event.ends_at is not None and now >= event.ends_at:
            return EventStatus.COMPLETED
        if event.status == EventStatus.SCHEDULED and now >= event.starts_at:
            return EventStatus.ACTIVE
    elif event.status == EventStatus.SCHEDULED and now >= event.starts_at + UNSTARTED_FOR:
        return EventStatus.CANCELED
    return None


def advance(core: Core) -> None:
    """Bring every event to where it stands by now."""
    now = core.clock.now()
    for event in open_events(core):
        status = _next_status(event, now)
        if status is not None:
            change_status(core, event, status)


def change_status(core: Core, event: ScheduledEvent, status: EventStatus) -> None:
    """Set an event's status and tell the bot and the page; finished ones leave the list."""
    event.status = status
    data = payloads.event(core, event)
    core.dispatch("GUILD_SCHEDULED_EVENT_UPDATE", data, event.guild_id)
    if status not in OPEN:
        core.world.guilds[event.guild_id].events.pop(event.id, None)
    core.signal("state")
    core.alarm.rearm()


class Alarm:
    """Wakes `advance` when the next event is due in real time, and is set anew after each change."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._handle: asyncio.TimerHandle | None = None

    def rearm(self) -> None:
        """Set the timer to the next moment that matters."""
        self.stop()
        now = self._core.clock.now()
        later = [moment for moment in self._moments() if moment > now]
        if later:
            seconds = (min(later) - now).total_seconds()
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(min(seconds, 86_400), self.ring)

    def _moments(self) -> list[datetime]:
        cancels = [e.starts_at + UNSTARTED_FOR for e in open_events(self._core)]
        return moments(self._core) + cancels

    def ring(self) -> None:
        """Do what is due by now and set the timer anew."""
        advance(self._core)
        self.rearm()

    def stop(self) -> None:
        """Take the timer away."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
