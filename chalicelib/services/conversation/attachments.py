"""Somebody sends a file along: may they, is it what they said, and who may read it?

The bytes never pass through us: a browser posts them to the store with a form that we sign, and
reads them by a link that we sign. What is true of a file is what lies there, and the message that
names it.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.model.attachment import (
    OPENING_BYTES,
    Attachment,
    DownloadAllowed,
    UploadAllowed,
    begins_as,
)
from chalicelib.model.conversation import AuthorKind, Conversation
from chalicelib.model.inbound import MailedFile
from chalicelib.playbook.site import Attachments
from chalicelib.services import rights
from chalicelib.services.ports import Ports
from chalicelib.services.ports.files import GOOD_FOR_SECONDS, Declared, Stored
from chalicelib.services.ports.limits import Quota

# More in an hour than a person sends: somebody fills our store.
MOST_AN_HOUR: Final = 60
HOUR_SECONDS: Final = 3600


def allow_upload(
    ports: Ports,
    site: str,
    conversation: str,
    declared: Declared,
    may_write: rights.Check = rights.anybody,
) -> UploadAllowed:
    """A form for one file; Conflict `attachments_off` or `conversation_closed`, RateLimited.

    Invalid where the site takes no such type or size.
    """
    found = ports.conversations.get(site, conversation)
    may_write(found)
    if not found.is_open:
        raise Conflict("the conversation is closed", "conversation_closed")
    _check(ports.playbooks.current(site).site.attachments, declared)
    name = f"files {site} {conversation} {declared.by}"
    ports.limits.spend(Quota(name=name, most=MOST_AN_HOUR, seconds=HOUR_SECONDS))
    id = ports.new_id()
    form = ports.files.form(_key(site, conversation, id), declared)
    return UploadAllowed(
        conversation=conversation,
        attachment=id,
        url=form.url,
        fields=dict(form.fields),
        expires_at=ports.now() + timedelta(seconds=GOOD_FOR_SECONDS),
    )


def is_welcome(settings: Attachments, file: MailedFile) -> bool:
    """Whether a file that came by mail would have been taken from the box."""
    try:
        _check(settings, _declared(file))
    except (Conflict, Invalid):
        return False
    return begins_as(file.type, file.content[:OPENING_BYTES])


def bring(ports: Ports, conversation: Conversation, mail: str, file: MailedFile) -> str:
    """Lay a file of a mail where a message may name it; its id, the same however often it comes.

    Nothing is laid down for a conversation that is over.
    """
    # Of the bytes too: another mail of the same name changes nothing that is there.
    id = sha256(f"{mail} {file.name}".encode() + b"\0" + file.content).hexdigest()[:40]
    key = _key(conversation.site, conversation.id, id)
    if conversation.is_open and _found(ports, key) is None:
        ports.files.put(key, _declared(file), file.content)
    return id


def claimed(
    ports: Ports, conversation: Conversation, by: AuthorKind, ids: Sequence[str]
) -> tuple[Attachment, ...]:
    """The files that a message of this side may carry, from now on kept; or Invalid."""
    if not ids:
        return ()
    settings = ports.playbooks.current(conversation.site).site.attachments
    found = []
    for position, id in enumerate(ids):
        path, key = f"attachments[{position}]", _key(conversation.site, conversation.id, id)
        stored = _looked_at(ports, key, by, path)
        _check(settings, stored.declared)
        if not begins_as(stored.declared.type, stored.opening):
            raise Invalid(path, "is not a file of the type it has", "unsupported_type")
        # Before the message: a file that is kept for nothing costs less than one that is lost.
        ports.files.keep(key)
        file = stored.declared
        found.append(Attachment(id=id, name=file.name, type=file.type, size=file.size))
    return tuple(found)


def allow_download(
    ports: Ports, site: str, conversation: str, number: int, attachment: str
) -> DownloadAllowed:
    """A link to what came with a message, for those who may read it; NotFound."""
    message = ports.conversations.message(site, conversation, number)
    attachments = () if message is None else message.attachments
    for each in attachments:
        if each.id == attachment:
            key = _key(site, conversation, attachment)
            url = ports.files.link(key, name=each.name, in_place=each.is_picture)
            until = ports.now() + timedelta(seconds=GOOD_FOR_SECONDS)
            return DownloadAllowed(
                conversation=conversation,
                number=number,
                attachment=attachment,
                url=url,
                expires_at=until,
            )
    raise NotFound(f"no attachment {attachment!r} came with that message")


def remove_all(ports: Ports, site: str, conversation: str) -> None:
    """Remove whatever was ever uploaded to a conversation; twice is once."""
    ports.files.remove_all(_key(site, conversation, ""))


def _declared(file: MailedFile) -> Declared:
    by, size = AuthorKind.VISITOR.value, len(file.content)
    return Declared(name=file.name, type=file.type, size=size, by=by)


def _looked_at(ports: Ports, key: str, by: AuthorKind, path: str) -> Stored:
    """What one side has uploaded: the other side's looks like none."""
    stored = _found(ports, key)
    if stored is None or stored.declared.by != by.value:
        raise Invalid(path, "no such file was uploaded", "unknown_attachment")
    return stored


def _found(ports: Ports, key: str) -> Stored | None:
    try:
        return ports.files.look(key)
    except NotFound:
        return None


def _check(settings: Attachments, declared: Declared) -> None:
    if not settings.enabled:
        raise Conflict("this site takes no files", "attachments_off")
    if declared.type not in settings.types:
        raise Invalid("type", f"expected one of {', '.join(settings.types)}", "unsupported_type")
    if not 1 <= declared.size <= settings.max_bytes:
        raise Invalid("size", f"expected 1 to {settings.max_bytes} bytes", "too_large")


def _key(site: str, conversation: str, id: str) -> str:
    return f"attachments/{site}/{conversation}/{id}"
