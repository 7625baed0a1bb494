"""Message components as they are stored: their types, how to walk them, and the fields that Discord adds.

Source: Discord's "Component Reference".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.state.models import Json

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD = 17, 18, 19
RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 21, 22, 23
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})

Path = tuple[str, ...]

_DEFAULTS: Mapping[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    CONTAINER: {"accent_color": None, "spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
}


def walk(components: list[Json], path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Yield every component with its path, depth first."""
    for index, one in enumerate(components):
        here = (*path, str(index))
        yield here, one
        yield from walk(one.get("components") or [], (*here, "components"))
        for name in ("accessory", "component"):
            if one.get(name):
                yield (*here, name), one[name]


def texts(components: list[Json]) -> list[str]:
    """Return the text of every text display, in order."""
    return [one["content"] for _, one in walk(components) if one["type"] == TEXT_DISPLAY]


def add_defaults(components: list[Json]) -> None:
    """Add the fields that Discord always returns, in place."""
    for _, one in walk(components):
        for name, value in _DEFAULTS.get(one["type"], {}).items():
            if one.get(name) is None:
                one[name] = value
        if one["type"] in SELECTS:
            one.pop("required", None)  # means something only in modals
        for item in one.get("items") or []:
            item.setdefault("description", None)
            item.setdefault("spoiler", False)


def add_ids(components: list[Json]) -> None:
    """Give every component without an `id` a number, as Discord does, in place."""
    used = {one.get("id") for _, one in walk(components)}
    unused = (number for number in range(1, 10_000) if number not in used)
    for _, one in walk(components):
        if not one.get("id"):
            one["id"] = next(unused)
