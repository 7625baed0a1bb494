"""Health over HTTP, on loopback: `/healthz` (the process answers), `/readyz` (Discord is connected)."""

from collections.abc import Callable
from typing import TypeAlias

from aiohttp import web

HOST = "127.0.0.1"

Check: TypeAlias = Callable[[], bool]


async def serve(port: int, is_ready: Check) -> web.AppRunner:
    """Serve on `port` until the returned runner's `cleanup()`. Raises OSError if the port is taken."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(text="ready\n") if is_ready() else web.Response(text="not ready\n", status=503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return runner
