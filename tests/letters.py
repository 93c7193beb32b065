"""A letter, without the story that made it."""

from datetime import timedelta

from chalicelib.model.letter import Letter, LetterKind


def letter(due_at, **more):
    """What a visitor is sent; `more` is what matters to whoever asks for it."""
    fields = {
        "id": "letter",
        "site": "bank",
        "conversation": "c1",
        "kind": LetterKind.ACKNOWLEDGEMENT,
        "address": "grace@example.com",
        "sender_name": "Linden Bank",
        "subject": "We have your question",
        "text": "Thank you.\n",
        "html": "<p>Thank you.</p>\n",
        "due_at": due_at,
        "useless_at": due_at + timedelta(days=1),
        "erased_at": due_at + timedelta(days=395),
    }
    return Letter(**{**fields, **more})


def due(world, id="letter", **more):
    """One that waits to be sent; `world` is whatever has ports."""
    found = letter(world.ports.now(), id=id, **more)
    world.ports.letters.add(found, conversation=None)
    return found
