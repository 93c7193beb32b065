"""Do the pages that people wrote name what is there, and all of it?"""

import re
from pathlib import Path

import pytest

from infra import template

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def text(path):
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize(
    "named", sorted(set(re.findall(r"tests/\S+?::\w+", text("docs/costs.md"))))
)
def test_a_budget_is_asserted_by_the_test_that_the_costs_name(named):
    path, name = named.split("::")
    assert f"def {name}(" in text(path)


@pytest.mark.parametrize(
    "prefix", sorted(set(re.findall(r'f?"([A-Z]+)(?:#|")', text("chalicelib/store/keys.py"))))
)
def test_every_kind_of_key_has_its_question(prefix):
    assert re.search(rf"`{prefix}[#`]", text("docs/access-patterns.md"))


@pytest.mark.parametrize("parameter", template.read()["Parameters"])
def test_every_parameter_of_the_stack_is_explained(parameter):
    assert f"`{parameter}`" in text("docs/operations.md")


def test_every_target_a_page_tells_to_make_is_there():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")):
        commands = re.findall(r"(?:^|`|\n)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page.read_text("utf-8"))
        assert set(commands) <= targets, page


def test_every_image_can_be_read_by_those_who_do_not_see_it():
    for image in DOCS.glob("images/*.svg"):
        drawing = image.read_text("utf-8")
        assert "<title" in drawing and "<desc" in drawing
        assert "prefers-color-scheme: dark" in drawing
