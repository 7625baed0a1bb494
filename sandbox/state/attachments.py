"""Files that come with requests: which belongs to which attachment, and what they are."""

from __future__ import annotations

import mimetypes
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.state.components import walk
from sandbox.state.errors import ApiError, invalid_field
from sandbox.state.models import Attachment, Json
from sandbox.state.payloads import ATTACHMENT_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.state.models import Message
    from sandbox.state.simulation import Core
    from sandbox.state.snowflakes import Mint

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
_TYPES = {".json": "application/json", ".png": "image/png", ".txt": "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Upload:
    """One file of a multipart request: `files[index]`."""

    index: int
    filename: str
    data: bytes


def _size_of_image(data: bytes) -> tuple[int, int] | None:
    if data.startswith(_PNG) and len(data) >= 24:  # noqa: PLR2004 - signature, length, IHDR, size
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(_GIF) and len(data) >= 10:  # noqa: PLR2004 - signature and screen size
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return None


def _content_type(filename: str) -> str:
    known = _TYPES.get(filename[filename.rfind(".") :].lower())
    return known or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def gather(
    mint: Mint, body: Json, uploads: Iterable[Upload], kept: Iterable[Attachment] = ()
) -> list[Attachment]:
    """Return a message's attachments after a request.

    New ones come from `uploads`, described by the body's `attachments`; of those that the message
    has (`kept`) stay the ones that the body names, or all if it has no such list.
    Raises `ApiError` 40005 for a file above 10 MiB, 50035 for an attachment without a file.
    """
    files = {upload.index: upload for upload in uploads}
    if any(len(upload.data) > ATTACHMENT_LIMIT_BYTES for upload in files.values()):
        raise ApiError(413, 40005, "Request entity too large")
    have = {one.id: one for one in kept}
    listed = body.get("attachments")
    if listed is None:
        named: list[tuple[int, Json]] = [(index, {}) for index in files]
        result = list(have.values())
    else:
        named = [(int(one["id"]), one) for one in listed]
        result = []
    for position, (number, about) in enumerate(named):
        if number in have:
            have[number].description = about.get("description", have[number].description)
            result.append(have[number])
        elif number in files:
            result.append(_attachment(mint, files[number], about))
        else:
            raise invalid_field(f"attachments.{position}.id", "There is no such file.")
    return result


def _attachment(mint: Mint, upload: Upload, about: Json) -> Attachment:
    name = re.sub(r"[^\w.\-]", "_", about.get("filename") or upload.filename)
    size = _size_of_image(upload.data)
    return Attachment(
        mint.next(),
        name,
        upload.data,
        _content_type(name),
        about.get("description"),
        size[0] if size else None,
        size[1] if size else None,
    )


def link(core: Core, message: Message) -> None:
    """Point `attachment://` addresses in a message at its files, and complete its media objects.

    Raises `ApiError` 50035 for an address of a file that the message does not have.
    """
    files = {one.filename: one for one in message.attachments}
    parts = ("image", "thumbnail")
    for place in [e[name] for e in message.embeds for name in parts if e.get(name)]:
        _resolve(core, place, files)
    for _, one in walk(message.components):
        media = [item["media"] for item in one.get("items") or []]
        media += [one[name] for name in ("media", "file") if one.get(name)]
        for place in media:
            found = _resolve(core, place, files)
            place.setdefault("id", str(core.mint.next()))
            if found is not None and one.get("file") is place:
                one |= {"name": found.filename, "size": len(found.data)}


def _resolve(core: Core, place: Json, files: Mapping[str, Attachment]) -> Attachment | None:
    scheme, _, name = str(place.get("url", "")).partition("attachment://")
    found = None
    if name and not scheme:
        found = files.get(name)
        if found is None:
            raise invalid_field("attachments", f"There is no file {name}.")
        place["url"] = f"{core.base_url}/sandbox/files/{found.id}/{name}"
    place["proxy_url"] = place.get("url", "")
    return found
