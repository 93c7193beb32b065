"""Which conditions do authors know by name?"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields
from chalicelib.rules import conditions
from chalicelib.rules.facts import Kind
from chalicelib.rules.tree import ALWAYS, Condition
from chalicelib.rules.vocabulary import Vocabulary


def parse_all(
    documents: Iterable[object], path: str, custom_data: Mapping[str, Kind]
) -> Mapping[str, Condition]:
    """Every segment's condition by id, or `Invalid`; a circle is refused by naming it."""
    written = _read(documents, path)
    # Placeholders let an error suggest any segment; each is replaced before somebody needs it.
    found: dict[str, Condition] = dict.fromkeys(written, ALWAYS)
    vocabulary = Vocabulary(segments=found, custom_data=custom_data)
    for name in _needed_first(written):
        document, place = written[name]
        found[name] = conditions.parse(document, place, vocabulary)
    return MappingProxyType(found)


def _read(documents: Iterable[object], path: str) -> dict[str, tuple[object, str]]:
    written: dict[str, tuple[object, str]] = {}
    for position, document in enumerate(documents):
        fields = Fields(document, f"{path}[{position}]")
        name = fields.identifier()
        if name in written:
            raise Invalid(fields.at("id"), f"{name!r} is named twice")
        fields.name()
        written[name] = (fields.raw("when", None), fields.at("when"))
        fields.done()
    return written


def _needed_first(written: Mapping[str, tuple[object, str]]) -> tuple[str, ...]:
    needs = {
        name: [each for each in _mentioned(document) if each in written]
        for name, (document, _) in written.items()
    }
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        raise Invalid(written[circle[0]][1], f"goes in a circle: {' > '.join(circle)}") from None


def _mentioned(document: object) -> list[str]:
    """The segments that a condition names, before anything about it is checked."""
    names: list[str] = []
    ahead = [document]
    while ahead:
        part = ahead.pop()
        if isinstance(part, dict):
            name = part.get("segment")
            names += [name] if isinstance(name, str) else []
            ahead += part.values()
        elif isinstance(part, list):
            ahead += part
    return names
