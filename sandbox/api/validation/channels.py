"""Schemas of channels, threads, permission overwrites and DMs.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.validation.schema import (
    Bitfield,
    Boolean,
    Integer,
    ListOf,
    Object,
    OneOf,
    Schema,
    Snowflake,
    Text,
)

_OVERWRITE = Object(
    {"id": Snowflake(), "type": OneOf({0, 1, "role", "member"}), "allow": Bitfield(), "deny": Bitfield()},
    ["id"],
)
OVERWRITE = Object({"type": OneOf({0, 1}), "allow": Bitfield(), "deny": Bitfield()}, ["type"])
_CHANNEL: Mapping[str, Schema] = {
    "name": Text(100, 1),
    "topic": Text(1024),
    "position": Integer(0, 2**31),
    "nsfw": Boolean(),
    "bitrate": Integer(8000, 96000),
    "user_limit": Integer(0, 99),
    "rate_limit_per_user": Integer(0, 21600),
    "parent_id": Snowflake(),
    "permission_overwrites": ListOf(_OVERWRITE, 100),
    "rtc_region": Text(64),
    "video_quality_mode": OneOf({1, 2}),
    "default_auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
    "default_thread_rate_limit_per_user": Integer(0, 21600),
}
CREATE_CHANNEL = Object({**_CHANNEL, "type": OneOf({0, 2, 4, 5, 13})}, ["name"])
EDIT_CHANNEL = Object({**_CHANNEL, "type": OneOf({0, 2, 4, 5, 13}), "flags": Integer()})
EDIT_THREAD = Object(
    {
        "name": Text(100, 1),
        "archived": Boolean(),
        "locked": Boolean(),
        "invitable": Boolean(),
        "auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
        "rate_limit_per_user": Integer(0, 21600),
        "flags": Integer(),
    }
)
_THREAD: Mapping[str, Schema] = {
    "name": Text(100, 1),
    "auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
    "rate_limit_per_user": Integer(0, 21600),
}
MESSAGE_THREAD = Object(_THREAD, ["name"])
CREATE_THREAD = Object({**_THREAD, "type": OneOf({10, 11, 12}), "invitable": Boolean()}, ["name"])
VOICE_STATUS = Object({"status": Text(500)})
OPEN_DM = Object({"recipient_id": Snowflake()}, ["recipient_id"])
