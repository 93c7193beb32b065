"""Which mail is due, and is it sent exactly as often as it may be?

A letter is made in the transaction that makes it due, claimed under a lease, handed to SES, then
marked. A claim that lapsed may have been sent, so it is never sent again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.errors import Conflict
from chalicelib.flows import letters as drafts
from chalicelib.flows.addresses import address_key, normalise
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.letters import Draft, Quoted
from chalicelib.flows.templates import fill, in_language
from chalicelib.model.conversation import Author, AuthorKind, Conversation, Message
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter, LetterEvent, LetterKind, LetterState
from chalicelib.model.notices import EmailKept
from chalicelib.model.views import posted as shown
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience
from chalicelib.services.outward import LONGEST_SHORT_WAIT, NotTaken
from chalicelib.services.placement import Listener
from chalicelib.services.ports import Ports

ATTEMPTS = 12
MOST_QUOTED = 100
LEASE = timedelta(seconds=60)
# After a day a request or a reply by mail helps nobody (F24).
USEFUL_FOR = timedelta(hours=24)
FIRST_DEFERRAL_SECONDS = 60
LONGEST_DEFERRAL_SECONDS = 600


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
        flow = playbook.flows.get(before.asked_by or "")
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
        link=return_link(ports, conversation),
    )
    id = f"{run.id}-information"
    letter = _letter(ports, playbook, conversation, LetterKind.INFORMATION, id, draft)
    try:
        ports.letters.add(letter, conversation=None)
    except Conflict:
        return
    ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


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


def send(ports: Ports, site: str, id: str) -> None:
    """Claim one letter, hand it to SES, mark it; any other caller finds it claimed."""
    before = ports.letters.get(site, id)
    now = ports.now()
    if before.state is not LetterState.PENDING:
        return
    if now >= before.expires_at:
        ports.letters.save(before, before.after(LetterEvent.EXPIRED))
        return
    claimed = replace(
        before.after(LetterEvent.CLAIMED),
        attempts=before.attempts + 1,
        lease_expires_at=now + LEASE,
    )
    try:
        ports.letters.claim(before, claimed, address_key=address_key(before.address))
    except Conflict as conflict:
        if conflict.code == "suppressed":
            refused = before.after(LetterEvent.REFUSED, reason="suppressed")
            ports.letters.save(before, refused)
        return
    try:
        message_id = ports.mailer.send(claimed)
    except NotTaken as refusal:
        _not_taken(ports, claimed, refusal, now)
        return
    sent = claimed.after(LetterEvent.SENT)
    ports.letters.save(claimed, replace(sent, message_id=message_id, lease_expires_at=None))


def repair(ports: Ports, letter: Letter) -> None:
    """What the sweeper does with a letter whose moment has passed."""
    if letter.state is LetterState.CLAIMED:
        ports.letters.save(letter, letter.after(LetterEvent.LAPSED, reason="lease_expired"))
    else:
        ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def variables(ports: Ports, playbook: Playbook, conversation: Conversation) -> dict[str, str]:
    """What a flow's texts may mention."""
    agent = ports.staff.users().get(conversation.agent or "")
    found = {"site_name": playbook.site.name}
    if agent is not None:
        found["agent_name"] = agent.shown_name
    if conversation.email is not None:
        found["email"] = conversation.email
    return found


def return_link(ports: Ports, conversation: Conversation) -> str | None:
    """The page the visitor talked on, with the conversation restored; the token expires."""
    if not conversation.page.url:
        return None
    page = conversation.page.url.partition("#")[0]
    return f"{page}#vestibule={token(ports, conversation)}"


def token(ports: Ports, conversation: Conversation) -> str:
    """What a visitor shows to go on with a conversation; nobody else's will do."""
    return ports.sign(
        "conversation",
        {"s": conversation.site, "c": conversation.id, "v": conversation.visitor},
    )


def _not_taken(ports: Ports, claimed: Letter, refusal: NotTaken, now: datetime) -> None:
    if not refusal.may_pass:
        ports.letters.save(claimed, claimed.after(LetterEvent.REFUSED, reason=refusal.code))
        return
    wait = min(FIRST_DEFERRAL_SECONDS * 2 ** (claimed.attempts - 1), LONGEST_DEFERRAL_SECONDS)
    later = claimed.after(LetterEvent.DEFERRED, reason=refusal.code)
    due_at = now + timedelta(seconds=wait)
    ports.letters.save(claimed, replace(later, due_at=due_at, lease_expires_at=None))
    ports.alarms.ring("letter", claimed.site, claimed.id, seconds=wait)


def _acknowledgement(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    flow: EmailRequest,
    now: datetime,
) -> Letter | None:
    if not flow.acknowledgement.enabled:
        return None
    draft = drafts.acknowledgement(
        flow,
        language=conversation.language,
        fallback=playbook.site.languages[0],
        variables=variables(ports, playbook, conversation),
        link=return_link(ports, conversation),
    )
    id = ports.new_id()
    return _letter(ports, playbook, conversation, LetterKind.ACKNOWLEDGEMENT, id, draft)


def _patience(
    ports: Ports, playbook: Playbook, oldest: Message, listeners: Iterable[Listener]
) -> float:
    """Seconds that whoever has a page open is still given to read it there."""
    if all(each.user is not None for each in listeners):
        return 0.0
    waited = ports.now() - oldest.sent_at
    return playbook.site.unseen_after_seconds * ports.pace - waited.total_seconds()


def _unseen_letter(
    ports: Ports, playbook: Playbook, conversation: Conversation, unseen: list[Message]
) -> Letter:
    draft = drafts.unseen_reply(
        [Quoted(each.author.name, each.text, each.sent_at) for each in unseen],
        language=conversation.language or playbook.site.languages[0],
        site_name=playbook.site.name,
        zone=playbook.site.zone,
        link=return_link(ports, conversation),
    )
    id = f"{conversation.id}-{conversation.agent_wrote}"
    return _letter(ports, playbook, conversation, LetterKind.UNSEEN_REPLY, id, draft)


def _letter(
    ports: Ports,
    playbook: Playbook,
    conversation: Conversation,
    kind: LetterKind,
    id: str,
    draft: Draft,
) -> Letter:
    now = ports.now()
    return Letter(
        id=id,
        site=conversation.site,
        conversation=conversation.id,
        kind=kind,
        address=conversation.email or "",
        sender_name=playbook.site.name,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        due_at=now,
        expires_at=now + USEFUL_FOR,
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
