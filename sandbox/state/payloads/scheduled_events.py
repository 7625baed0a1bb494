"""Scheduled events as JSON."""

from __future__ import annotations

from sandbox.state.models import Json, ScheduledEvent
from sandbox.state.payloads.users import snowflake, timestamp, user
from sandbox.state.simulation import Simulation


def event(simulation: Simulation, one: ScheduledEvent, *, with_count: bool = False) -> Json:
    """Return a scheduled event object."""
    data: Json = {
        "id": str(one.id),
        "guild_id": str(one.guild_id),
        "channel_id": snowflake(one.channel_id),
        "creator_id": str(one.creator_id),
        "creator": user(simulation.world.users[one.creator_id]),
        "name": one.name,
        "description": one.description,
        "image": None,
        "scheduled_start_time": timestamp(one.starts_at),
        "scheduled_end_time": timestamp(one.ends_at),
        "privacy_level": 2,
        "status": int(one.status),
        "entity_type": one.entity_type,
        "entity_id": None,
        "entity_metadata": {"location": one.location} if one.location else None,
        "recurrence_rule": _recurrence(one.recurrence_rule),
        "guild_scheduled_event_exceptions": [],
    }
    return data | ({"user_count": len(one.interested)} if with_count else {})


def _recurrence(rule: Json | None) -> Json | None:
    """Return a recurrence rule with the fields that Discord always returns."""
    if rule is None:
        return None
    names = ("end", "by_weekday", "by_n_weekday", "by_month", "by_month_day", "by_year_day", "count")
    return {"interval": 1, **dict.fromkeys(names), **rule}
