"""A letter that is due, without the story that made it."""

from datetime import timedelta

from chalicelib.model.letter import Letter, LetterKind


def due(world, id="letter", **more):
    fields = {
        "site": "bank",
        "conversation": "c1",
        "kind": LetterKind.ACKNOWLEDGEMENT,
        "address": "grace@example.com",
        "sender_name": "Linden Bank",
        "subject": "We have your question",
        "text": "Thank you.\n",
        "html": "<p>Thank you.</p>\n",
        "due_at": world.clock,
        "useless_at": world.clock + timedelta(days=1),
        "erased_at": world.clock + timedelta(days=395),
    }
    letter = Letter(id=id, **{**fields, **more})
    world.ports.letters.add(letter, conversation=None)
    return letter
