"""Which fields of a server's channels, roles and threads are read, by discord.py or by the bot.

Everything else is left out before discord.py sees it. The values of a field are checked together, since a
server may have thousands. Source of the names: Discord's "Guild", "Channel" and "Role" resources; of what
discord.py needs: `_update` and `_from_data` of its classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Json = dict[str, Any]
Columns: TypeAlias = dict[str, list[Any]]
Check: TypeAlias = Callable[[list[Any]], bool]
Table: TypeAlias = Mapping[str, Check]

_LONGEST_ID = 19  # digits
_VOICE_TYPES = {2, 13}  # voice and stage channels


def pick(given: Any, table: Table) -> Columns | None:  # noqa: ANN401 - JSON of any shape
    """Return the table's fields of a list of objects, a list for each field; None stands for no value.

    Returns None if anything looks unusual: then discord.py has to decide whether it can be read.
    """
    if not isinstance(given, list) or not _are_of(given, dict):
        return None
    columns = {name: [each.get(name) for each in given] for name in table}
    return columns if all(check(columns[name]) for name, check in table.items()) else None


def channels(given: Any) -> Columns | None:  # noqa: ANN401 - JSON of any shape
    """Return what is read of a server's channels, as `pick` does."""
    columns = pick(given, _CHANNEL)
    if columns is None:
        return None
    voice = [place for place, kind in enumerate(columns["type"]) if kind in _VOICE_TYPES]
    needed = [columns[name][place] for name in ("bitrate", "user_limit") for place in voice]
    return None if None in needed else columns


def _are_of(values: list[Any], *kinds: type) -> bool:
    return set(map(type, values)) <= set(kinds)


def _are_digits(values: list[Any]) -> bool:
    try:
        together = "".join(values)
    except TypeError:
        return False
    return not values or ("" not in values and together.isascii() and together.isdecimal())


def _are_ids(values: list[Any]) -> bool:
    return _are_digits(values) and max(map(len, values), default=0) <= _LONGEST_ID


def _are_own_ids(values: list[Any]) -> bool:
    return _are_ids(values) and len(set(values)) == len(values)


def _are_ids_or_none(values: list[Any]) -> bool:
    return _are_ids([each for each in values if each is not None])


def _are_numbers(values: list[Any]) -> bool:
    return _are_of(values, int)


def _are_numbers_or_none(values: list[Any]) -> bool:
    return _are_of(values, int, type(None))


def _are_texts(values: list[Any]) -> bool:
    return _are_of(values, str)


def _are_switches(values: list[Any]) -> bool:
    return _are_of(values, bool)


def _are_overwrites(values: list[Any]) -> bool:
    return (
        _are_of(values, list) and pick([each for value in values for each in value], _OVERWRITE) is not None
    )


def _are_metadata(values: list[Any]) -> bool:
    return pick(values, _METADATA) is not None


_OVERWRITE: Table = {"id": _are_ids, "type": _are_numbers, "allow": _are_digits, "deny": _are_digits}
_METADATA: Table = {
    "archived": _are_switches,
    "auto_archive_duration": _are_numbers,
    "archive_timestamp": _are_texts,
}
_CHANNEL: Table = {
    "id": _are_own_ids,
    "type": _are_numbers,
    "name": _are_texts,
    "position": _are_numbers,
    "parent_id": _are_ids_or_none,
    "permission_overwrites": _are_overwrites,
    "bitrate": _are_numbers_or_none,
    "user_limit": _are_numbers_or_none,
}
ROLE: Table = {
    "id": _are_own_ids,
    "name": _are_texts,
    "permissions": _are_digits,
    "position": _are_numbers,
    "managed": _are_switches,
}
THREAD: Table = {
    "id": _are_own_ids,
    "type": _are_numbers,
    "name": _are_texts,
    "parent_id": _are_ids,
    "owner_id": _are_ids,
    "message_count": _are_numbers,
    "member_count": _are_numbers,
    "thread_metadata": _are_metadata,
}
GUILD = (
    *("id", "name", "owner_id", "preferred_locale", "member_count", "unavailable"),
    *("roles", "channels", "threads", "members", "voice_states", "guild_scheduled_events"),
)
