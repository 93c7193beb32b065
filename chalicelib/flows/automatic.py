"""Did a person write this mail, and is the sender who they say?

Our mail meets holiday notices, mailing lists and other robots; whoever answers them starts a loop.
Headers only, in the order in which a reader would look.
"""

import re
from collections.abc import Collection
from email.message import Message
from typing import Final

from chalicelib.flows.mail_words import ABSENT
from chalicelib.model.inbound import Refusal

MOST_HOPS: Final = 30
# SES writes its own findings above whatever the sender had put in the head.
JUDGE: Final = "amazonses.com"
ROBOTS: Final = frozenset(
    {
        *("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"),
        *("bounce", "bounces", "listserv", "majordomo"),
    }
)
MARKS: Final = (
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply-From",
    "List-Id",
    "List-Unsubscribe",
    "Feedback-ID",
)
BULK: Final = frozenset(("bulk", "list", "junk", "auto_reply"))
_RESULT: Final = re.compile(r"\b(spf|dkim|dmarc)=([a-z]+)", re.IGNORECASE)


def objection(
    message: Message, sender: str, subject: str, own_domains: Collection[str]
) -> Refusal | None:
    """Why this mail is not a person's own, if something speaks against it."""
    if _came_round(message, sender, own_domains):
        return Refusal.LOOP
    if message.get_content_type() == "multipart/report":
        return Refusal.REPORT
    if _is_robot(message, sender, subject):
        return Refusal.AUTOMATIC
    return _verdict(message)


def _came_round(message: Message, sender: str, own_domains: Collection[str]) -> bool:
    """Our own mail has come back, or this one has travelled too far."""
    name = str(message.get("Message-ID", "")).strip().rstrip(">").lower()
    own = {domain.lower() for domain in own_domains}
    is_ours = name.rpartition("@")[2] in own or sender.rpartition("@")[2].lower() in own
    return is_ours or len(message.get_all("Received", [])) > MOST_HOPS


def _is_robot(message: Message, sender: str, subject: str) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in BULK
        or any(mark in message for mark in MARKS)
        or str(message.get("Return-Path", "")).replace(" ", "") == "<>"
        or sender.partition("@")[0].lower() in ROBOTS
        or bool(ABSENT.match(subject))
    )


def _verdict(message: Message) -> Refusal | None:
    """What SES found: without its word, nothing is believed."""
    if _failed(message, "X-SES-Virus-Verdict"):
        return Refusal.VIRUS
    if _failed(message, "X-SES-Spam-Verdict"):
        return Refusal.SPAM
    judged = str(message.get("Authentication-Results", ""))
    if judged.partition(";")[0].strip().lower() != JUDGE:
        return Refusal.SPOOFED
    # The first of each kind: a second signature of somebody else's changes nothing.
    found: dict[str, str] = {}
    for kind, result in _RESULT.findall(judged):
        found.setdefault(kind.lower(), result.lower())
    if found.get("dmarc") == "fail" or "pass" not in (found.get("spf"), found.get("dkim")):
        return Refusal.SPOOFED
    return None


def _failed(message: Message, header: str) -> bool:
    return str(message.get(header, "")).strip().upper() == "FAIL"
