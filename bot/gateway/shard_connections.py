"""Connections of several shards, each of which begins, ends and comes back without waiting for the others.

discord.py launches shards one after another, and reconnects one at a time. Here each shard has a task that
connects it. `bot.gateway.identify_gate` decides when a shard may start a session.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any

from discord.gateway import ReconnectWebSocket
from discord.shard import EventItem, EventType, Shard

from bot.errors import HeldConnectionError
from bot.scheduling.backoff import ExponentialBackoff

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)  # after a failed launch
_HELD_SECONDS = 5.0  # after a session start that has to wait for those of other shards


class ShardConnection(Shard):
    """The connection of one shard. It reconnects without making the other shards wait."""

    _connecting: asyncio.Task[None] | None = None

    async def reidentify(self, exc: ReconnectWebSocket) -> None:
        """Begin to connect again, as Discord asked or after an end of the connection."""
        self._begin(super().reidentify(exc))

    async def reconnect(self) -> None:
        """Begin to connect again after a failed attempt.

        Resumes, if there is a session; discord.py would start a new one, of which there are few in a day.
        """
        self._begin(super().reidentify(ReconnectWebSocket(self.id, resume=True)))

    async def close(self) -> None:
        """Close, also while connecting."""
        if self._connecting is not None:
            self._connecting.cancel()
        await super().close()

    async def _handle_disconnect(self, e: Exception) -> None:
        """See discord.py. A session start that has to wait is no error."""
        if not isinstance(e, HeldConnectionError):
            await super()._handle_disconnect(e)
            return
        log.info("shard %s connects again in %.0f s: %s", self.id, _HELD_SECONDS, e)
        await asyncio.sleep(_HELD_SECONDS)
        self._queue_put(EventItem(EventType.reconnect, self, e))

    def _begin(self, connecting: Coroutine[Any, Any, None]) -> None:
        self._connecting = asyncio.create_task(connecting)


async def launch_all(
    shard_ids: Iterable[int], key_of: Callable[[int], int], launch: Callable[[int], Awaitable[None]]
) -> None:
    """Launch shards: those of different keys at the same time, those of one key one after another.

    A shard that fails is tried again after the others of its key, for as long as it takes.
    """
    lanes: dict[int, deque[int]] = {}
    for shard_id in shard_ids:
        lanes.setdefault(key_of(shard_id), deque()).append(shard_id)
    async with asyncio.TaskGroup() as group:
        for lane in lanes.values():
            group.create_task(_launch_lane(lane, launch))


async def _launch_lane(lane: deque[int], launch: Callable[[int], Awaitable[None]]) -> None:
    pauses = ExponentialBackoff(_FIRST_PAUSE, _LONGEST_PAUSE)
    while lane:
        shard_id = lane.popleft()
        try:
            await launch(shard_id)
        except Exception as error:  # noqa: BLE001 - the boundary: as in discord.py, any failure may pass
            lane.append(shard_id)
            pause = pauses.after(timedelta()).total_seconds()
            why = str(error) if isinstance(error, HeldConnectionError) else type(error).__name__
            log.warning("shard %s does not connect (%s); trying again in %.0f s", shard_id, why, pause)
            await asyncio.sleep(pause)
        else:
            pauses = ExponentialBackoff(_FIRST_PAUSE, _LONGEST_PAUSE)
