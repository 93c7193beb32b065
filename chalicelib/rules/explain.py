"""Why does a condition come out as it does, in words for people?"""

from typing import Any, assert_never

from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Facts
from chalicelib.rules.tree import All, AnyOf, Compare, Condition, Not, Segment


def explain(condition: Condition, facts: Facts) -> dict[str, Any]:
    """The condition as a tree of results, JSON-ready; each comparison with the value it met.

    `result` is true, false or "unknown"; a fact's `state` is known, absent or pending.
    """
    outcome = evaluate(condition, facts)
    result = "unknown" if outcome is None else outcome
    match condition:
        case Compare():
            return {"result": result, **_compared(condition, facts)}
        case All(of=parts):
            return {"result": result, "all": [explain(part, facts) for part in parts]}
        case AnyOf(of=parts):
            return {"result": result, "any": [explain(part, facts) for part in parts]}
        case Not(of=part):
            return {"result": result, "not": explain(part, facts)}
        case Segment(name=name, of=part):
            return {"result": result, "segment": name, "when": explain(part, facts)}
        case _:
            assert_never(condition)


def _compared(comparison: Compare, facts: Facts) -> dict[str, Any]:
    told: dict[str, Any] = {"fact": comparison.fact, "is": comparison.op}
    if comparison.value is not None:
        value = comparison.value
        told["value"] = list(value) if isinstance(value, tuple) else value
    if comparison.fact not in facts:
        return {**told, "state": "absent" if comparison.reach is None else "pending"}
    observed = facts[comparison.fact]
    if comparison.read(observed) is None:
        return {**told, "state": "absent"}
    return {**told, "state": "known", "observed": observed}
