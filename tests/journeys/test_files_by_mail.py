"""A visitor answers by mail and sends files along: which of them does the agent get?"""

import pytest

from chalicelib.model.inbound import Refusal
from tests.bank import flow
from tests.mails import arrives, mail
from tests.people import begun, ends, says, stored
from tests.shelf import PDF, PNG
from tests.world import World

FORM = ("form.pdf", "application/pdf", PDF)
PHOTO = ("photo.png", "image/png", PNG)
PAGE = ("page.html", "text/html", b"<script>alert(1)</script>")
DRAWING = ("drawing.svg", "image/svg+xml", b"<svg onload=alert(1)>")


@pytest.fixture
def world():
    world = World().site(flows=[flow("asks", 30)])
    world.user("ada", slots=3)
    world.later(6)
    world.available("ada")
    return world


@pytest.fixture
def visitor(world):
    """Somebody who left an address, then the page, and was answered by mail."""
    visitor = begun(world, "v1")
    visitor.does("email", address="grace@example.com")
    visitor.leave()
    says(world, "ada", visitor, "Please send us the form.")
    world.run_alarms(0)
    return visitor


def sends(world, *files, text="Here it is.", **more):
    """The visitor answers by mail, with these files; why it is refused, if it is."""
    return arrives(world, mail(world.sent[-1].reply_to, text, files=files, **more))


def said(world, visitor, after=3):
    """What a mail has made of itself: who says what, with which files."""
    found = world.ports.conversations.messages("bank", stored(visitor).id, after, 100)
    return [
        (each.author.kind.value, each.text, [file.name for file in each.attachments])
        for each in found
    ]


def test_the_agent_gets_the_files_that_came_with_the_words(world, visitor):
    assert sends(world, FORM, PHOTO) is None
    assert said(world, visitor) == [("visitor", "Here it is.", ["form.pdf", "photo.png"])]
    form, photo = world.heard("page of ada", "message")[-1]["attachments"]
    assert (form["name"], form["type"], form["size"]) == ("form.pdf", "application/pdf", len(PDF))
    # Where a browser would have posted them, and kept for good.
    for file, content in ((form, PDF), (photo, PNG)):
        key = f"attachments/bank/{stored(visitor).id}/{file['id']}"
        assert world.files.lying[key][1] == content
        assert key in world.files.kept


def test_the_visitor_reads_their_own_file_in_the_box_too(world, visitor):
    sends(world, FORM)
    world.gone.clear()
    items = visitor.does("resume", after=3)["items"]
    [file] = items[0]["attachments"]
    link = visitor.does("download", number=items[0]["number"], attachment=file["id"])
    assert "attachment=form.pdf" in link["url"]


def test_what_the_box_would_refuse_is_left_out_by_name(world, visitor):
    tool = ("tool.exe", "application/octet-stream", b"MZ")
    false = ("false.png", "image/png", b"<html>")
    empty = ("empty.pdf", "application/pdf", b"")
    assert sends(world, PAGE, FORM, DRAWING, tool, false, empty) is None
    words, line = said(world, visitor)
    assert words == ("visitor", "Here it is.", ["form.pdf"])
    assert (line[0], line[2]) == ("system", [])
    names = "page.html, drawing.svg, tool.exe, false.png, empty.pdf"
    assert line[1] == f"Files of the e-mail that could not be taken over: {names}"
    assert len(world.files.lying) == 1


def test_a_mail_of_nothing_but_refused_files_is_still_heard(world, visitor):
    assert sends(world, PAGE, text="") is None
    words, line = said(world, visitor)
    assert words == ("visitor", "page.html", [])
    assert line[0] == "system"
    assert stored(visitor).unanswered_since is not None


@pytest.mark.parametrize(
    "settings", [{"enabled": False}, {"types": ["image/png"]}, {"max_bytes": len(PDF) - 1}]
)
def test_the_site_says_which_files_it_takes(world, visitor, settings):
    world.publish(
        lambda document: {**document, "site": {**document["site"], "attachments": settings}}
    )
    assert sends(world, FORM) is None
    words, line = said(world, visitor)
    assert words == ("visitor", "Here it is.", [])
    assert line[1].endswith(": form.pdf")
    assert not world.files.lying


def test_the_same_mail_again_stores_nothing_twice(world, visitor):
    for _ in range(3):
        assert sends(world, FORM, PAGE) is None
    assert len(said(world, visitor)) == 2
    assert len(world.files.lying) == 1
    # After the end it is still known.
    ends(visitor)
    assert sends(world, FORM, PAGE) is None
    assert set(world.files.lying) == world.files.kept


def test_another_mail_of_the_same_name_cannot_change_a_file(world, visitor):
    sends(world, FORM)
    before = dict(world.files.lying)
    assert sends(world, ("form.pdf", "application/pdf", PDF + b" forged")) is Refusal.CHANGED
    assert {key: world.files.lying[key] for key in before} == before


def test_more_files_than_a_message_holds_come_in_several(world, visitor):
    photos = [(f"{n}.png", "image/png", PNG + bytes([n])) for n in range(23)]
    assert sends(world, *photos, text="word " * 900) is None
    *messages, line = said(world, visitor)
    assert [len(files) for _kind, _text, files in messages] == [5, 5, 5, 5]
    assert "".join(text for _kind, text, _files in messages).startswith("word word")
    assert line[1].endswith(": 20.png, 21.png, 22.png")


def test_after_the_end_no_file_is_kept(world, visitor):
    ends(visitor)
    assert sends(world, FORM) is Refusal.CLOSED
    assert not world.files.lying
    world.run_alarms(0)
    assert world.sent[-1].kind.value == "closed"
