"""What is stored of a visitor who was engaged, and of each engagement?"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.model.engagement import Engagement
from chalicelib.model.transaction import Transaction
from chalicelib.model.visitor import Ledger
from chalicelib.store import keys
from chalicelib.store.items import attribute, from_item, packed, to_item, unpacked
from chalicelib.store.operations import (
    Absent,
    Equals,
    Item,
    Key,
    Missing,
    Operation,
    Put,
    Table,
    Update,
    WriteConflict,
)


class StoredVisitors:
    def __init__(self, table: Table) -> None:
        self._table = table

    def ledger(self, site: str, visitor: str) -> Ledger:
        return ledger_of(site, visitor, self._table.get(keys.visitor(site, visitor)))

    def offer(
        self, engagement: Engagement, before: Ledger, after: Ledger, reasons: Mapping[str, Any]
    ) -> None:
        key = keys.visitor(before.site, before.visitor)
        # A ledger made by a conversation alone has no version yet.
        as_known = Equals("version", before.version) if before.version else Missing("version")
        self._table.write(
            Update(
                key,
                set={
                    "site": after.site,
                    "visitor": after.visitor,
                    "version": after.version,
                    "history": attribute(after.history),
                },
                when=(as_known, Missing("open")),
            ),
            Put(_engagement_key(engagement), to_item(engagement), when=Absent()),
            _reasons(engagement.site, engagement.id, reasons),
        )

    def decision(self, site: str, id: str) -> Mapping[str, Any] | None:
        item = self._table.get(keys.decision(site, id))
        return None if item is None else unpacked(item["record"])

    def keep_decision(self, site: str, id: str, reasons: Mapping[str, Any]) -> None:
        self._table.write(_reasons(site, id, reasons))

    def engagement(self, site: str, visitor: str, engagement: str) -> Engagement | None:
        item = self._table.get(keys.engagement(site, visitor, engagement))
        return from_item(Engagement, item) if item else None

    def settle(self, before: Engagement, after: Engagement, ledger: Ledger | None = None) -> None:
        operations: list[Operation] = [
            Put(_engagement_key(after), to_item(after), when=Equals("state", before.state.value))
        ]
        if ledger is not None:
            operations.append(
                Update(
                    keys.visitor(ledger.site, ledger.visitor),
                    set={"version": ledger.version, "history": attribute(ledger.history)},
                    when=Equals("version", ledger.version - 1),
                )
            )
        try:
            self._table.write(*operations)
        except WriteConflict as conflict:
            raise Conflict("the engagement has moved on", "engagement_moved") from conflict

    def keep_transaction(self, transaction: Transaction) -> None:
        key = keys.transaction(transaction.site, transaction.visitor, transaction.id)
        listed = {
            "listing_pk": keys.transactions_listing(transaction.site),
            "listing_sk": f"{keys.moment(transaction.at)}#{key.sk}",
        }
        # Told again, by a page that was opened again: the first counts.
        with suppress(WriteConflict):
            self._table.write(Put(key, {**to_item(transaction), **listed}, when=Absent()))


def ledger_of(site: str, visitor: str, item: Item | None) -> Ledger:
    """The ledger, which is empty for a visitor of whom nothing is stored."""
    if item is None:
        return Ledger(site=site, visitor=visitor)
    return from_item(Ledger, {**item, "site": site, "visitor": visitor})


def _engagement_key(engagement: Engagement) -> Key:
    return keys.engagement(engagement.site, engagement.visitor, engagement.id)


def _reasons(site: str, id: str, reasons: Mapping[str, Any]) -> Put:
    return Put(keys.decision(site, id), {"record": packed(reasons)}, when=Absent())
