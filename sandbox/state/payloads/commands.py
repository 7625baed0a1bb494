"""Application commands as JSON."""

from __future__ import annotations

from sandbox.state.models import Command, Json
from sandbox.state.simulation import Simulation


def command(simulation: Simulation, one: Command) -> Json:
    """Return an application command object."""
    data: Json = {
        "id": str(one.id),
        "application_id": str(simulation.world.app.id),
        "version": str(one.version),
        "type": one.type,
        "default_member_permissions": None,
        "nsfw": False,
        "name_localizations": None,
        "description_localizations": None,
        "description": "",
        "integration_types": [0],
        "contexts": None,
    } | one.data
    allowed = data["default_member_permissions"]
    data["default_member_permissions"] = None if allowed is None else str(allowed)
    data["options"] = data.get("options") or []
    data["type"] = one.type
    if one.guild_id is None and data.get("dm_permission") is None:
        data["dm_permission"] = True
    if one.guild_id is not None:
        data["guild_id"] = str(one.guild_id)
    return data


# https://docs.discord.com/developers/interactions/application-commands#localization-locale-fallbacks
_FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


def localised(one: Json, locale: str) -> Json:
    """Return a command, an option or a choice with its name and description as a reader sees them.

    They are in `name_localized` and `description_localized`, as in Discord's answers to a client.
    """
    shown = {key: value for key, value in one.items() if not key.endswith("_localizations")}
    for text in ("name", "description"):
        translated = one.get(f"{text}_localizations") or {}
        found = translated.get(locale) or translated.get(_FALLBACKS.get(locale, ""))
        if found:
            shown[f"{text}_localized"] = found
    for inside in ("options", "choices"):
        if one.get(inside):
            shown[inside] = [localised(each, locale) for each in one[inside]]
    return shown
