"""Run the sandbox until it is interrupted. Any bot can connect to the URLs that it prints."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from sandbox.server import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8400, help="port on 127.0.0.1; 0 for any")
    parser.add_argument("--app-name", default="Alongside", help="the bot's name")
    return parser.parse_args()


async def _run(port: int, app_name: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    async with Sandbox(port=port, app_name=app_name) as box:
        lines = {
            "page": box.page_url,
            "rest": box.api_url,
            "gateway": box.gateway_url,
            "clock": box.clock_url,
            "token": box.token,
        }
        for name, value in lines.items():
            sys.stdout.write(f"{name} {value}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> int:
    """Run the sandbox and return the exit code: 2 if the port is taken."""
    arguments = _arguments()
    try:
        asyncio.run(_run(arguments.port, arguments.app_name))
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on port {arguments.port}: {error.strerror}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
