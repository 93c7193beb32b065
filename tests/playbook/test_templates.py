"""What may an author say of the look of the notifications and the chatbox?"""

import pytest

from chalicelib.errors import Invalid
from chalicelib.playbook.templates import parse_chatbox, parse_notification

NOTIFICATION = {"id": "hello", "name": "Hello"}


def refusal(parse, document):
    with pytest.raises(Invalid) as refused:
        parse(document, "template")
    return str(refused.value)


def test_a_banner_is_at_the_top_unless_its_author_says_otherwise():
    assert (
        parse_notification({**NOTIFICATION, "format": "banner"}, "n").shown()["position"] == "top"
    )
    below = {**NOTIFICATION, "format": "banner", "position": "bottom"}
    assert parse_notification(below, "n").shown()["position"] == "bottom"
    assert parse_notification(NOTIFICATION, "n").shown()["position"] == "bottom_right"


def test_a_page_is_told_how_a_notification_comes_and_of_each_colour():
    colours = {
        "background": "#102030",
        "text": "#FFFFFF",
        "button": "#FFCC00",
        "button_text": "#000000",
    }
    shown = parse_notification(
        {**NOTIFICATION, "animation": "grow", "colours": colours}, "n"
    ).shown()
    assert shown["animation"] == "grow"
    assert shown["colours"] == colours


def test_a_page_is_told_everything_that_the_chatbox_is_drawn_from():
    look = {
        "colours": {"primary": "#0F4C3A"},
        "scheme": "light",
        "font": 'Georgia, "Times New Roman", serif',
        "position": "bottom_right",
        "mobile_position": "bottom_left",
        "avatar": "https://bank.example/face.png",
        "survey": False,
        "texts": {"en": {"title": "Bank", "reply_time": "Within minutes", "consent": "May we?"}},
    }
    assert parse_chatbox(look, "chatbox").shown() == look


@pytest.mark.parametrize("font", ["Arial; color: red", "url(https://evil.example)", "a}b", "\\41"])
def test_a_font_is_a_list_of_names_and_nothing_else(font):
    assert refusal(parse_chatbox, {"font": font}).startswith("template.font: ")


@pytest.mark.parametrize(
    ("parse", "document", "path"),
    [
        (parse_chatbox, {"scheme": "sepia"}, "template.scheme"),
        (parse_chatbox, {"mobile_position": "top"}, "template.mobile_position"),
        (parse_chatbox, {"survey": "yes"}, "template.survey"),
        (parse_notification, {**NOTIFICATION, "animation": "blink"}, "template.animation"),
        (parse_notification, {**NOTIFICATION, "position": "middle"}, "template.position"),
        (
            parse_notification,
            {**NOTIFICATION, "colours": {"button": "url(x)"}},
            "template.colours.button",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_place(parse, document, path):
    assert refusal(parse, document).startswith(f"{path}: ")
