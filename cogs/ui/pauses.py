"""The lines that say that moderators pause a server."""

from bot.servers.model import Guild
from bot.texts.catalogue import Say


def paused_line(guild: Guild, say: Say) -> str:
    """Return the line for a server that is paused, or an empty text for others."""
    if guild.paused_at is None:
        return ""
    return say("pause.on_until", until=guild.resumes_at) if guild.resumes_at else say("pause.on")


def checkins_paused_line(guild: Guild, say: Say) -> str:
    """Return the line for a member's check-ins in a server that is paused, or an empty text."""
    if guild.paused_at is None:
        return ""
    return (
        say("pause.checkins_until", until=guild.resumes_at) if guild.resumes_at else say("pause.checkins")
    )
