"""Garbage collection while the bot serves: objects that stay for as long as it is connected are left out.

A full collection stops the event loop for as long as it takes to look at every object: 440 ms with 10,000
servers. Nearly all of these objects stay. So one full collection runs in each new session, when Discord
has listed the servers; later ones skip what was there then.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from bot.gateway.client import Client


@contextmanager
def skipping_what_stays(client: Client) -> Iterator[None]:
    """Each time the client has learned its servers, leave all present objects out of later collections."""

    async def on_ready() -> None:
        _freeze()

    async def on_shard_ready(_: int) -> None:
        if client.is_ready():  # else `ready` follows, after the last shard
            _freeze()

    client.add_listener(on_ready)
    client.add_listener(on_shard_ready)
    try:
        yield
    finally:
        gc.unfreeze()


def _freeze() -> None:
    gc.unfreeze()  # the servers of an earlier session are garbage now
    gc.collect()
    gc.freeze()
