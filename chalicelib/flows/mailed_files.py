"""Which file is this part of a mail, under which name, and of which type?

Names and types are the sender's own words: what is said here is only what they claim. The bytes are
read as they are, and judged by whoever keeps the file.
"""

import re
import unicodedata
from email.header import decode_header
from email.message import Message
from typing import Final

from chalicelib.model.attachment import LONGEST_NAME
from chalicelib.model.inbound import MailedFile
from chalicelib.model.reading import BIDIRECTIONAL

ANYTHING: Final = "application/octet-stream"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
# What a name says where the mail program does not know the type.
BY_ENDING: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "odt": f"{_OPEN_DOCUMENT}.text",
    "ods": f"{_OPEN_DOCUMENT}.spreadsheet",
}
# Other names of the same types.
MEANT: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "text/comma-separated-values": "text/csv",
}
_NAMELESS: Final = "file"
# The first ending of each type; a mail within a mail has one too.
_ENDINGS: Final = {
    **{type: ending for ending, type in reversed(BY_ENDING.items())},
    "message/rfc822": "eml",
}


def file_of(part: Message) -> MailedFile:
    """A part as the file it is; a mail within a mail is one without bytes."""
    payload = part.get_payload(decode=True)
    name = _name(part)
    return MailedFile(
        name=name,
        type=_type(part.get_content_type(), name),
        content=payload if isinstance(payload, bytes) else b"",
    )


def words(value: object) -> str:
    """A header's words, its encoded ones read."""
    found = []
    for part, charset in decode_header(str(value)):
        if isinstance(part, bytes):
            # Where it is not UTF-8, any Latin reading shows most of it.
            is_utf8 = (charset or "ascii").lower() in ("utf-8", "ascii", "us-ascii")
            part = part.decode("utf-8" if is_utf8 else "latin-1", "replace")
        found.append(part)
    return "".join(found)


def _name(part: Message) -> str:
    """One line, without the folders it came from; cut in the middle, so that its ending stays."""
    line = " ".join("".join(filter(_is_shown, words(part.get_filename() or ""))).split())
    name = re.split(r"[/\\]", line)[-1].strip(" .")
    if not name:
        ending = _ENDINGS.get(_type(part.get_content_type(), ""))
        return f"{_NAMELESS}.{ending}" if ending else _NAMELESS
    if len(name) > LONGEST_NAME:
        ending = name[-20:]
        name = f"{name[: LONGEST_NAME - len(ending) - 1]}…{ending}"
    return name


def _is_shown(character: str) -> bool:
    is_control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return not is_control and character not in BIDIRECTIONAL


def _type(said: str, name: str) -> str:
    if said == ANYTHING:
        return BY_ENDING.get(name.rpartition(".")[2].lower(), said)
    return MEANT.get(said, said)
