"""A TCP proxy that can drop everything, as a network does when a host is cut off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65536


class Proxy:
    """Forwards connections to a port of this machine. While `is_cut`, nothing passes and nothing closes."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._passes = asyncio.Event()
        self._passes.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        """Drop what is sent from now on, and tell neither side."""
        self._passes.clear()

    def cut_present(self) -> None:
        """Drop what is sent on the present connections; new ones work."""
        self._passes.clear()
        self._passes = asyncio.Event()
        self._passes.set()

    def mend(self) -> None:
        """Let everything pass again."""
        self._passes.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection, both ways, until either side closes it or `close` is called."""
        here = asyncio.current_task()
        assert here is not None
        self._tasks.add(here)
        self._writers.append(writer)
        passes = self._passes
        with suppress(asyncio.CancelledError):  # by `close`; else asyncio logs it
            await passes.wait()
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.append(other_writer)
            await asyncio.gather(
                self._forward(reader, other_writer, passes), self._forward(other_reader, writer, passes)
            )

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while given := await reader.read(_CHUNK):
                await passes.wait()
                writer.write(given)
                await writer.drain()
        await passes.wait()
        writer.close()

    async def close(self) -> None:
        """Close every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    """Run a proxy to a port of this machine."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
