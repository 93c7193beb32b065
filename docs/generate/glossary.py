"""What do the names on the wire mean, in a sentence each?

The code says which fields, frames and answers there are; only what they mean is written here. A
name without a sentence, or a sentence without its name, fails the tests.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "number", "minimum": 0}
PLAIN_OBJECT: Final[Schema] = {"type": "object"}

# What a field means; a schema where the reader of the code (`raw`) does not tell it.
FIELDS: Final[Mapping[str, tuple[str, Schema]]] = {
    "address": ("the e-mail address, as the visitor typed it", TEXT),
    "after": ("the last message number the client has; 0 for none", {}),
    "again": ("true when the page was told before, and only its socket is new", {}),
    "attachment": ("a file's id", {}),
    "attachments": ("files that were uploaded before, by id", {}),
    "amount": ("what the cart is worth, or what was paid", COUNT),
    "browser": ("the browser's name", {}),
    "cart": ("what the page tells of the cart", PLAIN_OBJECT),
    "client_id": (
        "the sender's own name for this message: sent again, it is stored once",
        {"type": "string", "minLength": 1, "maxLength": 64},
    ),
    "consent": ("`light` keeps nothing in the browser, `full` may", {}),
    "conversation": ("the conversation's id", {}),
    "comment": ("what the visitor adds in words", {}),
    "csat": ("how satisfied the visitor is, 1 to 5", {}),
    "currency": ("three letters", {}),
    "data": ("custom data: names the site declared, with their values", PLAIN_OBJECT),
    "device": ("desktop, mobile or tablet", {}),
    "engagement": ("the engagement's id, from a `page` answer", {}),
    "facts": ("what the page tells or has observed", PLAIN_OBJECT),
    "identity": ("what the site's own server signed for its customer, a JSON Web Token", TEXT),
    "items": ("how many things are in the cart", COUNT),
    "language": ("the visitor's language, BCP 47", {}),
    "memory": ("the last pass this browser was given, if it kept one", TEXT),
    "name": ("the file's name", {}),
    "nps": ("how likely the visitor would recommend the site, 0 to 10", {}),
    "number": ("a message's number: the last one read, or the one that a file came with", {}),
    "os": ("the operating system's name", {}),
    "pass": ("the pass of the last `page` answer", TEXT),
    "previous_url": ("the page before this one", {}),
    "resume": ("the conversation this browser holds", PLAIN_OBJECT),
    "size": ("how many bytes the file has", {}),
    "site": ("taken and ignored: the handshake has settled it", {}),
    "status": ("what the agent chose; left out, only the lease is renewed", {}),
    "text": ("what was written; empty where files say enough", {}),
    "title": ("the page's title; its clean beginning is kept", TEXT),
    "transaction": ("the site's own id of what was bought: told again, it counts once", {}),
    "token": ("the conversation's token, from the `conversation` frame", TEXT),
    "type": ("the file's media type", {}),
    "url": ("the page's address", {}),
}

# Read with a default and then demanded all the same.
DEMANDED: Final = frozenset({"client_id"})

# The frame types that an action is answered with, besides `error`; pushed ones come first.
ANSWERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "visitor": {
        "page": ("messages", "page"),
        "identify": ("page",),
        "observed": ("page",),
        "accept": ("engagement",),
        "dismiss": ("engagement",),
        "start": ("conversation", "ack"),
        "message": ("ack",),
        "attach": ("upload",),
        "download": ("download",),
        "typing": (),
        "read": (),
        "resume": ("messages",),
        "email": ("email",),
        "rate": ("survey",),
        "transcript": ("transcript",),
        "transaction": ("transaction",),
        "ping": ("pong",),
    },
    "staff": {
        "presence": ("presence",),
        "message": ("ack",),
        "typing": (),
        "read": (),
        "resume": ("messages",),
        "ping": ("pong",),
    },
}

MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "visitor": {
        "page": "A page is shown. What was missed of a resumed conversation is pushed first.",
        "identify": "The site vouches for its customer, on a page that is shown already.",
        "observed": "The page has shown something that a watch asked for.",
        "accept": "The visitor opens what was offered.",
        "dismiss": "The visitor waves it away; the rule's pause begins.",
        "start": "The first words, from an engagement of the pass.",
        "message": "One more message.",
        "attach": "A file is to come along: how may it be uploaded?",
        "download": "A file that came with a message: where is it read?",
        "typing": "The visitor is writing.",
        "read": "The visitor has seen everything up to a number.",
        "resume": "Everything after a number, and from now on whatever comes.",
        "email": "An address, for answers that come later.",
        "rate": "A judgement of what is over. The first answer to a question counts.",
        "transcript": "What was said, by mail to the known address.",
        "transaction": "Something was bought. It is kept if a conversation came before it.",
        "ping": "Keeps the socket open.",
    },
    "staff": {
        "presence": "Renews the presence lease, and chooses a status.",
        "message": "An answer to the visitor.",
        "typing": "The agent is writing.",
        "read": "The agent has seen everything up to a number.",
        "resume": "Everything after a number, and from now on whatever comes.",
        "ping": "Keeps the socket open.",
    },
}

# By class of `model/notices.py`: who may hear it, and when.
NOTICES: Final[Mapping[str, tuple[str, str]]] = {
    "Acknowledged": ("both", "a message is stored, under this number"),
    "Assigned": ("staff", "a conversation has come to this agent"),
    "ButtonChanged": ("visitor", "the page's own button has another state"),
    "Bye": ("both", "the server ends the socket; connect again after a pause, if you may"),
    "Closed": ("both", "the conversation is over"),
    "ConversationForStaff": ("staff", "what this agent holds has changed: its tags"),
    "ConversationForVisitor": (
        "visitor",
        "a conversation has begun, or its state or agent is another",
    ),
    "DownloadAllowed": ("visitor", "where a file is read, for ten minutes"),
    "EmailInformed": ("visitor", "a flow names the known address, which may be changed"),
    "EmailKept": ("visitor", "an address is kept"),
    "EmailRequested": ("visitor", "a flow asks for an address"),
    "EngagementChanged": ("visitor", "an engagement was accepted or dismissed"),
    "Failed": ("both", "a frame could not be obeyed; the socket stays open"),
    "MessagePosted": ("both", "somebody wrote"),
    "Messages": ("both", "what a client had missed, in order"),
    "PageAnswer": ("visitor", "the new pass, what to watch for, and what to show"),
    "Pong": ("both", "the socket is open"),
    "PresenceKept": ("staff", "the lease is renewed"),
    "QueueChanged": ("staff", "the length of a queue of one's groups has changed"),
    "Queued": ("visitor", "the place in the queue has changed"),
    "Read": ("both", "the other side has seen everything up to a number"),
    "SurveyKept": ("visitor", "the answers that count"),
    "TransactionHeard": ("visitor", "a transaction was heard; it counts if they have talked"),
    "TranscriptSent": ("visitor", "what was said goes to the known address by mail"),
    "Typing": ("both", "the other side is writing"),
    "UploadAllowed": ("visitor", "the form that a file is posted with, for ten minutes"),
    "Unassigned": ("staff", "a conversation has left this agent"),
    "Withdrawn": ("visitor", "an offer does not stand any more"),
}
