"""Do the documents say what the code says?"""

import json
import re
from pathlib import Path

import pytest

from chalicelib.rules.facts import CATALOGUE
from chalicelib.rules.operators import OPERATORS
from chalicelib.web.protocol import ACTIONS
from docs import generate
from docs.generate import asyncapi, frames, glossary, pages
from docs.generate.reading import fields_of

DOCS = Path(generate.__file__).parents[1]
ROOT = DOCS.parent


@pytest.mark.parametrize("name", list(generate.DOCUMENTS))
def test_a_generated_document_is_what_the_code_says_now(name):
    committed = (DOCS / name).read_text("utf-8")
    assert committed == generate.DOCUMENTS[name](), "stale: run `make docs`"


@pytest.mark.parametrize("page", sorted(DOCS.glob("generated/*.md")), ids=lambda page: page.name)
def test_nobody_writes_a_page_among_the_generated_ones(page):
    assert f"generated/{page.name}" in generate.DOCUMENTS


def test_every_fact_and_operator_is_listed():
    assert all(f"| `{name}` |" in pages.facts() for name in CATALOGUE)
    assert all(f"`{name}`" in pages.operators() for name in OPERATORS)


def test_the_four_machines_of_the_product_are_drawn():
    drawn = {name for name, _table in pages.machines()}
    assert {"conversation", "engagement", "flow_run", "letter"} <= drawn


def test_every_action_has_a_meaning_and_an_answer_and_no_other_has():
    for side, actions in ACTIONS.items():
        assert glossary.MEANINGS[side.value].keys() == actions.keys()
        assert glossary.ANSWERS[side.value].keys() == actions.keys()


def test_every_notice_has_a_reader_and_no_other_has():
    assert glossary.NOTICES.keys() == {kind.__name__ for kind in frames.kinds()}
    assert {to for to, _when in glossary.NOTICES.values()} <= {"visitor", "staff", "both"}


def test_every_field_of_a_frame_has_a_meaning_and_no_other_has():
    def names(taken):
        return {name for each in taken.values() for name in ({each.name} | names(each.inner))}

    read = [names(fields_of(action)) for side in ACTIONS.values() for action in side.values()]
    assert set().union(*read) == glossary.FIELDS.keys()


def test_every_reference_of_the_asyncapi_document_leads_somewhere():
    document = asyncapi.document()
    references = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))
    assert references
    for reference in references:
        found = document
        for part in reference.split("/"):
            found = found[part]


def pages_by_hand():
    """Every page a person wrote, with the links in it that stay in the repository."""
    written = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    for page in (*written, *sorted(DOCS.rglob("*.md"))):
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in link:
                yield pytest.param(page.parent / link, id=f"{page.name}-{link}")


@pytest.mark.parametrize("target", list(pages_by_hand()))
def test_a_link_leads_to_a_file(target):
    assert target.exists()


def test_every_decision_is_listed_once_in_their_order():
    decisions = sorted(each.name for each in DOCS.glob("decisions/[0-9]*.md"))
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (DOCS / "decisions/README.md").read_text("utf-8"))
    assert listed == decisions
    assert [each[:4] for each in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
