"""Is what the protocol page shows accepted by the code?"""

import json
import re
from pathlib import Path

import pytest

from chalicelib.errors import Invalid
from chalicelib.flows.templates import VARIABLES
from chalicelib.playbook.playbook import parse
from chalicelib.playbook.resources import COLLECTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
(EXAMPLE,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))


def test_the_playbook_on_the_page_is_without_fault():
    playbook = parse(EXAMPLE, 1)
    assert playbook.targeting_rules[0].id == "hesitates"


def test_the_playbook_on_the_page_shows_every_collection():
    assert EXAMPLE.keys() == {each.key for each in COLLECTIONS.values()} | {"site", "chatbox"}


def test_the_error_on_the_page_is_the_one_that_is_given():
    shown = re.search(r"for example `when\.(.*?)`\n", PAGE)[1]
    document = json.loads(json.dumps(EXAMPLE))
    document["targeting_rules"][0]["when"]["all"][0]["fact"] = "page.ulr"
    with pytest.raises(Invalid) as refusal:
        parse(document, 1)
    assert str(refusal.value) == f"targeting_rules[0].when.{shown}"


@pytest.mark.parametrize("path", COLLECTIONS)
def test_every_collection_has_its_path_on_the_page(path):
    assert f"…/{path}`" in PAGE


def test_the_variables_on_the_page_are_those_a_text_may_mention():
    (line,) = (line for line in PAGE.splitlines() if "They may mention" in line)
    assert set(re.findall(r"{{(\w+)}}", line)) == set(VARIABLES)
