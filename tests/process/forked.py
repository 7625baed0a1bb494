"""A bot that the fork server started: what `asyncio.subprocess.Process` has, as far as the tests use it."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

_ENDS_READING_WITHIN_SECONDS = 1.0  # once the process has ended; another may hold its streams


class ForkServer:
    """The process that imported the bot, from this process's side."""

    running: ClassVar[ForkServer | None] = None

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.process.fork_server"], stdin=theirs.fileno(), env=environment
            )

    def close(self) -> None:
        """End it. Bots that it started run on."""
        self._requests.close()
        self._process.wait()

    async def start(
        self,
        folder: Path,
        environment: Mapping[str, str],
        arguments: Sequence[str],
        file_bytes: int = resource.RLIM_INFINITY,
        code: str = "",
    ) -> Forked:
        """Start a bot. See `launch` of `tests.process.launching`."""
        asked = {
            "folder": str(folder),
            "environment": dict(environment),
            "arguments": list(arguments),
            "file_bytes": file_bytes,
            "code": code,
        }
        (output, to_output), (errors, to_errors) = os.pipe(), os.pipe()
        reports, to_reports = socket.socketpair()
        given = to_output, to_errors, to_reports.detach()
        socket.send_fds(self._requests, [json.dumps(asked).encode()], given)
        for each in given:
            os.close(each)
        reader, writer = await asyncio.open_unix_connection(sock=reports)
        return Forked(
            int(await reader.readline()), reader, writer, await _Stream.of(output), await _Stream.of(errors)
        )


class _Stream(asyncio.StreamReaderProtocol):
    """What a process writes."""

    transport: asyncio.ReadTransport

    def __init__(self) -> None:
        self.read = asyncio.StreamReader()
        self.has_ended = asyncio.Event()
        super().__init__(self.read)

    @classmethod
    async def of(cls, file: int) -> _Stream:
        """Return the stream of a file descriptor, which is closed at the end."""
        self = cls()
        self.transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: self, os.fdopen(file, "rb")
        )
        return self

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process closed its end."""
        super().connection_lost(exc)
        self.has_ended.set()

    async def close(self) -> None:
        """Close it once all is read."""
        try:
            async with asyncio.timeout(_ENDS_READING_WITHIN_SECONDS):
                await self.has_ended.wait()
        except TimeoutError:
            self.transport.close()


class Forked:
    """A bot's process."""

    def __init__(
        self,
        pid: int,
        reports: asyncio.StreamReader,
        connection: asyncio.StreamWriter,
        output: _Stream,
        errors: _Stream,
    ) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout, self.stderr = output.read, errors.read
        self._streams = output, errors
        self._connection = connection
        self._end = asyncio.create_task(self._wait(reports))

    async def wait(self) -> int:
        """Wait for the end; return the exit code."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        """Return what it wrote, once it has ended."""
        said, complained = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return said, complained

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    async def _wait(self, reports: asyncio.StreamReader) -> int:
        code = int(await reports.readline())
        self._connection.close()
        for each in self._streams:
            await each.close()
        self.returncode = code
        return code
