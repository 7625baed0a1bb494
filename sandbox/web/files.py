"""The files that the page loads: its own, and the attachments of messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from sandbox.state.models import Attachment
from sandbox.state.simulation import Simulation

STATIC_FILES = Path(__file__).parent / "static"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_INLINE_TYPES = frozenset({"image/png", "image/gif", "image/jpeg", "image/webp"})


def not_found() -> web.Response:
    """Return a 404."""
    return web.Response(status=404, text="Not found.", headers=HEADERS)


def static_file(name: str) -> web.Response:
    """Return a file of the page; a 404 for anything outside its folder."""
    path = (STATIC_FILES / name.replace("\0", "")).resolve()
    content_type = _CONTENT_TYPES.get(path.suffix)
    if not path.is_relative_to(STATIC_FILES) or content_type is None or not path.is_file():
        return not_found()
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(body=path.read_bytes(), content_type=content_type, charset=charset, headers=HEADERS)


def attachment(simulation: Simulation, attachment_id: str, filename: str) -> web.Response:
    """Return a file of a message, a 404 if there is none."""
    for channel in simulation.world.channels():
        for message in channel.messages.values():
            for one in message.attachments:
                if str(one.id) == attachment_id and one.filename == filename:
                    return _download(one)
    return not_found()


def _download(file: Attachment) -> web.Response:
    """Send a file. Only pictures are shown inline: anything else could act as the page."""
    inline = file.content_type in _INLINE_TYPES
    headers = {
        **HEADERS,
        "Content-Type": file.content_type if inline else "application/octet-stream",
        "Content-Disposition": "inline" if inline else "attachment",
    }
    return web.Response(body=file.data, headers=headers)
