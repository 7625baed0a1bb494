"""The connection to Discord: its addresses, and why it ended."""

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import ConfigurationError
from bot.settings import Settings

_TRANSIENT = (  # connecting again can help
    aiohttp.ClientError,
    OSError,
    discord.HTTPException,
    discord.ConnectionClosed,
    discord.GatewayNotFound,
)
_FATAL = {  # close codes of the gateway after which connecting again cannot help
    4010: "ALONGSIDE_SHARD_COUNT: Discord knows no such shard",
    4011: "ALONGSIDE_SHARD_COUNT: this bot is in so many servers that Discord wants shards; "
    "`alongside check` tells how many",
    4012: "Discord does not speak this version of its gateway any more: use a newer Alongside",
    4013: "Discord does not know the intents that this version asks for: use a newer Alongside",
    4014: "Discord does not allow the intents that this bot asks for, though none is privileged: look "
    "whether the application was restricted in the developer portal",
}


def set_discord_urls(settings: Settings) -> None:
    """Make discord.py use the settings' addresses, by its attributes: it has no option for that."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot never joins voice
    Route.BASE = str(settings.discord_api_url).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(str(settings.discord_gateway_url))


async def connect(client: discord.Client, settings: Settings) -> None:
    """Log in and stay connected until the client is closed.

    Raises discord.LoginFailure for a token that Discord does not accept, and aiohttp's or discord.py's
    errors where Discord cannot be reached.
    """
    await client.start(settings.discord_token.get_secret_value())


def describe_failure(error: BaseException | None) -> str:
    """Return one line that says why the connection ended, if trying again can help.

    Raises ConfigurationError if it cannot.
    """
    if isinstance(error, discord.LoginFailure):
        raise ConfigurationError("ALONGSIDE_DISCORD_TOKEN is not accepted by Discord") from None
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise ConfigurationError(_FATAL[4014]) from None
    if isinstance(error, discord.ConnectionClosed) and error.code in _FATAL:
        raise ConfigurationError(_FATAL[error.code]) from None
    if isinstance(error, _TRANSIENT):
        return f"Discord cannot be reached ({type(error).__name__})"
    if error is not None:
        raise error
    return "the connection to Discord ended"
