"""What did this person write themselves, and what did their mail program repeat or add?

Line by line and in one pass, so that no mail is slow. What stands between quotations is kept: many
people answer point by point. When in doubt a line is the writer's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from chalicelib.flows.mail_words import COLONS, FIELDS, FROM, OPENERS, SIGNED, VERBS

LONGEST_ATTRIBUTION: Final = 4
HEAD_LINES: Final = 6
LONGEST_MARK: Final = 1_000

_COLON: Final = "".join(COLONS)
_QUOTED: Final = re.compile(r"\s{0,3}>")
_RULED: Final = re.compile(r"\s*-{3,} ?[^\W\d_][^-]{2,40} ?-{3,}\s*")
_FIELD: Final = re.compile(
    rf"\s*\*{{0,2}}([^\s{_COLON}][^{_COLON}]{{0,24}}?)\*{{0,2}}\s?[{_COLON}]"
)
_WHEN: Final = re.compile(r"\d{1,2}[:.hч]\d{2}|\b\d{4}\b|\d{1,2}[./]\d{1,2}[./]\d{2}")
_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def own_words(text: str) -> str:
    """The writer's own lines, without quotations, the lines that announce them, and signatures."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = ("\n".join(_unsigned(each)).strip() for each in _between_quotations(_own_part(lines)))
    joined = "\n\n".join(each for each in kept if each)
    return re.sub(r"\n{3,}", "\n\n", joined)


def _own_part(lines: Sequence[str]) -> Sequence[str]:
    """What stands above the original, where that is repeated below without a mark on each line."""
    for at, line in enumerate(lines):
        if _RULED.fullmatch(_mark(line)) or _begins_a_head(lines, at):
            return lines[: _end(lines[:at], lambda line: not line.strip(" _*-"))]
        if _is_announcement(lines, at) and not _is_quotation_next(lines, at + 1):
            return lines[: _start_of_attribution(lines, at)]
    return lines


def _begins_a_head(lines: Sequence[str], at: int) -> bool:
    """Whether a repeated head begins here: From, and two more of its lines."""
    if _label(lines[at]) not in FROM:
        return False
    following = [_label(line) for line in lines[at + 1 : at + HEAD_LINES]]
    return sum(label in FIELDS for label in following) >= 2


def _label(line: str) -> str:
    found = _FIELD.match(_mark(line))
    return found[1].strip().lower().replace(" ", "") if found else ""


def _is_announcement(lines: Sequence[str], at: int) -> bool:
    """Whether this line ends what a mail program says above a quotation: who wrote, and when."""
    line = _mark(lines[at])
    if not line.endswith(COLONS):
        return False
    start = _start_of_attribution(lines, at)
    whole = " ".join(lines[start : at + 1])
    says_who = line.rstrip(f"{_COLON} ").lower().endswith(VERBS)
    return says_who and ("@" in whole or bool(_WHEN.search(whole)))


def _between_quotations(lines: Sequence[str]) -> Iterator[list[str]]:
    """Runs of lines that are not quoted, each without the attribution at its end."""
    run: list[str] = []
    for line in lines:
        if not _QUOTED.match(line):
            run.append(line)
        elif run:
            yield _unattributed(run)
            run = []
    yield run


def _unattributed(run: list[str]) -> list[str]:
    """The lines above a quotation, without those that say whose it is."""
    end = _end(run, lambda line: not line.strip())
    if not end or not _mark(run[end - 1]).endswith(COLONS):
        return run
    start = _start_of_attribution(run, end - 1)
    whole = " ".join(run[start:end])
    return run[:start] if "@" in whole or _WHEN.search(whole) else run


def _start_of_attribution(lines: Sequence[str], at: int) -> int:
    """Where the sentence begins that ends in this line; mail programs break it as they like."""
    for start in range(at, max(-1, at - LONGEST_ATTRIBUTION), -1):
        line = _mark(lines[start])
        if not line:
            break
        first = line.split()[0].rstrip(",").lower()
        is_dated = bool(_WHEN.search(line)) and "<" in line
        if is_dated or (first in OPENERS and _WHEN.search(" ".join(lines[start : at + 1]))):
            return start
    return at


def _is_quotation_next(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _unsigned(run: Sequence[str]) -> Sequence[str]:
    """The lines above a signature, and without what a telephone says of itself."""
    for at, line in enumerate(run):
        if line.rstrip() == "--":
            run = run[:at]
            break
    return run[: _end(run, _is_added)]


def _is_added(line: str) -> bool:
    """Whether nobody wrote this last line."""
    return not line.strip(" <>_*") or bool(SIGNED.match(_mark(line).strip(" <>_*")))


def _end(lines: Sequence[str], falls_away: Callable[[str], bool]) -> int:
    """How many lines stay when those at the end fall away."""
    end = len(lines)
    while end and falls_away(lines[end - 1]):
        end -= 1
    return end


def _mark(line: str) -> str:
    """The line as a mark of a mail program's may be read; what is too long is none."""
    return _INVISIBLE.sub("", line).strip() if len(line) <= LONGEST_MARK else ""
