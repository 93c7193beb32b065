"""Which habits does the code keep, so that nobody needs to remember them?

The direction of imports is import-linter's; what is here is what no linter knows of Vestibule.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.model import conversation, engagement, flow_run, letter, notices
from chalicelib.web import staff_actions, visitor_actions

ROOT = Path(__file__).parents[1]
MODULES = sorted([ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 300

# Where each of these is the job.
CLOCK = {"chalicelib/outbound/clock.py"}
ENVIRONMENT = {"chalicelib/settings.py"}
KEYS = {"chalicelib/store/keys.py"}

TELLS_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "sleep"),
    ("uuid", "uuid4"),
    ("uuid", "uuid1"),
    ("secrets", "token_urlsafe"),
    ("secrets", "token_hex"),
    ("random", "random"),
    ("random", "choice"),
    ("os", "urandom"),
}
# Where the language of conditions, of routing and of the playbook is read.
AUTHORED = {"rules", "routing", "playbook"}
READS_ENVIRONMENT = {("os", "environ"), ("os", "getenv"), ("os", "environb")}
PATCHES = {"patch", "setattr", "setitem"}
VAGUE = {"utils", "helpers", "common", "misc", "base", "manager", "managers", "util", "helper"}

MACHINES = {
    "conversation": (
        conversation.TRANSITIONS,
        conversation.ConversationState,
        conversation.ConversationEvent,
    ),
    "engagement": (engagement.TRANSITIONS, engagement.EngagementState, engagement.EngagementEvent),
    "flow run": (flow_run.TRANSITIONS, flow_run.RunState, flow_run.RunEvent),
    "letter": (letter.TRANSITIONS, letter.LetterState, letter.LetterEvent),
}


# What nobody could take, and what is not shown to a control group, is so from the beginning.
BORN = {"missed", "held_out"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=named)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def attributes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every `name.attribute` that is mentioned, and every name imported from a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


@of(MODULES)
def test_a_module_is_short_enough_to_be_read_at_once(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@of([path for path in MODULES if path.name != "__init__.py"])
def test_a_module_begins_with_the_question_it_answers(path):
    assert ast.get_docstring(parsed(path))


@of([path for path in MODULES if named(path) not in CLOCK])
def test_time_and_chance_are_arguments(path):
    assert not TELLS_TIME & set(attributes(parsed(path)))


@of([path for path in MODULES if named(path) not in ENVIRONMENT])
def test_the_environment_is_read_in_one_place(path):
    assert not READS_ENVIRONMENT & set(attributes(parsed(path)))


@of([path for path in MODULES if "store" in path.parts and named(path) not in KEYS])
def test_keys_are_spelt_in_one_place(path):
    keys = {
        node.value
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        # A prefix to read by is a question about keys, not a key.
        and re.fullmatch(r"[A-Z]+#.+", node.value)
    }
    assert not keys


@of([path for path in MODULES if AUTHORED & set(path.parts)])
def test_nothing_that_an_author_writes_becomes_a_regular_expression(path):
    """Patterns are made when the module is read, of what stands in the module."""
    functions = [
        node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.Lambda)
    ]
    used = {pair for each in functions for pair in attributes(each)} - {("re", "Match")}
    assert not {name for name, _ in used} & {"re", "fnmatch"}


@of(MODULES)
def test_no_module_has_a_name_that_could_hold_anything(path):
    assert path.stem not in VAGUE


@of(TESTS)
def test_tests_put_nothing_in_the_place_of_our_code(path):
    tree = parsed(path)
    mentioned = {attribute for _name, attribute in attributes(tree)}
    patched = PATCHES & {
        attribute
        for name, attribute in attributes(tree)
        if name in ("monkeypatch", "mock", "mocker")
    }
    assert not patched
    assert "MagicMock" not in mentioned


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_of_a_machine_stands_in_its_table(machine):
    table, states, events = MACHINES[machine]
    assert set(table) == set(states)
    assert {event for row in table.values() for event in row} == set(events), "none is of no use"
    assert {state for row in table.values() for state in row.values()} <= set(states)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_of_a_machine_can_be_reached(machine):
    table, states, _events = MACHINES[machine]
    reached = {next(iter(states))}
    while True:
        further = reached | {after for state in reached for after in table[state].values()}
        if further == reached:
            break
        reached = further
    assert {state.value for state in set(states) - reached} <= BORN


def test_no_machine_is_forgotten_here():
    tables = [
        named(path)
        for path in MODULES
        if "model" in path.parts and re.search(r"^TRANSITIONS\b", path.read_text(), re.MULTILINE)
    ]
    assert len(tables) == len(MACHINES)


def test_every_notice_has_a_word_of_its_own():
    kinds = get_args(notices.Notice)
    # An engagement's change is told by the same word as its offer, within an answer.
    times = Counter(kind.type for kind in kinds)
    assert [word for word, count in times.items() if count > 1] in ([], ["conversation"])
    spoken = {
        kind
        for kind in vars(notices).values()
        if isinstance(kind, type) and isinstance(getattr(kind, "type", None), str)
    }
    assert spoken == set(kinds), "whatever has a word is a notice, and the other way round"


def test_the_words_of_the_protocol_are_all_understood():
    visitor = "page observed accept dismiss start message typing read resume email ping"
    staff = "presence message typing read resume ping"
    assert set(visitor_actions.ACTIONS) >= set(visitor.split())
    assert set(staff_actions.ACTIONS) >= set(staff.split())


def test_words_that_are_stored_are_small_and_stay_what_they_are():
    """A `StrEnum` member's value is what the table and the wire hold."""
    for module in (conversation, engagement, flow_run, letter):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum:
                assert all(re.fullmatch(r"[a-z_]+", each.value) for each in kind)
