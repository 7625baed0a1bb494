"""Files of messages: which uploads and earlier attachments a message keeps, and links to them."""

from __future__ import annotations

import mimetypes
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.state.components import walk
from sandbox.state.errors import invalid_field, refused
from sandbox.state.models import ATTACHMENT_LIMIT_BYTES, Attachment, Json, Message
from sandbox.state.simulation import Simulation
from sandbox.state.snowflakes import SnowflakeGenerator

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
_CONTENT_TYPES = {".json": "application/json", ".png": "image/png", ".txt": "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Upload:
    """One file of a request, `files[index]` in its form."""

    index: int
    filename: str
    data: bytes


def _image_size(data: bytes) -> tuple[int, int] | None:
    if data.startswith(_PNG) and len(data) >= 24:  # noqa: PLR2004 - signature, length, IHDR, size
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(_GIF) and len(data) >= 10:  # noqa: PLR2004 - signature and screen size
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return None


def _content_type(filename: str) -> str:
    known = _CONTENT_TYPES.get(filename[filename.rfind(".") :].lower())
    return known or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def merge(
    ids: SnowflakeGenerator, body: Json, uploads: Iterable[Upload], existing: Iterable[Attachment] = ()
) -> list[Attachment]:
    """Return a message's attachments after a request.

    New ones come from `uploads`, with the details in the body's `attachments`. The `existing` ones stay
    if the body lists them, or if it has no list. Raises `DiscordError` 40005 for a file above 10 MiB,
    50035 for an attachment without a file.
    """
    files = {upload.index: upload for upload in uploads}
    if any(len(upload.data) > ATTACHMENT_LIMIT_BYTES for upload in files.values()):
        raise refused(40005)
    by_id = {one.id: one for one in existing}
    listed = body.get("attachments")
    if listed is None:
        wanted: list[tuple[int, Json]] = [(index, {}) for index in files]
        result = list(by_id.values())
    else:
        wanted = [(int(one["id"]), one) for one in listed]
        result = []
    for position, (number, details) in enumerate(wanted):
        if number in by_id:
            by_id[number].description = details.get("description", by_id[number].description)
            result.append(by_id[number])
        elif number in files:
            result.append(_attachment(ids, files[number], details))
        else:
            raise invalid_field(f"attachments.{position}.id", "There is no such file.")
    return result


def _attachment(ids: SnowflakeGenerator, upload: Upload, details: Json) -> Attachment:
    name = re.sub(r"[^\w.\-]", "_", details.get("filename") or upload.filename)
    size = _image_size(upload.data)
    return Attachment(
        ids.next(),
        name,
        upload.data,
        _content_type(name),
        details.get("description"),
        size[0] if size else None,
        size[1] if size else None,
    )


def resolve_links(simulation: Simulation, message: Message) -> None:
    """Replace `attachment://` URLs in a message by its files' URLs, and complete its media objects.

    Raises `DiscordError` 50035 for the URL of a file that the message does not have.
    """
    files = {one.filename: one for one in message.attachments}
    parts = ("image", "thumbnail")
    for image in [e[name] for e in message.embeds for name in parts if e.get(name)]:
        _resolve_link(simulation, image, files)
    for _, one in walk(message.components):
        media = [item["media"] for item in one.get("items") or []]
        media += [one[name] for name in ("media", "file") if one.get(name)]
        for item in media:
            found = _resolve_link(simulation, item, files)
            item.setdefault("id", str(simulation.ids.next()))
            if found is not None and one.get("file") is item:
                one |= {"name": found.filename, "size": len(found.data)}


def _resolve_link(
    simulation: Simulation, media: Json, files: Mapping[str, Attachment]
) -> Attachment | None:
    before, _, name = str(media.get("url", "")).partition("attachment://")
    found = None
    if name and not before:
        found = files.get(name)
        if found is None:
            raise invalid_field("attachments", f"There is no file {name}.")
        media["url"] = f"{simulation.base_url}/sandbox/files/{found.id}/{name}"
    media["proxy_url"] = media.get("url", "")
    return found
