"""Do all stories on the stack have the same one, when several workers share the tests?"""

import pytest

pytestmark = pytest.mark.stack


def test_a_story_on_the_stack_is_in_the_stacks_group(request: pytest.FixtureRequest) -> None:
    # A release of pytest lost the groups without a word: every worker had a stack of its own.
    shared = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@stack") is shared
