"""Scheduled events of servers: created, changed, deleted, followed, and started and ended by the clock.

Like Discord, start and end external events on time, cancel a voice event that nobody started three
hours after its start, and end a started one a few minutes after the last person left its channel. Discord
documents no number for the minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.state import payloads
from sandbox.state.models import EventStatus, Guild, Json, ScheduledEvent, User
from sandbox.state.simulation import Simulation

EXTERNAL = 3  # entity type
CANCELED_AFTER = timedelta(hours=3)
ENDS_AFTER_EMPTY = timedelta(minutes=5)
OPEN = frozenset({EventStatus.SCHEDULED, EventStatus.ACTIVE})


def open_events(simulation: Simulation) -> list[ScheduledEvent]:
    """Return the scheduled and active events of all servers."""
    events = [e for g in simulation.world.guilds.values() for e in g.events.values()]
    return [event for event in events if event.status in OPEN]


def scheduled_times(simulation: Simulation) -> list[datetime]:
    """Return the starts and ends of all open events."""
    events = open_events(simulation)
    return [e.starts_at for e in events] + [e.ends_at for e in events if e.ends_at is not None]


def next_due(simulation: Simulation) -> datetime | None:
    """Return the next time at which `advance` has something to do, None if there is none."""
    times = scheduled_times(simulation)
    events = open_events(simulation)
    times += [event.starts_at + CANCELED_AFTER for event in events]
    times += [e.emptied_at + ENDS_AFTER_EMPTY for e in events if e.emptied_at is not None]
    now = simulation.clock.now()
    return min((moment for moment in times if moment > now), default=None)


def _next_status(event: ScheduledEvent, now: datetime) -> EventStatus | None:
    if event.entity_type == EXTERNAL:
        if event.ends_at is not None and now >= event.ends_at:
            return EventStatus.COMPLETED
        if event.status == EventStatus.SCHEDULED and now >= event.starts_at:
            return EventStatus.ACTIVE
    elif event.status == EventStatus.SCHEDULED and now >= event.starts_at + CANCELED_AFTER:
        return EventStatus.CANCELED
    elif event.emptied_at is not None and now >= event.emptied_at + ENDS_AFTER_EMPTY:
        return EventStatus.COMPLETED
    return None


def note_voice(simulation: Simulation, guild: Guild) -> None:
    """Note which channels of started events are empty now that someone has joined, moved or left."""
    occupied = {state.channel_id for state in guild.voice.values()}
    for event in [e for e in guild.events.values() if e.status == EventStatus.ACTIVE]:
        if event.channel_id in occupied:
            event.was_visited, event.emptied_at = True, None
        elif event.was_visited and event.emptied_at is None:
            event.emptied_at = simulation.clock.now()
    simulation.alarm.rearm()


def advance(simulation: Simulation) -> None:
    """Start, end and cancel the events that are due."""
    now = simulation.clock.now()
    for event in open_events(simulation):
        status = _next_status(event, now)
        if status is not None:
            change_status(simulation, event, status)


def add(simulation: Simulation, event: ScheduledEvent) -> None:
    """Add a new event to its server."""
    simulation.world.guilds[event.guild_id].events[event.id] = event
    _emit(simulation, "GUILD_SCHEDULED_EVENT_CREATE", event)


def change_status(simulation: Simulation, event: ScheduledEvent, status: EventStatus) -> None:
    """Set an event's status and emit the event as it is now; completed and canceled ones are removed."""
    event.status = status
    guild = simulation.world.guilds[event.guild_id]
    if status not in OPEN:
        guild.events.pop(event.id, None)
    note_voice(simulation, guild)
    _emit(simulation, "GUILD_SCHEDULED_EVENT_UPDATE", event)


def delete(simulation: Simulation, event: ScheduledEvent) -> None:
    """Delete an event."""
    del simulation.world.guilds[event.guild_id].events[event.id]
    _emit(simulation, "GUILD_SCHEDULED_EVENT_DELETE", event)


def _emit(simulation: Simulation, name: str, event: ScheduledEvent) -> None:
    simulation.dispatch(name, payloads.event(simulation, event), event.guild_id)
    simulation.notify("state")
    simulation.alarm.rearm()


def set_interest(simulation: Simulation, event: ScheduledEvent, user: User, *, interested: bool) -> None:
    """Mark a user as interested in an event or not."""
    if interested == (user.id in event.interested):
        return
    (event.interested.add if interested else event.interested.discard)(user.id)
    data: Json = {
        "guild_scheduled_event_id": str(event.id),
        "user_id": str(user.id),
        "guild_id": str(event.guild_id),
    }
    name = f"GUILD_SCHEDULED_EVENT_USER_{'ADD' if interested else 'REMOVE'}"
    simulation.dispatch(name, data, event.guild_id)
    simulation.notify("state")
