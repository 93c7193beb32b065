"""Where is a site's configuration kept, and how does every Lambda hold the parsed version?

Versions are immutable compressed items; a pointer names the current one and is moved by one
conditional write. An instance looks at the pointer at most every five seconds.
"""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.playbook.playbook import Playbook, parse
from chalicelib.store import keys
from chalicelib.store.operations import Absent, Delete, Equals, Item, Put, Table, WriteConflict

FRESH_SECONDS = 5.0
# An item holds 400 KB; the rest of it is small.
LARGEST_COMPRESSED = 380_000
KEPT_VERSIONS = 16


class StoredPlaybooks:
    """`clock` is in seconds and only measures how old a look at the pointer is."""

    def __init__(self, table: Table, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock
        self._looked: dict[str, tuple[float, int]] = {}
        self._parsed: dict[tuple[str, int], Playbook] = {}

    def current(self, site: str) -> Playbook:
        looked_at, version = self._looked.get(site, (float("-inf"), 0))
        if self._clock() - looked_at < FRESH_SECONDS:
            return self.at(site, version)
        return self.fresh(site)

    def fresh(self, site: str) -> Playbook:
        at = self._clock()
        pointer = self._table.get(keys.playbook_pointer(site))
        if pointer is None:
            raise NotFound(f"no site {site!r}")
        self._looked[site] = (at, pointer["version"])
        return self.at(site, pointer["version"])

    def at(self, site: str, version: int) -> Playbook:
        known = self._parsed.get((site, version))
        if known is not None:
            return known
        item = self._table.get(keys.playbook_version(site, version))
        if item is None:
            raise NotFound(f"site {site!r} has no playbook version {version}")
        playbook = parse(json.loads(zlib.decompress(item["document"])), version)
        while len(self._parsed) >= KEPT_VERSIONS:
            del self._parsed[next(iter(self._parsed))]
        self._parsed[site, version] = playbook
        return playbook

    def create(self, site: str, document: Mapping[str, Any]) -> None:
        try:
            self._table.write(
                Put(keys.playbook_pointer(site), {"version": 1}, when=Absent()),
                Put(keys.playbook_version(site, 1), _version(document), when=Absent()),
                Put(keys.site(site), {"site": site}, when=Absent()),
            )
        except WriteConflict as conflict:
            raise Conflict(f"there is already a site {site!r}", "exists") from conflict

    def publish(self, site: str, document: Mapping[str, Any], *, after: int) -> None:
        pointer = keys.playbook_pointer(site)
        self._table.write(
            Put(pointer, {"version": after + 1}, when=Equals("version", after)),
            Put(keys.playbook_version(site, after + 1), _version(document), when=Absent()),
        )
        self._looked.pop(site, None)

    def sites(self) -> Sequence[str]:
        return [item["site"] for item in self._table.query("SITES", prefix="SITE#")]

    def delete(self, site: str) -> None:
        """The site answers no more; its versions stay, as its conversations do."""
        self._table.write(Delete(keys.playbook_pointer(site)), Delete(keys.site(site)))
        self._looked.pop(site, None)


def _version(document: Mapping[str, Any]) -> Item:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 9)
    if len(packed) > LARGEST_COMPRESSED:
        raise Invalid("", f"the whole playbook exceeds {LARGEST_COMPRESSED} bytes compressed")
    return {"document": packed}
