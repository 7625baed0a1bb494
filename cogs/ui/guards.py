"""The guards of `bot.gateway.interactions` under their former name; import them from there."""

from bot.gateway.interactions import anyone, check_server, guarded, guild_id_of, in_server, manager

__all__ = ["anyone", "check_server", "guarded", "guild_id_of", "in_server", "manager"]
