"""The shapes of requests: messages, embeds, channels, events, threads.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.validation.schema import (
    Bits,
    Dict,
    Flag,
    Id,
    Many,
    Number,
    OneOf,
    Path,
    Problems,
    Record,
    Shape,
    Text,
    Unsupported,
    Whole,
)
from sandbox.state.components import MESSAGE_COMPONENTS, MODAL

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_EMBED_TEXT = 6000
LOCALES = frozenset(
    [
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "ru",
        "sv-SE",
        "th",
        "tr",
        "uk",
        "vi",
        "zh-CN",
        "zh-TW",
    ]
)

_URL = Text(2048)
_PICTURE = Record({"url": _URL, "width": Whole(), "height": Whole(), "proxy_url": _URL, "flags": Whole()})
EMBED = Record(
    {
        "type": Text(32),
        "title": Text(256),
        "description": Text(4096),
        "url": _URL,
        "timestamp": Text(64),
        "color": Whole(0, 0xFFFFFF),
        "flags": Whole(),  # discord.py sends it back; Discord takes it and does nothing
        "footer": Record({"text": Text(2048), "icon_url": _URL, "proxy_icon_url": _URL}),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "author": Record({"name": Text(256), "url": _URL, "icon_url": _URL, "proxy_icon_url": _URL}),
        "fields": Many(
            Record({"name": Text(256, 1), "value": Text(1024, 1), "inline": Flag()}, ("name", "value")),
            25,
        ),
    }
)
_ALLOWED_MENTIONS = Record(
    {
        "parse": Many(OneOf({"roles", "users", "everyone"}), 3),
        "roles": Many(Id(), 100),
        "users": Many(Id(), 100),
        "replied_user": Flag(),
    }
)
_ATTACHMENT = Record(
    {
        "id": Id(),
        "filename": Text(1024, 1),
        "description": Text(1024),
        "title": Text(1024),
        "is_spoiler": Flag(),
        # what an attachment object has besides, sent back when an edit keeps it
        "size": Whole(),
        "url": Text(4096),
        "proxy_url": Text(4096),
        "content_type": Text(256),
        "width": Whole(),
        "height": Whole(),
        "flags": Whole(),
        "spoiler": Flag(),
    },
    ["id"],
)
_MESSAGE: Mapping[str, Shape] = {
    "content": Text(2000),
    "embeds": Many(EMBED, 10),
    "allowed_mentions": _ALLOWED_MENTIONS,
    "components": MESSAGE_COMPONENTS,
    "attachments": Many(_ATTACHMENT, 10),
    "flags": Whole(0, 2**31),
    "poll": Unsupported("polls"),
}
_REFERENCE = Record(
    {
        "type": OneOf({0}),
        "message_id": Id(),
        "channel_id": Id(),
        "guild_id": Id(),
        "fail_if_not_exists": Flag(),
    },
    ["message_id"],
)


class _Nonce:
    """A string of at most 25 characters or an integer."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Check as text or, for an integer, not at all."""
        if not isinstance(value, int):
            Text(25).check(value, path, problems)


CREATE_MESSAGE = Record(
    {
        **_MESSAGE,
        "tts": Flag(),
        "nonce": _Nonce(),
        "enforce_nonce": Flag(),
        "message_reference": _REFERENCE,
        "sticker_ids": Unsupported("stickers"),
    }
)
EDIT_MESSAGE = Record({**_MESSAGE, "tts": Flag(), "sticker_ids": Unsupported("stickers")})
WEBHOOK_MESSAGE = Record({**_MESSAGE, "tts": Flag()})


class _ChoiceValue:
    """A string of at most 100 characters or a number."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Check as text, or as a number."""
        shape: Shape = Text(100) if isinstance(value, str) else Number()
        shape.check(value, path, problems)


CHOICE = Record(
    {
        "name": Text(100, 1),
        "name_localizations": Dict(LOCALES, Text(100, 1)),
        "value": _ChoiceValue(),
    },
    ("name", "value"),
)
CHOICES = Record({"choices": Many(CHOICE, 25)})
CALLBACK_DATA: Mapping[int, Shape] = {
    4: WEBHOOK_MESSAGE,
    5: Record({"flags": OneOf({0, 64}), "tts": Flag()}),
    6: Record({}),
    7: WEBHOOK_MESSAGE,
    8: CHOICES,
    9: MODAL,
}


_OVERWRITE = Record(
    {"id": Id(), "type": OneOf({0, 1, "role", "member"}), "allow": Bits(), "deny": Bits()}, ["id"]
)
OVERWRITE = Record({"type": OneOf({0, 1}), "allow": Bits(), "deny": Bits()}, ["type"])
_CHANNEL: Mapping[str, Shape] = {
    "name": Text(100, 1),
    "topic": Text(1024),
    "position": Whole(0, 2**31),
    "nsfw": Flag(),
    "bitrate": Whole(8000, 96000),
    "user_limit": Whole(0, 99),
    "rate_limit_per_user": Whole(0, 21600),
    "parent_id": Id(),
    "permission_overwrites": Many(_OVERWRITE, 100),
    "rtc_region": Text(64),
    "video_quality_mode": OneOf({1, 2}),
    "default_auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
    "default_thread_rate_limit_per_user": Whole(0, 21600),
}
CREATE_CHANNEL = Record({**_CHANNEL, "type": OneOf({0, 2, 4, 5, 13})}, ["name"])
EDIT_CHANNEL = Record({**_CHANNEL, "type": OneOf({0, 2, 4, 5, 13}), "flags": Whole()})
EDIT_THREAD = Record(
    {
        "name": Text(100, 1),
        "archived": Flag(),
        "locked": Flag(),
        "invitable": Flag(),
        "auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
        "rate_limit_per_user": Whole(0, 21600),
        "flags": Whole(),
    }
)
_THREAD: Mapping[str, Shape] = {
    "name": Text(100, 1),
    "auto_archive_duration": OneOf({60, 1440, 4320, 10080}),
    "rate_limit_per_user": Whole(0, 21600),
}
MESSAGE_THREAD = Record(_THREAD, ["name"])
CREATE_THREAD = Record({**_THREAD, "type": OneOf({10, 11, 12}), "invitable": Flag()}, ["name"])
VOICE_STATUS = Record({"status": Text(500)})
OPEN_DM = Record({"recipient_id": Id()}, ["recipient_id"])

_RECURRENCE = Record(
    {
        "start": Text(64),
        "end": Text(64),
        "frequency": OneOf({0, 1, 2, 3}),
        "interval": Whole(1, 2),
        "by_weekday": Many(OneOf(range(7)), 7),
        "by_n_weekday": Many(Record({"n": Whole(1, 5), "day": OneOf(range(7))}, ("n", "day")), 1),
        "by_month": Many(Whole(1, 12), 12),
        "by_month_day": Many(Whole(1, 31), 31),
    },
    ("start", "frequency"),
)
_EVENT: Mapping[str, Shape] = {
    "name": Text(100, 1),
    "description": Text(1000),
    "scheduled_start_time": Text(64),
    "scheduled_end_time": Text(64),
    "privacy_level": OneOf({2}),
    "entity_type": OneOf({1, 2, 3}),
    "channel_id": Id(),
    "entity_metadata": Record({"location": Text(100)}),
    "image": Unsupported("event images"),
    "recurrence_rule": _RECURRENCE,
}
CREATE_EVENT = Record(_EVENT, ("name", "scheduled_start_time", "privacy_level", "entity_type"))
EDIT_EVENT = Record({**_EVENT, "status": OneOf({1, 2, 3, 4})})
