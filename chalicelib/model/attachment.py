"""Which files may come with a message, and what is kept and told of one?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

MOST_ATTACHMENTS: Final = 5
LONGEST_NAME: Final = 120
# As many bytes as every opening below can be judged by.
OPENING_BYTES: Final = 16

_ARCHIVE: Final = rb"PK\x03\x04"
# By type, what such a file begins with; plain text begins with anything. Nothing stands here that
# a browser would run: no HTML, no SVG, no XML.
OPENINGS: Final[Mapping[str, bytes]] = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
    "application/pdf": rb"%PDF-",
    "text/plain": rb"",
    "text/csv": rb"",
    "application/zip": _ARCHIVE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _ARCHIVE,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _ARCHIVE,
    "application/vnd.oasis.opendocument.text": _ARCHIVE,
    "application/vnd.oasis.opendocument.spreadsheet": _ARCHIVE,
}
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
USUAL_TYPES: Final = (*sorted(PICTURES), "application/pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message; `size` in bytes."""

    id: str
    name: str
    type: str
    size: int

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it in place; everything else is only ever saved."""
        return self.type in PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadAllowed:
    """A form to post one file with: `fields` first, the file last."""

    type: ClassVar[str] = "upload"
    conversation: str
    attachment: str
    url: str
    fields: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadAllowed:
    type: ClassVar[str] = "download"
    conversation: str
    number: int
    attachment: str
    url: str
    expires_at: datetime


def begins_as(type: str, opening: bytes) -> bool:
    """Whether the first bytes of a file are those of its type.

    >>> begins_as("image/png", b"<html>")
    False
    """
    return re.match(OPENINGS[type], opening, re.DOTALL) is not None
