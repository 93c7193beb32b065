"""Can everybody use the widget: by keyboard, by ear, enlarged, in either direction, in the dark?"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local import environments
from tests.browser.scenes import FORMATS, SCENES, box, staged, talking
from tests.browser.stage import OUTSIDE, Stage
from tests.browser.words import SAYS

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# 1280 by 1024 pixels, enlarged to 400 %.
ENLARGED = {"viewport": {"width": 320, "height": 256}}
# Contrast hangs on the scheme alone, order and names on the direction.
BOTH = [("en", "light"), ("ar", "dark")]
FOCUSED = """() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused?.dataset.part || focused?.className || focused?.tagName;
}"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


# Of what is beside the body axe cannot tell the contrast: the widget is moved into it, as it is.
RUN = """() => {
  document.body.moveBefore(document.querySelector('vestibule-widget'), null);
  return axe.run(document);
}"""


def faults(page: Page, *, unsure: bool = True) -> list[str]:
    """Whatever axe has against the page, all of its rules asked; and what it cannot tell."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(RUN)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary')}"
        for kind in ("violations", *(["incomplete"] if unsure else []))
        for each in found[kind]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("language", "scheme"), BOTH)
@pytest.mark.parametrize("name", SCENES)
def test_axe_finds_nothing(
    name: str, language: str, scheme: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme)
    SCENES[name](page, language)
    assert faults(page) == []


@pytest.mark.parametrize(("language", "scheme"), BOTH)
@pytest.mark.parametrize("name", SCENES)
def test_enlarged_to_400_percent_nothing_is_cut_off(
    name: str, language: str, scheme: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(**ENLARGED, color_scheme=scheme)
    SCENES[name](page, language)
    assert page.evaluate(OUTSIDE) == []
    # Of what is scrolled half out of sight nobody can tell the contrast; it is as in the large.
    assert faults(page, unsure=False) == []


@pytest.mark.parametrize(
    "fault",
    [
        "root => root.querySelector('.legal').style.color = '#aaa'",
        "root => root.querySelector('.send').removeAttribute('aria-label')",
    ],
)
def test_axe_would_find_a_fault(fault: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    talking(page, "en")
    page.evaluate(f"() => ({fault})(document.querySelector('vestibule-widget').shadowRoot)")
    assert faults(page) != []


def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        stage.page.keyboard.press(key)


def reach(stage: Stage, part: str, key: str = "Tab") -> None:
    """Tab until something has the focus; it must be near."""
    for _ in range(25):
        if stage.page.evaluate(FOCUSED) == part:
            return
        press(stage, key)
    raise AssertionError(f"{key} does not lead to {part}")


def test_the_whole_story_by_keyboard(open_page: Callable[..., Page]) -> None:
    stage = staged(open_page(), "en", consent_required=True)
    expect(stage.part("notification")).to_be_visible()
    reach(stage, "accept")
    press(stage, "Enter")
    expect(stage.part("input")).to_be_focused()
    stage.page.keyboard.type("First line")
    press(stage, "Shift+Enter")
    stage.page.keyboard.type("second line ")
    press(stage, "Shift+Tab", "Enter", "ArrowRight", "Enter")
    expect(stage.part("input")).to_be_focused()
    press(stage, "Enter")
    expect(stage.said("First line")).to_have_attribute("data-number", "1")
    assert stage.messages[0]["text"] == "First line\nsecond line 😀"
    reach(stage, "consent")
    press(stage, "Enter")
    expect(stage.part("input")).to_be_focused()
    expect(stage.part("consent")).to_be_hidden()
    press(stage, "Escape")
    expect(stage.part("chatbox")).to_be_hidden()
    expect(stage.part("bubble")).to_be_focused()
    stage.talk(state="assigned", agent={"kind": "agent", "name": "Chloé"})
    stage.say("Good morning")
    expect(stage.part("bubble")).to_have_accessible_name(re.compile("Unread messages: 1"))
    press(stage, "Enter")
    expect(stage.part("input")).to_be_focused()
    stage.push("email_request", conversation="c1", number=3, text="Your address?")
    expect(stage.part("email-input")).to_be_visible()
    reach(stage, "email-input", "Shift+Tab")
    expect(stage.part("email-input")).to_be_focused()
    stage.page.keyboard.type("me@shop.example")
    press(stage, "Enter")
    expect(stage.part("email-known")).to_contain_text("me@shop.example")
    stage.talk(state="closed")
    expect(stage.part("survey")).to_be_visible()
    reach(stage, "messages")
    press(stage, "Tab", "Tab", "Tab", "Enter")
    expect(stage.part("survey")).to_have_attribute("data-question", "nps")
    press(stage, "Tab", "Enter")
    expect(stage.part("survey-comment")).to_be_focused()
    stage.page.keyboard.type("Quick and kind")
    press(stage, "Tab", "Enter")
    expect(stage.part("survey-thanks")).to_be_focused()
    assert stage.answers["rate"] == {"csat": 3, "nps": 1, "comment": "Quick and kind"}
    press(stage, "Tab", "Enter")
    expect(stage.part("input")).to_be_focused()


@pytest.mark.parametrize("name", FORMATS)
def test_an_invitation_can_be_refused_by_keyboard(
    name: str, open_page: Callable[..., Page]
) -> None:
    stage = FORMATS[name](open_page(), "en")
    reach(stage, "dismiss")
    press(stage, "Enter")
    expect(stage.part("notification")).to_have_count(0)
    assert stage.heard[-1]["action"] == "dismiss"


def test_only_a_pop_in_takes_the_focus_and_it_gives_it_back(open_page: Callable[..., Page]) -> None:
    stage = FORMATS["classic"](open_page(), "en")
    assert stage.page.evaluate(FOCUSED) == "BODY"
    body = '<button id="buy" autofocus>Buy</button>'
    stage = staged(open_page(), "en", notification={"format": "pop_in"}, body=body)
    expect(stage.part("notification")).to_be_focused()
    # A key that was meant for the page answers nothing.
    press(stage, "Enter", "Space")
    expect(stage.part("notification")).to_be_visible()
    press(stage, "Escape")
    expect(stage.part("notification")).to_have_count(0)
    expect(stage.page.locator("#buy")).to_be_focused()


def test_a_pop_in_waits_for_a_visitor_who_is_writing(open_page: Callable[..., Page]) -> None:
    body = '<input id="name" autofocus><input id="street"><button id="buy">Buy</button>'
    stage = staged(open_page(), "en", notification={"format": "pop_in"}, body=body)
    expect(stage.part("notification")).to_be_attached()
    stage.page.keyboard.type("Vera")
    press(stage, "Tab")
    stage.page.keyboard.type("Quay 4")
    expect(stage.page.locator("#street")).to_have_value("Quay 4")
    expect(stage.part("notification")).to_be_hidden()
    press(stage, "Tab")
    expect(stage.part("notification")).to_be_focused()


def test_a_box_that_opens_by_itself_leaves_the_focus_alone(open_page: Callable[..., Page]) -> None:
    stage = staged(open_page(), "en", kind="chatbox", body='<input id="field" autofocus>')
    expect(stage.part("chatbox")).to_be_visible()
    expect(stage.page.locator("#field")).to_be_focused()


def test_where_the_box_covers_the_page_nothing_behind_it_is_reached(
    open_page: Callable[..., Page],
) -> None:
    stage = box(open_page(**ENLARGED), "en")
    link = stage.page.get_by_role("link", name="link", exact=True)
    for _ in range(12):
        press(stage, "Tab")
        expect(link).not_to_be_focused()
    modal = stage.part("chatbox").and_(stage.page.locator(":modal"))
    expect(modal).to_have_count(1)
    stage.page.set_viewport_size({"width": 1000, "height": 700})
    # The box steps aside when the page hears of its new size.
    expect(modal).to_have_count(0)
    expect(stage.part("chatbox")).to_be_visible()
    stage.page.locator("main a").focus()
    expect(link).to_be_focused()


def test_messages_and_states_are_read_out(open_page: Callable[..., Page]) -> None:
    stage = talking(open_page(), "en")
    log = stage.page.get_by_role("log", name="Messages")
    expect(log).to_contain_text(SAYS["en"]["free"])
    statuses = stage.page.get_by_role("status")
    expect(statuses.filter(has_text="Chloé is writing")).to_have_count(1)
    stage.talk(state="closed")
    expect(statuses.filter(has_text="This conversation is over")).to_have_count(1)
    region = stage.page.locator('[aria-live="polite"]')
    expect(region).to_have_count(1)


def test_each_mark_says_what_it_means_and_each_question_can_be_passed_over(
    open_page: Callable[..., Page],
) -> None:
    stage = SCENES["satisfaction"](open_page(), "en")
    asked = stage.page.get_by_role("group", name="How satisfied are you")
    marks = asked.get_by_role("button").filter(has_not_text="Skip")
    assert marks.all_text_contents() == ["1", "2", "3", "4", "5"]
    expect(marks.first).to_have_accessible_name(re.compile("1 .+ Not at all"))
    expect(marks.last).to_have_accessible_name(re.compile("5 .+ Very"))
    asked.get_by_role("button", name="Skip").press("Enter")
    asked = stage.page.get_by_role("group", name="Would you recommend")
    expect(asked.get_by_role("button", name=re.compile("0 .+ Not at all likely"))).to_be_focused()
    expect(asked.get_by_role("button", name=re.compile("10 .+ Very likely"))).to_be_visible()
    asked.get_by_role("button", name="7").press("Enter")
    expect(stage.page.get_by_role("textbox", name="tell us more")).to_be_focused()
    stage.part("survey-skip").press("Enter")
    expect(stage.part("survey-thanks")).to_be_focused()
    assert stage.answers["rate"] == {"nps": 7}


def test_a_name_keeps_its_direction_and_its_side(open_page: Callable[..., Page]) -> None:
    stage = SCENES["choosing files"](open_page(), "ar")
    explained = stage.part("upload-problem")
    expect(explained).to_have_text(re.compile("\u2068a photograph .*evening.png\u2069"))
    row, name = stage.part("upload").first, stage.part("upload").first.locator(".name")
    # On the right, where the row begins.
    edge = "e => { const r = document.createRange(); r.selectNodeContents(e); return RIGHT }"
    right = name.evaluate(edge.replace("RIGHT", "r.getBoundingClientRect().right"))
    assert 0 < row.evaluate("e => e.getBoundingClientRect().right") - right < 20


def test_who_asked_for_calm_sees_nothing_move(open_page: Callable[..., Page]) -> None:
    moves = "e => getComputedStyle(e).animationName"
    calm = FORMATS["classic"](open_page(reduced_motion="reduce"), "en")
    assert calm.part("notification").evaluate(moves) == "none"
    lively = FORMATS["classic"](open_page(reduced_motion="no-preference"), "en")
    assert lively.part("notification").evaluate(moves) == "slide"
