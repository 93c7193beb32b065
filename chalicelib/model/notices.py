"""What may the server say to a browser? A field not declared here is never sent.

Every frame to a client is one of these values; its class attribute `type` is the word on the wire.
Absent (`None`) fields are left out. The browser's own types are written from this module.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from chalicelib.model.attachment import Attachment, DownloadAllowed, UploadAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a visitor may know of whoever writes to them."""

    kind: str
    name: str | None = None
    avatar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What the page's own button shows: `online`, `busy` or `offline`."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An engagement as a page shows it; the template stands in the public configuration."""

    id: str
    kind: str
    notification: str | None = None
    button: Button | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailStatus:
    """Whether an address is `none`, `asked` for, or `known`."""

    state: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationForVisitor:
    type: ClassVar[str] = "conversation"
    id: str
    state: str
    last: int
    visitor_seen: int
    agent_seen: int
    email: EmailStatus
    token: str | None = None
    position: int | None = None
    estimated_wait_seconds: int | None = None
    agent: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationForStaff:
    """The whole conversation, for those who may read it. `conversation` is the REST view of it."""

    type: ClassVar[str] = "conversation"
    conversation: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    type: ClassVar[str] = "assigned"
    conversation: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    type: ClassVar[str] = "unassigned"
    conversation: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged:
    type: ClassVar[str] = "queue_changed"
    group: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """`forget`: what the page holds of its visitor is another's."""

    type: ClassVar[str] = "page"
    # The widget keeps what it holds in `pass`; the word is reserved in Python.
    pass_: str = field(metadata={"name": "pass"})
    watches: tuple[dict[str, Any], ...]
    engagement: Offer | None = None
    conversation: ConversationForVisitor | None = None
    forget: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementChanged:
    type: ClassVar[str] = "engagement"
    engagement: Offer
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    type: ClassVar[str] = "withdrawn"
    engagement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonChanged:
    """`number` counts what a page was told of its button: the highest is what is so."""

    type: ClassVar[str] = "button"
    engagement: str
    notification: str
    state: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    type: ClassVar[str] = "ack"
    client_id: str
    number: int
    conversation: str
    duplicate: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted:
    type: ClassVar[str] = "message"
    conversation: str
    number: int
    author: Person
    text: str
    sent_at: datetime
    client_id: str | None = None
    attachments: tuple[Attachment, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Everything after the number `after`, as far as one frame holds it; the newest is `last`."""

    type: ClassVar[str] = "messages"
    conversation: str
    after: int
    items: tuple[MessagePosted, ...]
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    type: ClassVar[str] = "typing"
    conversation: str
    by: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    type: ClassVar[str] = "read"
    conversation: str
    number: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    type: ClassVar[str] = "queue"
    conversation: str
    position: int
    estimated_wait_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRequested:
    type: ClassVar[str] = "email_request"
    conversation: str
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailInformed:
    type: ClassVar[str] = "email_information"
    conversation: str
    number: int
    text: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailKept:
    type: ClassVar[str] = "email"
    conversation: str
    address: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptSent:
    type: ClassVar[str] = "transcript"
    conversation: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    type: ClassVar[str] = "closed"
    conversation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyKept:
    type: ClassVar[str] = "survey"
    conversation: str
    csat: int | None = None
    nps: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionHeard:
    """`counted`: a conversation came before it, so that it is kept."""

    type: ClassVar[str] = "transaction"
    transaction: str
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceKept:
    type: ClassVar[str] = "presence"
    status: str
    lease_expires_at: datetime
    slots: int
    active: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    type: ClassVar[str] = "pong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bye:
    type: ClassVar[str] = "bye"
    code: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    type: ClassVar[str] = "error"
    code: str
    message: str
    path: str | None = None
    client_id: str | None = None
    retry_after: int | None = None


Notice = (
    ConversationForVisitor
    | ConversationForStaff
    | Assigned
    | Unassigned
    | QueueChanged
    | PageAnswer
    | EngagementChanged
    | Withdrawn
    | ButtonChanged
    | Acknowledged
    | MessagePosted
    | Messages
    | Typing
    | Read
    | Queued
    | EmailRequested
    | EmailInformed
    | EmailKept
    | TranscriptSent
    | UploadAllowed
    | DownloadAllowed
    | Closed
    | SurveyKept
    | TransactionHeard
    | PresenceKept
    | Pong
    | Bye
    | Failed
)
