"""Schemas of scheduled events.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.validation.schema import (
    Integer,
    ListOf,
    Object,
    OneOf,
    Schema,
    Snowflake,
    Text,
    Unsupported,
)

_RECURRENCE = Object(
    {
        "start": Text(64),
        "end": Text(64),
        "frequency": OneOf({0, 1, 2, 3}),
        "interval": Integer(1, 2),
        "by_weekday": ListOf(OneOf(range(7)), 7),
        "by_n_weekday": ListOf(Object({"n": Integer(1, 5), "day": OneOf(range(7))}, ("n", "day")), 1),
        "by_month": ListOf(Integer(1, 12), 12),
        "by_month_day": ListOf(Integer(1, 31), 31),
    },
    ("start", "frequency"),
)
_EVENT: Mapping[str, Schema] = {
    "name": Text(100, 1),
    "description": Text(1000),
    "scheduled_start_time": Text(64),
    "scheduled_end_time": Text(64),
    "privacy_level": OneOf({2}),
    "entity_type": OneOf({1, 2, 3}),
    "channel_id": Snowflake(),
    "entity_metadata": Object({"location": Text(100)}),
    "image": Unsupported("event images"),
    "recurrence_rule": _RECURRENCE,
}
CREATE_EVENT = Object(_EVENT, ("name", "scheduled_start_time", "privacy_level", "entity_type"))
EDIT_EVENT = Object({**_EVENT, "status": OneOf({1, 2, 3, 4})})
