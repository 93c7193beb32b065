"""Which mail is due to a visitor, and what does it say?

A letter is made in the transaction that makes it due; the postbox sends it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.errors import Conflict
from chalicelib.flows import letters as drafts
from chalicelib.flows import reply_address
from chalicelib.flows.addresses import normalise
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.email_template import TemplateName, words
from chalicelib.flows.letters import Draft, Quoted
from chalicelib.flows.reply_address import Addressed
from chalicelib.flows.templates import fill, in_language
from chalicelib.model.conversation import Author, AuthorKind, Conversation, Message
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter, LetterKind
from chalicelib.model.notices import EmailKept
from chalicelib.model.views import posted as shown
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience
from chalicelib.services.ports import Ports
from chalicelib.services.ports.limits import Quota
from chalicelib.services.ports.outward import LONGEST_SHORT_WAIT
from chalicelib.services.ports.placement import Listener

ATTEMPTS = 12
MOST_QUOTED = 100
MOST_CHANGES_AN_HOUR = 10
HOUR_SECONDS = 3600
# After a day a request or a reply by mail helps nobody (F24).
USEFUL_FOR = timedelta(hours=24)
# Whoever answers a month later finds another address in a newer mail, or the box.
REPLIES_FOR = timedelta(days=30)


def keep_address(
    ports: Ports, site: str, conversation: str, address: object, connection: str
) -> EmailKept:
    """A visitor gives or changes an address: the flow that asked confirms, and mails."""
    given = normalise(address)
    kept = EmailKept(conversation=conversation, address=given, confirmed=True)
    playbook = ports.playbooks.current(site)
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        if not before.is_open:
            raise Conflict("the conversation is closed", "conversation_closed")
        if before.email == given:
            return kept
        if before.email is not None:
            _allow_change(ports, before)
        flow = playbook.confirming(before.asked_by)
        known = replace(before, email=given)
        now = ports.now()
        letter = None if flow is None else _acknowledgement(ports, playbook, known, flow, now)
        after = replace(known.with_message(AuthorKind.FLOW, now), email=given)
        message = _confirmation(ports, playbook, after, flow, now)
        try:
            ports.conversations.post(before, after, message, letter=letter, address_of=given)
        except Conflict:
            continue
        audience.tell(ports, after, listeners, shown(message))
        elsewhere = [each for each in listeners if each.connection != connection]
        audience.tell_visitor(ports, after, elsewhere, kept)
        if letter is not None:
            ports.alarms.ring("letter", site, letter.id, seconds=0)
        if after.agent_wrote > after.visitor_seen:
            ports.alarms.ring("unseen", site, conversation, seconds=0)
        return kept
    raise Conflict("the conversation keeps changing; try again", "busy")


def inform(
    ports: Ports, playbook: Playbook, conversation: Conversation, flow: EmailRequest, run: FlowRun
) -> None:
    """A known address whose visitor has left is told by mail what the box would have said."""
    draft = drafts.information(
        flow,
        language=conversation.language,
        fallback=playbook.site.languages[0],
        variables=variables(ports, playbook, conversation),
        link=return_link(ports, playbook, conversation),
    )
    id = f"{run.id}-information"
    letter = letter_to(ports, playbook, conversation, LetterKind.INFORMATION, id, draft)
    add(ports, letter)


def notify_unseen(ports: Ports, site: str, conversation: str) -> None:
    """Mail what an agent wrote and the visitor has not seen: all at once, each word once."""
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        seen = max(before.visitor_seen, before.mailed_number)
        if before.email is None or before.agent_wrote <= seen:
            return
        playbook = ports.playbooks.current(site)
        unseen = [
            each
            for each in ports.conversations.messages(site, conversation, seen, MOST_QUOTED)
            if each.author.kind is AuthorKind.AGENT
        ]
        patience = _patience(ports, playbook, unseen[0], listeners)
        if patience > 0:
            seconds = min(patience, LONGEST_SHORT_WAIT)
            ports.alarms.ring("unseen", site, conversation, seconds=seconds)
            return
        after = replace(before, mailed_number=before.agent_wrote)
        letter = _unseen_letter(ports, playbook, before, unseen)
        try:
            ports.letters.add(letter, conversation=(before, after))
        except Conflict:
            continue
        ports.alarms.ring("letter", site, letter.id, seconds=0)
        return
    raise Conflict("the conversation keeps changing; try again", "busy")


def variables(ports: Ports, playbook: Playbook, conversation: Conversation) -> dict[str, str]:
    """What a flow's texts may mention."""
    agent = ports.staff.users().get(conversation.agent or "")
    found = {"site_name": playbook.site.name, "visitor_name": conversation.visitor_name or ""}
    if agent is not None:
        found["agent_name"] = agent.shown_name
    if conversation.email is not None:
        found["email"] = conversation.email
    return found


def return_link(ports: Ports, playbook: Playbook, conversation: Conversation) -> str | None:
    """The page the visitor talked on, with the conversation restored; the token expires."""
    page = playbook.site.own_page(conversation.page.url)
    return page and f"{page}#vestibule={token(ports, conversation)}"


def token(ports: Ports, conversation: Conversation) -> str:
    """What a visitor shows to go on with a conversation; nobody else's will do."""
    return ports.sign(
        "conversation",
        {"s": conversation.site, "c": conversation.id, "v": conversation.visitor},
    )


def add(ports: Ports, letter: Letter) -> None:
    """Make a letter due that belongs to no change of its conversation; again is once."""
    try:
        ports.letters.add(letter, conversation=None)
    except Conflict:
        return
    ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def letter_to(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    kind: LetterKind,
    id: str,
    draft: Draft,
) -> Letter:
    """A letter to the conversation's address, due now."""
    now = ports.now()
    return Letter(
        id=id,
        site=conversation.site,
        conversation=conversation.id,
        kind=kind,
        address=conversation.email or "",
        sender_name=playbook.site.mail.sender_name,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        due_at=now,
        useless_at=now + USEFUL_FOR,
        erased_at=conversation.erased_at or playbook.site.erased_at(now),
        reply_to=_reply_to(ports, playbook, conversation, now),
    )


def about(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    name: TemplateName,
    messages: list[Quoted],
) -> Draft:
    """A mail in the site's words, or ours, with messages of the conversation."""
    language = conversation.language or playbook.site.languages[0]
    return drafts.conversation_mail(
        words(playbook.email_templates.get(name), name, language),
        messages,
        language=language,
        variables=variables(ports, playbook, conversation),
        zone=playbook.site.zone,
        link=return_link(ports, playbook, conversation),
    )


def _allow_change(ports: Ports, conversation: Conversation) -> None:
    """Whoever tries one address after another is writing to strangers."""
    name = f"addresses {conversation.site} {conversation.id}"
    ports.limits.spend(Quota(name=name, most=MOST_CHANGES_AN_HOUR, seconds=HOUR_SECONDS))


def _acknowledgement(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    flow: EmailRequest,
    now: datetime,
) -> Letter | None:
    if not flow.acknowledgement.is_ready:
        return None
    draft = drafts.acknowledgement(
        flow,
        language=conversation.language,
        fallback=playbook.site.languages[0],
        variables=variables(ports, playbook, conversation),
        link=return_link(ports, playbook, conversation),
    )
    id = ports.new_id()
    return letter_to(ports, playbook, conversation, LetterKind.ACKNOWLEDGEMENT, id, draft)


def _patience(
    ports: Ports, playbook: Playbook, oldest: Message, listeners: Iterable[Listener]
) -> float:
    """Seconds that whoever has a page open is still given to read it there."""
    if all(each.user is not None for each in listeners):
        return 0.0
    waited = ports.now() - oldest.sent_at
    return playbook.site.unseen_after_seconds * ports.wait_scale - waited.total_seconds()


def _unseen_letter(
    ports: Ports, playbook: Playbook, conversation: Conversation, unseen: list[Message]
) -> Letter:
    draft = about(ports, playbook, conversation, TemplateName.UNSEEN_REPLY, drafts.quoted(unseen))
    id = f"{conversation.id}-{conversation.agent_wrote}"
    letter = letter_to(ports, playbook, conversation, LetterKind.UNSEEN_REPLY, id, draft)
    return replace(letter, unless_seen=conversation.agent_wrote)


def _reply_to(
    ports: Ports, playbook: Playbook, conversation: Conversation, now: datetime
) -> str | None:
    """The address that this correspondent's mail reaches this conversation by, or else the site."""
    if not ports.mail_domains.replies:
        return playbook.site.mail.reply_to
    return reply_address.write(
        lambda data: ports.seal("reply", data),
        ports.mail_domains.replies,
        Addressed(conversation.site, conversation.id),
        correspondent=conversation.email or "",
        until=now + REPLIES_FOR,
    )


def _confirmation(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    flow: EmailRequest | None,
    now: datetime,
) -> Message:
    """The flow's own confirmation, or a plain one when nobody had asked."""
    text = conversation.email or ""
    if flow is not None:
        fallback = playbook.site.languages[0]
        confirmation = in_language(flow.messages.confirmation, conversation.language, fallback)
        text = fill(confirmation, variables(ports, playbook, conversation))
    author = Author(
        kind=AuthorKind.FLOW if flow else AuthorKind.SYSTEM,
        id=flow.id if flow else "",
        avatar=playbook.chatbox.avatar or "",
    )
    return Message(
        conversation=conversation.id,
        number=conversation.last_number,
        author=author,
        text=text,
        sent_at=now,
    )
