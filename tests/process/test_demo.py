"""The demo as a process: it starts, listens on this machine alone, and leaves no files or processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.process.launching import environment, names

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


def children(process_id: int) -> list[int]:
    """Return the ids of a process's children."""
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
    return [int(each) for each in listed.split()]


def runs(process_id: int) -> bool:
    """Return whether a process with the id exists and is not a zombie."""
    status = Path(f"/proc/{process_id}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


async def test_the_demo_shows_one_address_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Settings of another bot are present here; the demo uses none of them."""
    place, temporary = tmp_path / "production", tmp_path / "temporary"
    place.mkdir()
    temporary.mkdir()
    (place / ".env").write_text("ALONGSIDE_LOG_FORMAT=none-that-there-is\n")
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--port",
        "0",
        env=environment({"SHARD_COUNT": "many"}) | {"TMPDIR": str(temporary)},
        cwd=place,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert demo.stdout is not None
    assert demo.stderr is not None
    try:
        async with asyncio.timeout(30):
            said = (await demo.stdout.readuntil(b"Stop with")).decode()
        (address,) = re.findall(r"http\S+", said)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        async with aiohttp.ClientSession() as session, session.get(address) as page:
            assert page.status == 200
            assert "text/html" in page.headers["Content-Type"]
        bot = children(demo.pid)
        assert len(bot) == 1
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does for Ctrl-C: to all of them
        async with asyncio.timeout(30):
            complained = (await demo.stderr.read()).decode()
            assert await demo.wait() == 0
    finally:
        if demo.returncode is None:
            os.killpg(demo.pid, signal.SIGKILL)
            await demo.wait()
    assert "Traceback" not in complained
    assert not any(runs(each) for each in bot)
    assert names(temporary) == []
    assert names(place) == [".env"]
