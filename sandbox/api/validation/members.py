"""The schema of a request that changes a member. Source: Discord's API description."""

from __future__ import annotations

from sandbox.api.validation.schema import Object, Text, Unsupported

EDIT_OWN_MEMBER = Object({"nick": Text(32)})
EDIT_MEMBER = Object(
    {
        "communication_disabled_until": Text(64),
        "nick": Unsupported("changes of nicknames by bots"),
        "roles": Unsupported("changes of roles by bots"),
        "mute": Unsupported("server mutes"),
        "deaf": Unsupported("server deafening"),
        "channel_id": Unsupported("moves of members by bots"),
    }
)
