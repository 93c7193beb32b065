"""A visitor has bought something: did a conversation come before it?

Only what was bought while talking, or within two days, is kept; of everybody else nothing is.
"""

from datetime import datetime, timedelta
from typing import Final

from chalicelib.model.notices import TransactionHeard
from chalicelib.model.transaction import Transaction
from chalicelib.model.visit import Visit
from chalicelib.model.visitor import Ledger
from chalicelib.services.ports import Ports
from chalicelib.services.ports.limits import Quota

COUNTS_FOR: Final = timedelta(hours=48)
MOST_AN_HOUR: Final = 30


def hear(ports: Ports, visit: Visit, id: str, amount: float, currency: str) -> TransactionHeard:
    """Keep a transaction once, if it counts; RateLimited beyond thirty an hour."""
    if visit.ledger_version == 0:
        # Nobody ever reached out to them: there is nothing to read.
        return TransactionHeard(transaction=id, counted=False)
    now = ports.now()
    ledger = ports.visitors.ledger(visit.site, visit.visitor)
    conversation = ledger.last_conversation
    if conversation is None or not _counts(ledger, now - COUNTS_FOR):
        return TransactionHeard(transaction=id, counted=False)
    name = f"transactions {visit.site} {visit.visitor}"
    ports.limits.spend(Quota(name=name, most=MOST_AN_HOUR, seconds=3600))
    ports.visitors.keep_transaction(
        Transaction(
            id=id,
            site=visit.site,
            visitor=visit.visitor,
            conversation=conversation,
            amount=amount,
            currency=currency,
            at=now,
        )
    )
    return TransactionHeard(transaction=id, counted=True)


def _counts(ledger: Ledger, since: datetime) -> bool:
    talked_at = ledger.talked_at
    return ledger.open is not None or (talked_at is not None and talked_at >= since)
