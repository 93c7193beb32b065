"""AWS tells of mail: what came in, and what became of what went out.

Counted and noted in one line each, by reason: no address, no subject, no word of anybody's.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from chalicelib.errors import Invalid, NotFound
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.model.reading import identifier
from chalicelib.services.mail import suppressions
from chalicelib.services.ports import Ports
from chalicelib.web.encoding import parse_moment

Count = Callable[[str, int], None]

# A bounce that SES is not sure of counts as one that may pass.
KINDS: Final[Mapping[tuple[str, str], NewsKind]] = {
    ("Delivery", ""): NewsKind.DELIVERED,
    ("Bounce", "Permanent"): NewsKind.BOUNCED,
    ("Bounce", "Transient"): NewsKind.SOFT_BOUNCED,
    ("Bounce", "Undetermined"): NewsKind.SOFT_BOUNCED,
    ("Complaint", ""): NewsKind.COMPLAINED,
}
# Somebody took the mail out of the junk again, and their provider says so.
NO_COMPLAINT: Final = "not-spam"


def receive(ports: Ports, event: Mapping[str, Any], count: Count) -> dict[str, str]:
    """A mail lies in the bucket (an event of S3, by way of EventBridge); what became of it."""
    # A reader of mail costs a cold start 10 ms that only the function which takes mail should pay.
    from chalicelib.services.conversation import inbound

    kept = event["detail"]["object"]
    try:
        refusal = inbound.receive(ports, kept["key"], kept["size"])
    except NotFound:
        # Handed over again after it was removed: the days it is kept for are over.
        outcome = "gone"
    else:
        outcome = "received" if refusal is None else f"refused_{refusal}"
    count(f"mail_{outcome}", 1)
    return {"outcome": outcome}


def hear(ports: Ports, event: Mapping[str, Any], topic: str, count: Count) -> dict[str, str]:
    """SES tells by SNS what became of mails; anything that is not its own is passed over.

    SNS itself vouches for the event: nobody else may invoke the function.
    """
    outcomes = [_heard(ports, record.get("Sns", {}), topic) for record in event["Records"]]
    for outcome in outcomes:
        count(f"mail_{outcome}", 1)
    return {"outcome": " ".join(outcomes)}


def _heard(ports: Ports, message: Mapping[str, Any], topic: str) -> str:
    if message.get("TopicArn") != topic:
        return "news_foreign"
    try:
        news = _news(json.loads(message["Message"]))
    except (Invalid, LookupError, TypeError, ValueError, AttributeError):
        # SES itself says hello once in a form of its own, and may learn new kinds of news.
        return "news_unread"
    try:
        suppressions.hear(ports, news)
    except NotFound:
        return "news_of_nothing"
    return news.kind.value


def _news(document: Mapping[str, Any]) -> MailNews:
    """One message of an event destination; anything else raises one of the errors of reading."""
    kind = str(document["eventType"])
    mail = document["mail"]
    told = document[kind.lower()]
    if told.get("complaintFeedbackType") == NO_COMPLAINT:
        raise ValueError(kind)
    tags = mail["tags"]
    return MailNews(
        id=str(told.get("feedbackId", kind)),
        kind=KINDS[kind, str(told.get("bounceType", ""))],
        site=identifier(tags["site"][0], "site"),
        letter=identifier(tags["letter"][0], "letter"),
        message_id=str(mail["messageId"]),
        at=parse_moment(told["timestamp"], "timestamp"),
    )
