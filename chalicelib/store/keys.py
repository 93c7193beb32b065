"""Where does each thing lie in the table? No other module spells a key.

`docs/access-patterns.md` lists the questions that these keys answer. Ids never hold a `#`, so a
foreign id cannot reach into another site's partition.
"""

import hashlib
import math
from datetime import UTC, datetime

from chalicelib.store.operations import Key

# Sparse index of what is due: spread, so that no index partition takes every alarm of the system.
DUE_SHARDS = 8
# What every start of a site would write is spread as well.
SHARE_SHARDS = 8


def site(site_id: str) -> Key:
    return Key("SITES", f"SITE#{site_id}")


def playbook_pointer(site_id: str) -> Key:
    return Key(f"PLAYBOOK#{site_id}", "CURRENT")


def playbook_version(site_id: str, version: int) -> Key:
    return Key(f"PLAYBOOK#{site_id}", f"VERSION#{version:08d}")


def user(user_id: str) -> Key:
    return Key("STAFF", f"USER#{user_id}")


def user_email(address_key: str) -> Key:
    return Key(f"EMAIL#{address_key}", "USER")


def staff_pointer() -> Key:
    return Key("STAFF", "CURRENT")


def agent(user_id: str) -> Key:
    return Key(f"AGENT#{user_id}", "STATE")


def free_list(name: str) -> str:
    """The partition of one free list, by the name its `FreeList` has as text."""
    return f"FREE#{name}"


def free_agent(name: str, user_id: str) -> Key:
    """By digest, so that whoever stands behind a random point is a sample."""
    return Key(free_list(name), _digest(user_id))


def group_counter(site_id: str, group: str) -> Key:
    return Key(f"GROUP#{site_id}#{group}", "COUNTER")


def shares(site_id: str, routing_rule: str, branch: str, day: str, number: int) -> Key:
    """One shard of what a branch gave; its name is an author's text, so a digest stands for it."""
    return Key(f"SHARES#{site_id}#{routing_rule}#{_digest(branch)}#{number}", f"DAY#{day}")


def first_replies(site_id: str, group: str, hour: int) -> str:
    return f"REPLIES#{site_id}#{group}#{hour:02d}"


def first_reply(site_id: str, group: str, hour: int, day: str, number: int) -> Key:
    return Key(first_replies(site_id, group, hour), f"{day}#{number}")


def queue(site_id: str, group: str) -> str:
    return f"QUEUE#{site_id}#{group}"


def queue_entry(site_id: str, group: str, sort_key: str) -> Key:
    return Key(queue(site_id, group), sort_key)


def visitor(site_id: str, visitor_id: str) -> Key:
    return Key(f"VISITOR#{site_id}#{visitor_id}", "LEDGER")


def engagement(site_id: str, visitor_id: str, engagement_id: str) -> Key:
    return Key(f"VISITOR#{site_id}#{visitor_id}", f"ENGAGEMENT#{engagement_id}")


def transaction(site_id: str, visitor_id: str, transaction_id: str) -> Key:
    pk = f"VISITOR#{site_id}#{visitor_id}"
    return Key(pk, f"TRANSACTION#{_digest(transaction_id)}")


def transactions_listing(site_id: str) -> str:
    return f"TRANSACTIONS#{site_id}"


def decision(site_id: str, decision_id: str) -> Key:
    return Key(f"DECISION#{site_id}#{decision_id}", "RECORD")


def started(site_id: str, visitor_id: str, client_id: str) -> Key:
    return Key(f"VISITOR#{site_id}#{visitor_id}", f"START#{_digest(client_id)}")


def conversation(site_id: str, conversation_id: str) -> Key:
    return Key(f"CONVERSATION#{site_id}#{conversation_id}", "CONVERSATION")


# Audience rows sort just before the conversation itself, so one query reads both.
AUDIENCE_FIRST = "AUDIENCE#"


def audience(site_id: str, conversation_id: str, connection: str) -> Key:
    return Key(
        f"CONVERSATION#{site_id}#{conversation_id}", f"{AUDIENCE_FIRST}{_digest(connection)}"
    )


def message(site_id: str, conversation_id: str, number: int) -> Key:
    return Key(f"CONVERSATION#{site_id}#{conversation_id}", f"MESSAGE#{number:012d}")


def client_message(site_id: str, conversation_id: str, sender: str, client_id: str) -> Key:
    return Key(
        f"CONVERSATION#{site_id}#{conversation_id}", f"DEDUPE#{_digest(f'{sender} {client_id}')}"
    )


def why(site_id: str, conversation_id: str, version: int) -> Key:
    return Key(f"CONVERSATION#{site_id}#{conversation_id}", f"WHY#{version:08d}")


def note(site_id: str, conversation_id: str, written_at: datetime, note_id: str) -> Key:
    pk = f"CONVERSATION#{site_id}#{conversation_id}"
    return Key(pk, f"NOTE#{moment(written_at)}#{note_id}")


def survey(site_id: str, conversation_id: str) -> Key:
    return Key(f"CONVERSATION#{site_id}#{conversation_id}", "SURVEY")


def erasure(site_id: str, conversation_id: str) -> Key:
    return Key(f"CONVERSATION#{site_id}#{conversation_id}", "ERASURE")


def flow_run(site_id: str, run_id: str) -> Key:
    return Key(f"RUN#{site_id}#{run_id}", "RUN")


def button(site_id: str, routing_rule: str) -> str:
    return f"BUTTON#{site_id}#{routing_rule}"


def follower(site_id: str, routing_rule: str, connection: str) -> Key:
    return Key(button(site_id, routing_rule), f"PAGE#{_digest(connection)}")


def letter(site_id: str, letter_id: str) -> Key:
    return Key(f"LETTER#{site_id}#{letter_id}", "LETTER")


def suppression(site_id: str, digest: str) -> Key:
    """The address itself is not kept: a digest is enough to recognise it."""
    return Key(f"SUPPRESSED#{site_id}#{digest}", "ADDRESS")


def correspondent(site_id: str, digest: str) -> Key:
    return Key(f"SUPPRESSED#{site_id}#{digest}", "CORRESPONDENT")


def mail_day(site_id: str, at: datetime) -> Key:
    return Key(f"MAIL#{site_id}", f"DAY#{at.astimezone(UTC):%Y-%m-%d}")


def breaker(site_id: str) -> Key:
    return Key(f"MAIL#{site_id}", "BREAKER")


def mail_news(site_id: str, letter_id: str, news: str) -> Key:
    return Key(f"LETTER#{site_id}#{letter_id}", f"NEWS#{_digest(news)}")


def ticket(token: str) -> Key:
    """Only a digest is stored, so a copy of the table opens no socket."""
    return Key(f"TICKET#{_digest(token)}", "TICKET")


def limit(name: str, window: int) -> Key:
    return Key(f"LIMIT#{_digest(name)}", f"WINDOW#{window}")


def idempotency(principal: str, key: str) -> Key:
    return Key(f"REQUEST#{_digest(f'{principal} {key}')}", "REQUEST")


def conversations_listing(site_id: str, *, is_open: bool) -> str:
    return f"CONVERSATIONS#{site_id}#{'OPEN' if is_open else 'CLOSED'}"


def due(name: str) -> str:
    """The index partition that a thing which must happen by some moment is due in."""
    return due_shard(shard(name, DUE_SHARDS))


def shard(name: str, shards: int) -> int:
    """Which of so many shards a thing belongs to, always the same."""
    return int(_digest(name)[:8], 16) % shards


def due_shard(number: int) -> str:
    return f"DUE#{number}"


def expiry(at: datetime) -> int:
    """The moment as the table's own expiry counts: whole seconds, never before it."""
    return math.ceil(at.timestamp())


def moment(at: datetime) -> str:
    """A moment that sorts as text: UTC, always six decimals."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
