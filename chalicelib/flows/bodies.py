"""Which of a mail's parts did its writer mean to be read, and what is in them as text?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final, TypeAlias

from chalicelib.flows.html_text import as_text
from chalicelib.flows.mailed_files import file_of
from chalicelib.model.inbound import MailedFile

DEEPEST: Final = 20
SIGNATURES: Final = ("pgp-signature", "pkcs7-signature", "x-pkcs7-signature")
# Codecs that read text and nothing else: Python also has some that unpack, and some that are slow.
CHARSETS: Final = re.compile(
    r"utf-?8|utf-?16(-?[bl]e)?|utf-7|(us-)?ascii|iso[-_]?8859[-_]\d{1,2}|windows-\d{3,4}|cp\d{3,5}|"
    r"koi8-[rut]|gb2312|gbk|gb18030|big5(-?hkscs)?|euc-?(jp|kr)|shift[-_]jis|iso-2022-(jp|kr)(-\d)?|"
    r"macintosh|mac-?roman|tis-620|latin-?\d"
)
# As browsers read them: what is declared is often a smaller set than what is meant.
MEANT: Final = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "macintosh": "mac-roman",
}
# A file, and the marks that stand for it in the text.
Picture: TypeAlias = tuple[MailedFile, tuple[str, str]]
_QUOTES: Final = re.compile(r"(?:> ?)*")


@dataclass(frozen=True, slots=True)
class Body:
    """The text to be read, and the files that came with it.

    `pictures` are those that the text itself shows, each with the marks it stands for there.
    """

    text: str
    files: tuple[MailedFile, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def files_with(self, words: str) -> tuple[MailedFile, ...]:
        """The files, and the pictures that these words show: a logo below them is none."""
        shown = (file for file, marks in self.pictures if any(mark in words for mark in marks))
        return (*self.files, *shown)


def body_of(message: Message) -> Body:
    """What there is to read; raises RecursionError when parts lie in parts without end."""
    return _body(message, 0)


def _body(part: Message, depth: int) -> Body:
    if depth > DEEPEST:
        raise RecursionError
    if part.get_content_type() == "message/rfc822":
        return Body("", (file_of(part),))
    if part.is_multipart():
        bodies = [_body(each, depth + 1) for each in _parts(part)]
        if part.get_content_subtype() == "alternative":
            return _first_with_words(bodies)
        joined = "\n\n".join(each.text for each in bodies if each.text.strip())
        files = tuple(file for each in bodies for file in each.files)
        pictures = tuple(picture for each in bodies for picture in each.pictures)
        return Body(joined, files, (*pictures, *_pictures(part)))
    return _leaf(part)


def _parts(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        is_related = part.get_content_subtype() == "related"
        for each in payload:
            if isinstance(each, Message) and not (is_related and "Content-ID" in each):
                yield each


def _pictures(part: Message) -> Iterator[Picture]:
    """The pictures that a text shows, and how mail programs mark them in its plain form."""
    payload = part.get_payload()
    if part.get_content_subtype() == "related" and isinstance(payload, list):
        for each in payload:
            if isinstance(each, Message) and "Content-ID" in each:
                file, id = file_of(each), str(each["Content-ID"]).strip(" <>")
                yield file, (f"[image: {file.name}]", f"[cid:{id}]")


def _first_with_words(bodies: list[Body]) -> Body:
    """Of the same words in several forms the plainest; what came with any of them came."""
    files = max((each.files for each in bodies), key=len, default=())
    pictures = max((each.pictures for each in bodies), key=len, default=())
    text = next((each.text for each in bodies if each.text.strip()), "")
    return Body(text, files, pictures)


def _leaf(part: Message) -> Body:
    kind, subtype = part.get_content_maintype(), part.get_content_subtype()
    if kind == "multipart":
        # It says that it has parts, and has none: what there is, is text.
        kind, subtype = "text", "plain"
    is_file = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    if kind != "text" or is_file or subtype not in ("plain", "html"):
        return Body("", () if subtype in SIGNATURES else (file_of(part),))
    text = _decoded(part)
    if subtype == "html":
        return Body(as_text(text))
    return Body(_unfolded(text, part) if part.get_param("format") == "flowed" else text)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    named = str(part.get_content_charset() or "ascii")
    charset = MEANT.get(named, named)
    for each in (charset, "utf-8"):
        if each in MEANT.values() or CHARSETS.fullmatch(each):
            try:
                return data.decode(each)
            except (UnicodeError, LookupError):
                continue
    return data.decode("cp1252", "replace")


def _unfolded(text: str, part: Message) -> str:
    """The lines as they were before the mail program broke them (RFC 3676)."""
    joins = str(part.get_param("delsp", "no")).lower() == "yes"
    lines: list[list[str]] = []
    open_quotes: str | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        quotes = _quotes(line)
        content = line[len(quotes) :] if quotes else line.removeprefix(" ")
        is_soft = _is_soft(content)
        kept = content[:-1] if joins and is_soft else content
        if open_quotes == quotes:
            lines[-1].append(kept)
        else:
            lines.append([quotes, kept])
        open_quotes = quotes if is_soft else None
    return "\n".join("".join(pieces) for pieces in lines)


def _quotes(line: str) -> str:
    found = _QUOTES.match(line)
    return found[0] if found else ""


def _is_soft(content: str) -> bool:
    """Whether a line goes on in the next; the mark of a signature does not."""
    return content.endswith(" ") and content.strip(" ") not in ("", "--")
