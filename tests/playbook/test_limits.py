"""How large may a playbook be?"""

import pytest

from chalicelib.errors import Invalid
from chalicelib.playbook.playbook import parse
from tests.world import BANK


def with_rules(count):
    rule = BANK["targeting_rules"][0]
    rules = [{**rule, "id": f"rule-{number}"} for number in range(count)]
    return {**BANK, "site": {"id": "bank", "name": "Bank"}, "targeting_rules": rules}


def test_a_thousand_rules_are_taken_and_one_more_is_refused():
    assert len(parse(with_rules(1000), 1).targeting_rules) == 1000
    with pytest.raises(Invalid) as refusal:
        parse(with_rules(1001), 1)
    assert refusal.value.message == "targeting_rules: expected at most 1000 entries, got 1001"
