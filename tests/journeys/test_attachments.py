"""Files come with messages: who may send one, what is taken, and who may read it."""

import pytest

from tests.bank import flow
from tests.people import begun, ends, says, stored
from tests.shelf import PDF, PNG
from tests.world import World

ADDRESS = "grace@example.com"


def a_bank(**document):
    world = World().site(**document)
    world.user("ada", slots=3, display_name="Ada")
    world.available("ada")
    return world


@pytest.fixture
def visitor():
    return begun(a_bank(flows=[flow("asks", 30)]), "v1")


def uploads(visitor, name="card.png", type="image/png", content=PNG):
    """A visitor's browser asks for a form and posts a file with it; the file's id."""
    allowed = visitor.does("attach", name=name, type=type, size=len(content))
    assert allowed["type"] == "upload", allowed
    visitor.world.files.post(allowed["fields"], content)
    return allowed["attachment"]


def sends(visitor, *attachments, text="Look", client_id="c-file"):
    return visitor.does("message", client_id=client_id, text=text, attachments=list(attachments))


def agent_does(visitor, action, **fields):
    conversation = visitor.conversation["id"]
    return visitor.world.agent(
        "page of ada", "ada", action=action, conversation=conversation, **fields
    )


def test_a_file_comes_with_a_message_and_is_read_by_both_sides(visitor):
    file = uploads(visitor)
    number = sends(visitor, file)["number"]
    shown = {"id": file, "name": "card.png", "type": "image/png", "size": len(PNG)}
    assert visitor.world.heard("page of ada", "message")[-1]["attachments"] == [shown]
    assert visitor.does("resume", after=number - 1)["items"][0]["attachments"] == [shown]
    link = visitor.does("download", number=number, attachment=file)
    key = f"attachments/bank/{visitor.conversation['id']}/{file}"
    assert link["url"] == f"https://files.example/{key}?inline=card.png"
    assert visitor.world.files.kept == {key}


def test_a_file_needs_no_words_but_a_message_without_both_is_none(visitor):
    file = uploads(visitor)
    assert sends(visitor, file, text="")["type"] == "ack"
    assert sends(visitor, text="", client_id="c2")["code"] == "invalid_field"
    blank = sends(visitor, uploads(visitor), text="  ", client_id="c3")
    assert visitor.does("resume", after=blank["number"] - 1)["items"][0]["text"] == ""


def test_what_a_browser_does_not_show_is_saved(visitor):
    file = uploads(visitor, "form.pdf", "application/pdf", PDF)
    number = sends(visitor, file)["number"]
    assert "?attachment=" in visitor.does("download", number=number, attachment=file)["url"]


@pytest.mark.parametrize(
    ("type", "size", "code"),
    [
        ("image/svg+xml", 10, "unsupported_type"),
        ("text/html", 10, "unsupported_type"),
        ("text/plain", 10, "unsupported_type"),
        ("image/png; charset=x", 10, "unsupported_type"),
        ("image/png", 0, "invalid_field"),
        ("image/png", 10_485_761, "too_large"),
        ("image/png", True, "invalid_field"),
    ],
)
def test_what_the_site_does_not_take_gets_no_form(visitor, type, size, code):
    refused = visitor.does("attach", name="a", type=type, size=size)
    assert (refused["type"], refused["code"]) == ("error", code)
    assert visitor.world.files.forms == {}


def test_a_site_says_what_it_takes():
    files = {"types": ["text/plain"], "max_bytes": 3}
    visitor = begun(a_bank(site={"attachments": files}), "v1")
    assert sends(visitor, uploads(visitor, "a.txt", "text/plain", b"abc"))["type"] == "ack"
    assert visitor.does("attach", name="a", type="text/plain", size=4)["code"] == "too_large"
    assert visitor.does("attach", name="a", type="image/png", size=3)["code"] == "unsupported_type"


def test_a_site_that_takes_no_files_takes_none_that_were_uploaded_before(visitor):
    file = uploads(visitor)

    def change(document):
        return {**document, "site": {**document["site"], "attachments": {"enabled": False}}}

    visitor.world.publish(change)
    assert visitor.does("attach", name="a", type="image/png", size=3)["code"] == "attachments_off"
    assert sends(visitor, file)["code"] == "attachments_off"


def test_a_file_whose_beginning_is_of_another_type_is_refused(visitor):
    file = uploads(visitor, content=b"<html><script>alert(1)</script>")
    assert sends(visitor, file)["code"] == "unsupported_type"
    assert visitor.world.files.kept == set()
    assert stored(visitor).last_number == 1


def test_a_file_that_never_came_is_refused(visitor):
    allowed = visitor.does("attach", name="a.png", type="image/png", size=len(PNG))
    assert sends(visitor, allowed["attachment"])["code"] == "unknown_attachment"


def test_a_file_of_another_conversation_or_of_the_other_side_is_none(visitor):
    stranger = begun(visitor.world, "v2")
    assert sends(visitor, uploads(stranger))["code"] == "unknown_attachment"
    own = uploads(visitor)
    said = agent_does(visitor, "message", client_id="a1", text="", attachments=[own])
    assert said["code"] == "unknown_attachment"
    number = sends(visitor, own)["number"]
    assert stranger.does("download", number=number, attachment=own)["code"] == "not_found"


def test_a_link_is_for_what_came_with_that_very_message(visitor):
    file, unsent = uploads(visitor), uploads(visitor)
    number = sends(visitor, file)["number"]
    for wrong, id in ((number, unsent), (number - 1, file), (number + 1, file)):
        assert visitor.does("download", number=wrong, attachment=id)["code"] == "not_found"


def test_the_same_message_sent_again_is_one_and_with_another_file_it_is_refused(visitor):
    file = uploads(visitor)
    first, again = sends(visitor, file), sends(visitor, file)
    assert (again["number"], again["duplicate"]) == (first["number"], True)
    assert sends(visitor, uploads(visitor))["code"] == "conflict"
    assert sends(visitor)["code"] == "conflict"


def test_a_message_carries_a_few_files_each_once(visitor):
    many = [uploads(visitor) for _ in range(6)]
    assert sends(visitor, *many)["code"] == "invalid_field"
    assert sends(visitor, many[0], many[0])["code"] == "invalid_field"
    assert sends(visitor, *many[:5])["type"] == "ack"


def test_nothing_is_sent_along_when_it_is_over(visitor):
    ends(visitor)
    refused = visitor.does("attach", name="a", type="image/png", size=3)
    assert refused["code"] == "conversation_closed"


def test_nobody_fills_the_store(visitor):
    for _ in range(60):
        assert visitor.does("attach", name="a", type="image/png", size=3)["type"] == "upload"
    refused = visitor.does("attach", name="a", type="image/png", size=3)
    assert refused["code"] == "rate_limited"


def test_a_mail_names_the_files_and_does_not_bring_them(visitor):
    world = visitor.world
    says(world, "ada", visitor, "Which card?")
    visitor.does("email", address=ADDRESS)
    sends(visitor, uploads(visitor), text="")
    world.run_alarms(0)
    world.sent.clear()
    visitor.does("transcript")
    world.run_alarms(0)
    [letter] = [each for each in world.sent if each.kind.value == "transcript"]
    assert "> 📎 card.png" in letter.text.split("\n")
    assert "files.example" not in letter.text + letter.html
