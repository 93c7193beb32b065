"""Does a column remember what is worth it, and say the same whether it remembers or not?"""

from collections.abc import Iterator

import pytest

from chalicelib.rules import rule as targeting
from chalicelib.rules.compile import compile
from chalicelib.rules.facts import Kind
from chalicelib.rules.index.columns import IN_VAIN, MOST_NEW, PATIENCE, TRIAL, Column, most_values
from chalicelib.rules.index.groups import Group
from chalicelib.rules.index.rows import Ask, rows_of
from chalicelib.rules.vocabulary import Vocabulary
from tests.rules.builders import circumstances, document, rule

PATHS = [
    {"fact": "page.path", "is": "starts_with", "value": "/loans"},
    {"fact": "page.path", "is": "contains", "value": "7"},
    {"fact": "page.path", "is": "is_not", "value": "/loans/7"},
]
EVERY = 0b111
ALWAYS_NEW = PATIENCE + TRIAL


def column(*compared: dict[str, object], every: int = EVERY) -> Column:
    """What rules ask of a fact that have one comparison each."""
    asked: list[tuple[int, Ask]] = []
    for number, each in enumerate(compared):
        ((ask,),) = rows_of(rule(when=each).when).rows
        asked.append((number, ask))
    return Column(asked, every)


def paths() -> Iterator[str]:
    """Paths of which no two are alike."""
    number = 0
    while True:
        number += 1
        yield f"/{'loans' if number % 2 else 'cards'}/{number}"


def right(path: str) -> int:
    return path.startswith("/loans") | ("7" in path) << 1 | (path != "/loans/7") << 2


def met(of: Column, path: str) -> bool:
    """Ask for a path; whether it was among those met."""
    known = path in of.met
    assert of.standing({"page.path": path}) == right(path)
    return known


def test_a_value_that_was_met_is_not_read_again() -> None:
    paths_ = column(*PATHS)
    assert [met(paths_, "/loans/7") for _ in range(3)] == [False, True, True]


def test_where_all_values_are_new_none_is_looked_for_any_more() -> None:
    paths_, new = column(*PATHS), paths()
    for _ in range(ALWAYS_NEW):
        met(paths_, next(new))
    for _ in range(IN_VAIN // 2):
        assert not met(paths_, "/loans/7")
    assert paths_.met == {}


def test_once_values_come_again_they_are_remembered_again() -> None:
    paths_, new = column(*PATHS), paths()
    for _ in range(ALWAYS_NEW + IN_VAIN):
        met(paths_, next(new))
    for _ in range(TRIAL):
        assert not met(paths_, "/loans/7")
    assert met(paths_, "/loans/7")


def test_whether_values_come_again_is_asked_time_and_again() -> None:
    paths_, new = column(*PATHS), paths()
    first = next(new)
    for _ in range(PATIENCE):
        met(paths_, next(new))
    for _ in range(TRIAL):
        met(paths_, first)
    assert met(paths_, first)
    for _ in range(ALWAYS_NEW):
        met(paths_, next(new))
    assert not met(paths_, first)


@pytest.mark.parametrize(("new_ones", "given_up"), [(MOST_NEW, True), (MOST_NEW - 1, False)])
def test_a_few_that_are_known_are_enough_to_go_on(new_ones: int, given_up: bool) -> None:
    paths_, new = column(*PATHS), paths()
    first = next(new)
    met(paths_, first)
    for _ in range(PATIENCE - 1):
        met(paths_, next(new))
    for _ in range(new_ones):
        met(paths_, next(new))
    for _ in range(TRIAL - new_ones):
        met(paths_, first)
    assert (not met(paths_, first)) is given_up


def test_memory_is_bounded_and_starts_anew_when_it_is_full() -> None:
    many_rows = (1 << 600_000) - 1
    assert most_values(many_rows) == 64
    paths_, new = column(*PATHS, every=many_rows), paths()
    sizes = []
    for _ in range(150):
        paths_.standing({"page.path": next(new)})
        sizes.append(len(paths_.met))
    assert sizes == [*range(1, 65), *range(1, 65), *range(1, 23)]


@pytest.mark.parametrize("value", [19.5, "x" * 257, ["a"]])
def test_what_is_hardly_met_twice_is_not_kept(value: object) -> None:
    fact = "cart.amount" if isinstance(value, float) else "page.path"
    operator, operand = ("gte", 19) if fact == "cart.amount" else ("is", "a")
    of = column({"fact": fact, "is": operator, "value": operand})
    of.learn(value)
    assert of.met == {}


def test_lists_are_read_for_ever_although_none_can_be_remembered() -> None:
    lists = Vocabulary(segments={}, custom_data={"labels": Kind.LIST})
    wanted = {"fact": "data.labels", "is": "has", "value": "a"}
    index = compile([targeting.parse(document(when=wanted), "rule", lists)])
    for _ in range(2 * ALWAYS_NEW):
        assert index.decide({"data.labels": ["a"]}, circumstances()).fired is not None


def test_what_several_columns_say_together_is_forgotten_when_it_is_too_much() -> None:
    many_rows = (1 << 600_000) - 1
    device = column({"fact": "visitor.device", "is": "is", "value": "mobile"}, every=many_rows)
    browser = column({"fact": "visitor.browser", "is": "is", "value": "b7"}, every=many_rows)
    group = Group([device, browser], many_rows)
    for number in range(200):
        group.standing({"visitor.device": "mobile", "visitor.browser": f"b{number}"})
        assert len(group.met) <= 64
