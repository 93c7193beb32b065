"""What would a person read in this HTML, as plain lines?

What is quoted comes out behind `>`, as in a text mail, so that one reader of quotations is enough.
"""

import re
from html.parser import HTMLParser
from typing import Final

LINES: Final = frozenset(
    {
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section"),
        *("table", "tr", "ul"),
    }
)
VOID: Final = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        "wbr",
    }
)
UNREAD: Final = frozenset(("head", "script", "style", "template", "title"))
# Marks that mail programs put on what their user did not write.
SIGNATURES: Final = ("gmail_signature", "ms-outlook-mobile-signature", "signature")
ORIGINALS: Final = ("divrplyfwdmsg", "appendonsend", "yahoo_quoted", "protonmail_quote")
ORIGINAL: Final = "-----Original-----"
# Nobody quotes deeper; each level is two more characters on every line.
DEEPEST: Final = 20
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_HAS_LETTER: Final = re.compile(r"[0-9A-Za-z]")


def as_text(html: str) -> str:
    """The lines of a page; whatever is wrong with its tags, something comes out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects lines; `_skipping` is the tag of an element nobody reads, and how deep we are.

    A line grows in pieces, so that one which never ends costs no more than its length.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._is_begun = False
        self._depth = 0
        self._skipping = ""
        self._skipped = 0
        self._preformatted = 0
        self._link: tuple[str, int, int] | None = None

    def text(self) -> str:
        lines = [*self._lines, "".join(self._pieces)]
        return "\n".join(line.strip() for line in lines).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if self._skipping:
            self._skipped += tag == self._skipping
        elif _is_unread(tag, known):
            self._skip(tag)
        else:
            self._begin(tag, known)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            self._skipped -= tag == self._skipping
            if self._skipped == 0:
                self._skipping = ""
            return
        if tag in LINES and tag != "br":
            self._new_line()
        if tag == "blockquote":
            self._quote(-1)
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag == "a" and self._link is not None:
            self._end_link(*self._link)

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        if self._preformatted:
            first, *others = data.split("\n")
            self._write(first)
            for line in others:
                self._break()
                self._write(line)
            return
        text = _SPACES.sub(" ", data)
        ends_in_space = bool(self._pieces) and self._pieces[-1].endswith(" ")
        self._write(text.lstrip() if ends_in_space else text)

    def _begin(self, tag: str, known: dict[str, str]) -> None:
        marks = _marks(known)
        if any(original in mark for mark in marks for original in ORIGINALS):
            self._new_line()
            self._write(ORIGINAL)
            self._break()
        if tag == "br":
            self._break()
        elif tag in LINES:
            self._new_line()
            self._begin_block(tag, marks)
        elif tag == "a":
            self._link = (known.get("href", ""), len(self._lines), len(self._pieces))
        elif tag == "img" and not _HAS_LETTER.search(known.get("alt", "")):
            # An emoji that was sent as a picture; other pictures' words are not the writer's.
            self._write(known.get("alt", ""))

    def _begin_block(self, tag: str, marks: list[str]) -> None:
        match tag:
            case "p" if "msonormal" not in marks:
                self._blank_line()
            case "blockquote":
                self._quote(1)
            case "li":
                self._write("- ")
            case "pre":
                self._preformatted += 1

    def _skip(self, tag: str) -> None:
        if tag not in VOID:
            self._skipping, self._skipped = tag, 1

    def _end_link(self, address: str, line: int, piece: int) -> None:
        self._link = None
        written = "".join(self._pieces[piece:]) if line == len(self._lines) else ""
        if address.startswith(("https://", "http://")) and address.rstrip("/") not in written:
            self._write(f" ({address})")

    def _write(self, text: str) -> None:
        if not text:
            return
        self._pieces.append(text.replace("\xa0", " "))
        self._is_begun = self._is_begun or bool(text.strip())

    def _new_line(self) -> None:
        if self._is_begun:
            self._break()

    def _blank_line(self) -> None:
        if self._lines and self._lines[-1].strip(" >"):
            self._break()

    def _break(self) -> None:
        self._lines.append("".join(self._pieces))
        self._start()

    def _quote(self, deeper: int) -> None:
        """Go into a quotation or out of it; nothing is written on this line yet."""
        self._depth = min(DEEPEST, max(0, self._depth + deeper))
        self._start()

    def _start(self) -> None:
        self._pieces = ["> " * self._depth] if self._depth else []
        self._is_begun = False


def _marks(known: dict[str, str]) -> list[str]:
    return f"{known.get('class', '')} {known.get('id', '')}".lower().split()


def _is_unread(tag: str, known: dict[str, str]) -> bool:
    is_hidden = bool(_HIDDEN.search(known.get("style", "")))
    return tag in UNREAD or is_hidden or any(mark in SIGNATURES for mark in _marks(known))
