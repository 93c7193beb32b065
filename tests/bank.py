"""Pieces of configuration that journeys put together."""

from typing import Any

WORKING_DAYS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def flow(id: str, delay: int, hours: str | None = None, **more: Any) -> dict[str, Any]:
    """An e-mail request whose words name it."""
    return {
        "id": id,
        "name": id,
        "kind": "email_request",
        "status": "active",
        "delay_seconds": delay,
        "hours": hours,
        "messages": {
            "unknown": {
                "request": {"en": f"{id}: where can we write to you?"},
                "confirmation": {"en": f"{id}: thank you, we write to {{{{email}}}}"},
            },
            "known": {"information": {"en": f"{id}: we write to {{{{email}}}}"}},
        },
        "acknowledgement": {
            "enabled": True,
            "subject": {"en": "We have your question"},
            "text": {"en": "An answer comes to this address."},
        },
        **more,
    }


def estimated_wait(id: str, **more: Any) -> dict[str, Any]:
    """A flow that tells of the wait, in words that name it."""
    return {
        "id": id,
        "name": id,
        "kind": "estimated_wait",
        "status": "active",
        "messages": {
            "estimate": {"en": f"{id}: about {{{{minutes}}}} min"},
            "unknown": {"en": f"{id}: we are coming"},
            "exceeded": {"en": f"{id}: it takes longer, we are still coming"},
        },
        **more,
    }


def group(id: str = "service", **more: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "criteria": {"role": "agent"}, "queue_limit": 20, **more}


def site(**more: Any) -> dict[str, Any]:
    return {
        "languages": ["en", "fr"],
        "origins": ["https://bank.example"],
        "time_zone": "Europe/Paris",
        **more,
    }
