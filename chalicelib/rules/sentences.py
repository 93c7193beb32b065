"""What does a targeting decision's record say, in plain English?

One sentence on every rule, in the order in which they were considered. A rule is called by its name
as it is now, or by its id once it is gone.
"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.model.reading import shown
from chalicelib.rules.decide import Reason

Names = Mapping[str, str]
Told = Mapping[str, Any]

WORDS: Final[Mapping[str, str]] = {
    Reason.FIRED: "engages: it holds, and somebody could answer",
    Reason.HELD_OUT: "holds, and shows nothing: the visitor belongs to the share it is held from",
    Reason.OUTRANKED: "holds, and comes after the one that engages",
    Reason.NO_MATCH: "does not hold",
    Reason.PENDING: "does not hold yet",
    Reason.DRAFT: "is a draft",
    Reason.PAUSED: "is paused",
    Reason.CAMPAIGN_INACTIVE: "belongs to a campaign that is not running",
    Reason.OUT_OF_SCHEDULE: "is outside its schedule",
    Reason.OPEN_CONVERSATION: "waits: the visitor is in a conversation",
    Reason.FREQUENCY: "was shown often enough, or the site's rules together were",
    Reason.DISMISSED: "pauses: the visitor has waved an invitation away",
    Reason.UNAVAILABLE: "holds, and is passed over: nobody could answer",
}
_NOT: Final = "not "
# What a fact should do, by operator: `{}` is the author's value.
SHOULD: Final[Mapping[str, str]] = {
    "present": "have a value",
    "absent": "not have a value",
    "is": "be {}",
    "is_not": "not be {}",
    "in": "be one of {}",
    "not_in": "not be one of {}",
    "contains": "contain {}",
    "not_contains": "not contain {}",
    "starts_with": "start with {}",
    "not_starts_with": "not start with {}",
    "ends_with": "end with {}",
    "not_ends_with": "not end with {}",
    "like": "be like {}",
    "not_like": "not be like {}",
    "eq": "be {}",
    "ne": "not be {}",
    "lt": "be less than {}",
    "lte": "be at most {}",
    "gt": "be more than {}",
    "gte": "be at least {}",
    "between": "be between {}",
    "has": "hold {}",
    "has_any": "hold one of {}",
    "has_all": "hold all of {}",
    "has_none": "not hold one of {}",
}


def sentences(record: Told, names: Names) -> list[str]:
    """What became of each rule, with the fact that stood in its way."""
    return [_sentence(rule, names) for rule in record["rules"]]


def _sentence(told: Told, names: Names) -> str:
    name = names.get(told["rule"], told["rule"])
    why = _why(told["because"]) if told.get("because") else ""
    return f"“{name}” {WORDS[told['result']]}{why}."


def _why(because: Told) -> str:
    told = because.get("not", because)
    if "fact" not in told:
        return ": what it excludes is so, or could still be"
    should = SHOULD[told["is"]].format(_value(told.get("value")))
    if "not" in because:
        should = should.removeprefix(_NOT) if should.startswith(_NOT) else f"{_NOT}{should}"
    return f": {_observed(told, because['result'])}, and should {should}"


def _observed(comparison: Told, result: object) -> str:
    fact, state = comparison["fact"], comparison["state"]
    if state == "known":
        so_far = " so far" if result == "unknown" else ""
        return f"{fact} is {_value(comparison['observed'])}{so_far}"
    return f"{fact} has no value" if state == "absent" else f"{fact} is not known yet"


def _value(value: Any) -> str:
    return " and ".join(map(shown, value)) if isinstance(value, list) else shown(value)
