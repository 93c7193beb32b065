"""Would the judge of a busy hour notice?"""

from tests.stack import turns

A, B, AGENT = "conversation a", "conversation b", "agent"


def at(second: int) -> str:
    return f"2026-11-23T09:00:{second:02d}.000Z"


def row(event: str, second: int, **record: str | None) -> dict[str, object]:
    return {"event": event, "at": at(second), "record": {"group": "service", **record}}


def judged(first: int, second: int, *, asked: int = 5) -> list[str]:
    """A waits since 1 and B since 2; when each of them is served."""
    opened = {A: {"opened_at": at(1)}, B: {"opened_at": at(2)}}
    reasons = {
        id: [row("start", begun, outcome="enqueue"), row("queue", served, agent=AGENT)]
        for id, begun, served in ((A, 1, first), (B, 2, second))
    }
    return turns.overtaken(turns.services(opened, reasons, [], turns.seconds(at(asked))))


def test_whoever_came_later_and_is_served_sooner_is_named() -> None:
    assert judged(6, 7) == []
    assert judged(7, 6) == [f"{B} before {A}"]
    # Before everybody had asked, the one may not have stood there yet.
    assert judged(4, 3) == []


def test_who_was_given_back_keeps_the_place() -> None:
    opened = {A: {"opened_at": at(1)}, B: {"opened_at": at(2)}}
    reasons = {
        A: [row("start", 1, outcome="assign", agent=AGENT), row("queue", 20, agent="other")],
        B: [row("start", 2, outcome="enqueue"), row("queue", 10, agent=AGENT)],
    }
    asked = turns.seconds(at(5))
    for moment, named in ((9, [f"{B} before {A}"]), (11, [])):
        back = [(A, AGENT, turns.seconds(at(moment)))]
        assert turns.overtaken(turns.services(opened, reasons, back, asked)) == named


def test_a_freed_slot_is_measured_until_the_next_who_stood_there() -> None:
    waiting = turns.Service(
        conversation=B, group="service", agent=AGENT, at=12.5, opened=2.0, visible=5.0
    )
    closed = [{"closed_at": "1970-01-01T00:00:12Z", "closed_by": AGENT}]
    assert turns.handed_on(closed, [waiting], []) == [(12.0, waiting)]
    away = [(AGENT, 11.0, False), (AGENT, 12.2, True)]
    assert turns.handed_on(closed, [waiting], away) == []
