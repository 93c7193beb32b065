"""Which Markdown pages follow from the registries of the code?"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from chalicelib import model
from chalicelib.rules.facts import CATALOGUE, Fact, Family, Form
from chalicelib.rules.operators import OPERATORS
from chalicelib.web.protocol import ACTIONS
from docs.generate import costs as prices
from docs.generate import frames, glossary, uses
from docs.generate.reading import Taken, fields_of
from docs.generate.requests import counted

WRITTEN: Final = "<!-- Written by `make docs` from the code: change the code, not this page. -->"

Table = Mapping[StrEnum, Mapping[StrEnum, StrEnum]]


def facts() -> str:
    """`rules/facts.py`, as a page."""
    rows = [
        (f"`{fact.name}`", _kind(fact), "later" if fact.is_counter else "at once", _values(fact))
        for fact in CATALOGUE.values()
    ]
    lines = [
        "A fact is *known*, *absent* (known to have no value) or *pending* (this page has not "
        "shown it yet). One that becomes known *later* counts upwards while the page is shown, and "
        "a rule that waits for it becomes a watch. Source: "
        "[`rules/facts.py`](../../chalicelib/rules/facts.py).",
        "",
        *_table(("fact", "kind", "known", "values"), rows),
    ]
    return _page("Facts", lines)


def operators() -> str:
    """`rules/operators.py`, as a page."""
    opposite = {each.positive: each.name for each in OPERATORS.values() if each.negative}
    rows = [
        (
            f"`{each.name}`",
            f"`{opposite[each.name]}`" if each.name in opposite else "",
            "any" if len(each.kinds) == len(_all_kinds()) else ", ".join(sorted(each.kinds)),
            each.takes.value,
        )
        for each in OPERATORS.values()
        if not each.negative
    ]
    lines = [
        "Where the fact is absent an operator is false and its opposite true; where it is pending, "
        "or may still count up to another answer, both are unknown. Texts compare without case. "
        "Source: "
        "[`rules/operators.py`](../../chalicelib/rules/operators.py).",
        "",
        *_table(("operator", "opposite", "on", "`value`"), rows),
    ]
    return _page("Operators", lines)


def transitions() -> str:
    """Every table `TRANSITIONS` of `model/`, as a page with a diagram each."""
    lines = [
        "Whatever is not drawn is refused with a conflict. Events marked * are declared, and "
        "nothing raises them yet.",
        "",
    ]
    for name, table in machines():
        lines += [f"## {name.replace('_', ' ').capitalize()}", ""]
        lines += [f"Source: [`model/{name}.py`](../../chalicelib/model/{name}.py).", ""]
        lines += ["```mermaid", "stateDiagram-v2", *_diagram(table), "```", ""]
        rows = [
            (f"`{state}`", _event(event), f"`{table[state][event]}`")
            for state in table
            for event in table[state]
        ]
        final = ", ".join(f"`{state}`" for state in table if not table[state])
        lines += [*_table(("in", "when", "becomes"), rows), "", f"Final: {final}.", ""]
    return _page("Transitions", lines)


def notices() -> str:
    """`model/notices.py`, as a page."""
    rows = []
    for kind in frames.kinds():
        to, when = glossary.NOTICES[kind.__name__]
        schema = frames.outward(kind)
        sent = uses.made_in(kind.__name__)
        rows.append(
            (
                f"`{schema['properties']['type']['const']}`",
                to,
                when + ("" if sent or kind.__name__ == "Failed" else " (declared, not sent yet)"),
                _listed(schema, {"type", "id"}),
            )
        )
    lines = [
        "What is not declared in [`model/notices.py`](../../chalicelib/model/notices.py) is never "
        "pushed, and what has no value is left out: `?` marks what may be. The answer to a frame "
        "that had an `id` brings that `id` back. Of `error`, "
        "[`web/failures.py`](../../chalicelib/web/failures.py) sends `code` and `message`, and "
        "the `client_id` of the frame at fault.",
        "",
        *_table(("`type`", "to", "when", "fields"), rows),
    ]
    return _page("Frames to a browser", lines)


def actions() -> str:
    """The tables of actions of `web/`, as a page."""
    lines = [
        'A frame to the server is `{"action", "id"?, ...}`. Another field than these is refused '
        "(`unknown_field`). Any action may be answered by `error`. Sources: "
        "[`web/visitor_actions.py`](../../chalicelib/web/visitor_actions.py), "
        "[`web/staff_actions.py`](../../chalicelib/web/staff_actions.py).",
        "",
    ]
    for side, table in ACTIONS.items():
        rows = [
            (
                f"`{name}`",
                glossary.MEANINGS[side.value][name],
                _taken(fields_of(action)),
                ", then ".join(f"`{each}`" for each in glossary.ANSWERS[side.value][name])
                or "none",
            )
            for name, action in table.items()
        ]
        lines += [f"## {side.value.capitalize()}", ""]
        lines += [*_table(("`action`", "meaning", "fields", "answer"), rows), ""]
    lines += ["## Fields", ""]
    named = [(f"`{name}`", meaning) for name, (meaning, _) in sorted(glossary.FIELDS.items())]
    return _page("Frames from a browser", [*lines, *_table(("field", "meaning"), named)])


def requests() -> str:
    """What `docs.generate.requests` counts, as a page."""
    rows = [
        (
            each.action,
            _calls(each.reads),
            _calls(each.writes),
            "" if each.first is None else str(each.first),
            str(each.pushes or ""),
            str(each.alarms or ""),
        )
        for each in counted()
    ]
    lines = [
        "Requests to DynamoDB, counted where they leave the process, in "
        "[`docs/generate/requests.py`](../generate/requests.py): one site, one group, one agent "
        "with one page open, one page per visitor, and a Lambda that has read the playbook and "
        "the list of the staff within the last five seconds. *Before the answer* counts reads and "
        "writes until the one who asked has it; a returned answer is counted at the end.",
        "",
        *_table(("action", "reads", "writes", "before the answer", "pushes", "alarms"), rows),
    ]
    return _page("Requests for each action", lines)


def costs() -> str:
    """What `docs.generate.costs` reckons, as a page."""
    return _page("Costs", prices.lines())


def _calls(made: Counter[str]) -> str:
    return ", ".join(f"{times} {name}" for name, times in sorted(made.items())) or "none"


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([WRITTEN, "", f"# {title}", "", *lines]).rstrip() + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    written = [f"| {' | '.join(each)} |" for each in (head, *rows)]
    return [written[0], f"|{'---|' * len(head)}", *written[1:]]


def _kind(fact: Fact) -> str:
    return "as declared" if fact.family is Family.DATA else fact.kind


def _values(fact: Fact) -> str:
    found = []
    if fact.words:
        found.append(", ".join(f"`{word}`" for word in fact.words))
    if fact.form is not Form.PLAIN:
        found.append(f"compares as {fact.form}")
    if fact.ceiling is not None and not fact.words:
        found.append(f"at most {fact.ceiling}" if fact.ceiling > 1 else "from false to true")
    if fact.routing_only:
        found.append("routing rules only")
    return "; ".join(found)


def _all_kinds() -> frozenset[StrEnum]:
    return frozenset(kind for each in OPERATORS.values() for kind in each.kinds)


def machines() -> Iterator[tuple[str, Table]]:
    """Every module of `model/` that has a table of transitions, with its table."""
    for module in pkgutil.iter_modules(model.__path__):
        found = importlib.import_module(f"{model.__name__}.{module.name}")
        if hasattr(found, "TRANSITIONS"):
            yield module.name, found.TRANSITIONS


def _diagram(table: Table) -> Iterator[str]:
    reached = {after for follows in table.values() for after in follows.values()}
    for position, state in enumerate(table):
        if position == 0 or state not in reached:
            yield f"    [*] --> {state}"
    for state, follows in table.items():
        for event, after in follows.items():
            yield f"    {state} --> {after}: {event}"
        if not follows:
            yield f"    {state} --> [*]"


def _event(event: StrEnum) -> str:
    return f"`{event}`" + ("" if uses.is_used(type(event).__name__, event.name) else " *")


def _listed(schema: Mapping[str, Any], left_out: set[str]) -> str:
    required = set(schema["required"])
    names = (name for name in schema["properties"] if name not in left_out)
    return ", ".join(f"`{name}`" + ("" if name in required else "?") for name in names)


def _taken(taken: Mapping[str, Taken]) -> str:
    found = []
    for each in taken.values():
        inner = f" ({_taken(each.inner)})" if each.inner else ""
        found.append(f"`{each.name}`" + ("" if frames.is_required(each) else "?") + inner)
    return ", ".join(found) or "none"
