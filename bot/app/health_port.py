"""The port of the health endpoints."""

import contextlib
import errno
from collections.abc import Awaitable, Callable

from bot.errors import ConfigurationError
from bot.observability.health import Health
from bot.settings import PREFIX, Settings

_TAKEN = "another program on this machine has this port: give each process of the bot its own"


class HealthPort:
    """Serves the health endpoints, if the settings name a port, whether the bot is connected or not."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._end: Callable[[], Awaitable[None]] | None = None

    async def try_to_open(self) -> None:
        """Open the port unless it is taken: by a process that is about to end, for example at an update."""
        with contextlib.suppress(ConfigurationError):
            await self.open()

    async def open(self) -> None:
        """Open the port, if it is not open yet. Raises ConfigurationError if it cannot be opened."""
        if not self._settings.health_port or self._end is not None:
            return
        try:
            self._end = await self._health.serve(
                str(self._settings.health_host), self._settings.health_port
            )
        except OSError as error:
            wrong = f"{PREFIX}HEALTH_HOST, {PREFIX}HEALTH_PORT"
            reason = _TAKEN if error.errno == errno.EADDRINUSE else error.strerror
            raise ConfigurationError(f"{wrong}: {reason}") from None

    async def close(self) -> None:
        """Close the port."""
        if self._end is not None:
            await self._end()
