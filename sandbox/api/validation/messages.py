"""What Discord accepts as a message: its schemas and the rules that span several fields.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.validation import component_rules
from sandbox.api.validation.components import MESSAGE_COMPONENTS
from sandbox.api.validation.schema import (
    Boolean,
    Integer,
    ListOf,
    Object,
    OneOf,
    Problems,
    Schema,
    Snowflake,
    Text,
    UnknownFields,
    Unsupported,
)
from sandbox.state.components import Path
from sandbox.state.errors import invalid_field
from sandbox.state.models import Json, MessageFlag

MAX_EMBED_TEXT = 6000
SETTABLE_FLAGS = int(
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)
# Responses to interactions can be ephemeral too.
RESPONSE_FLAGS = SETTABLE_FLAGS | int(MessageFlag.EPHEMERAL)

_URL = Text(2048)
_PICTURE = Object(
    {"url": _URL, "width": Integer(), "height": Integer(), "proxy_url": _URL, "flags": Integer()}
)
EMBED = Object(
    {
        "type": Text(32),
        "title": Text(256),
        "description": Text(4096),
        "url": _URL,
        "timestamp": Text(64),
        "color": Integer(0, 0xFFFFFF),
        "flags": Integer(),  # discord.py sends it back; Discord takes it and does nothing
        "footer": Object({"text": Text(2048), "icon_url": _URL, "proxy_icon_url": _URL}),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "author": Object({"name": Text(256), "url": _URL, "icon_url": _URL, "proxy_icon_url": _URL}),
        "fields": ListOf(
            Object({"name": Text(256, 1), "value": Text(1024, 1), "inline": Boolean()}, ("name", "value")),
            25,
        ),
    }
)
_ALLOWED_MENTIONS = Object(
    {
        "parse": ListOf(OneOf({"roles", "users", "everyone"}), 3),
        "roles": ListOf(Snowflake(), 100),
        "users": ListOf(Snowflake(), 100),
        "replied_user": Boolean(),
    }
)
_ATTACHMENT = Object(
    {
        "id": Snowflake(),
        "filename": Text(1024, 1),
        "description": Text(1024),
        "title": Text(1024),
        "is_spoiler": Boolean(),
        # what an attachment object has besides, sent back when an edit keeps it
        "size": Integer(),
        "url": Text(4096),
        "proxy_url": Text(4096),
        "content_type": Text(256),
        "width": Integer(),
        "height": Integer(),
        "flags": Integer(),
        "spoiler": Boolean(),
    },
    ["id"],
)
_MESSAGE: Mapping[str, Schema] = {
    "content": Text(2000),
    "embeds": ListOf(EMBED, 10),
    "allowed_mentions": _ALLOWED_MENTIONS,
    "components": MESSAGE_COMPONENTS,
    "attachments": ListOf(_ATTACHMENT, 10),
    "flags": Integer(0, 2**31),
    "poll": Unsupported("polls"),
}
_REFERENCE = Object(
    {
        "type": OneOf({0}),
        "message_id": Snowflake(),
        "channel_id": Snowflake(),
        "guild_id": Snowflake(),
        "fail_if_not_exists": Boolean(),
    },
    ["message_id"],
)


class _Nonce:
    """A string of at most 25 characters or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Check as text or, for an integer, not at all."""
        if not isinstance(value, int):
            Text(25).check(value, path, problems)


CREATE_MESSAGE = Object(
    {
        **_MESSAGE,
        "tts": Boolean(),
        "nonce": _Nonce(),
        "enforce_nonce": Boolean(),
        "message_reference": _REFERENCE,
        "sticker_ids": Unsupported("stickers"),
    }
)
EDIT_MESSAGE = Object({**_MESSAGE, "tts": Boolean(), "sticker_ids": Unsupported("stickers")})
DELETE_MESSAGES = Object({"messages": ListOf(Snowflake(), 100, 2, unique=True)}, ["messages"])
WEBHOOK_MESSAGE = Object({**_MESSAGE, "tts": Boolean()})


def check_message(
    schema: Schema,
    body: Json,
    unknown_fields: UnknownFields,
    *,
    flags: int,
    settable_flags: int = SETTABLE_FLAGS,
) -> None:
    """Raise `DiscordError` 50035 if the body is invalid; `flags` are the message's after the request."""
    problems = Problems(unknown_fields)
    schema.check(body, (), problems)
    problems.raise_if_any()
    _check_allowed_mentions(body.get("allowed_mentions"))
    asked = body.get("flags") or 0
    if asked & ~settable_flags:
        problems.add(("flags",), "BITFIELD_TYPE", f"Flags {asked & ~settable_flags} cannot be set here.")
    v2 = bool(flags & MessageFlag.COMPONENTS_V2)
    component_rules.check_message_components(body.get("components") or [], problems, v2=v2)
    if v2:
        for name in ("content", "embeds"):
            if body.get(name):
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                problems.add((name,), code, text)
    _check_embeds(body.get("embeds") or [], problems)
    problems.raise_if_any()


def _check_embeds(embeds: list[Json], problems: Problems) -> None:
    size = 0
    for embed in embeds:
        size += len(embed.get("title") or "") + len(embed.get("description") or "")
        size += len((embed.get("footer") or {}).get("text") or "")
        size += len((embed.get("author") or {}).get("name") or "")
        size += sum(len(f["name"]) + len(f["value"]) for f in embed.get("fields") or [])
    if size > MAX_EMBED_TEXT:
        text = f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", text)


def _check_allowed_mentions(allowed: Json | None) -> None:
    for name in ("users", "roles"):
        if allowed and name in (allowed.get("parse") or []) and allowed.get(name):
            text = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            raise invalid_field("allowed_mentions", text, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")
