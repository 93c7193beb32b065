"""Z8: what the staff say among themselves reaches no visitor, by no way at all."""

import json
from dataclasses import asdict

from chalicelib.services.assignment import snoozes, transfers
from chalicelib.services.conversation import closing, notes
from tests.bank import flow, group
from tests.people import begun, says, stored
from tests.world import World

SECRET = "canary"


def everything_internal(world, visitor):
    """A note, tags, the comment of a transfer, and the reason of the end: each with the word."""
    ports, conversation = world.ports, stored(visitor).id
    ada, ben, mia = (world.ports.staff.user(name) for name in ("ada", "ben", "mia"))
    notes.add(ports, "bank", conversation, ada, f"{SECRET} note")
    notes.tag(ports, "bank", conversation, ada, (f"{SECRET} tag",))
    transfers.to_agent(ports, "bank", conversation, ada, "ben", f"{SECRET} comment")
    says(world, "ben", visitor, "Good morning", "b1")
    visitor.does("transcript")
    visitor.tab("another").does("resume", after=0)
    until = world.clock.replace(hour=20)
    snoozes.snooze(ports, "bank", conversation, until, keep=True, by=ben)
    visitor.say("Are you there?")
    says(world, "ben", visitor, "Yes", "b2")
    world.run_alarms(300)
    closing.close(
        ports, "bank", conversation, by=mia, reason=f"{SECRET} reason", tags=(f"{SECRET} last",)
    )
    visitor.does("rate", csat=5)
    visitor.does("transcript")
    visitor.does("resume", after=0)
    world.run_alarms(300)


def test_z8_no_frame_and_no_mail_shows_a_visitor_what_is_internal():
    world = World().site(
        groups=[group(criteria={}, members=["ada", "ben"])], flows=[flow("asks", 30)]
    )
    for name in ("ada", "ben"):
        world.user(name)
    world.user("mia", role="manager")
    world.later(6)
    world.available("ada")
    world.available("ben")
    visitor = begun(world, "v1")
    visitor.does("email", address="grace@example.com")
    answers, frame = [], world.visitor

    def kept(*said, **fields):
        answers.append(frame(*said, **fields))
        return answers[-1]

    world.visitor = kept
    everything_internal(world, visitor)
    back = visitor.tab("the next day")
    back.arrive(resume={"token": visitor.token, "after": 0})
    shown = json.dumps([answers, world.frames["v1"], world.frames["another"]])
    shown += json.dumps([asdict(letter) for letter in world.sent], default=str)
    assert len(answers) >= 6 and {letter.kind.value for letter in world.sent} >= {
        "transcript",
        "unseen_reply",
    }
    assert "Are you there?" in shown and "Good morning" in shown
    assert SECRET not in shown
    # And the team does see what was written for it.
    staff = json.dumps([world.frames["page of ada"], world.frames["page of ben"]])
    told = [each.text for each in world.ports.papers.notes("bank", stored(visitor).id)]
    assert f"{SECRET} tag" in staff
    assert told == [f"{SECRET} note", f"{SECRET} comment"]
