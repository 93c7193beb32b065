"""Is every format drawn from what the site has published, and from nothing else?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from local import environments
from tests.browser.scenes import box, news, staged, talking
from tests.browser.stage import Stage
from tests.browser.words import BOX, FACE, HELLO

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
BUTTON = '<button id="own" type="button" data-vestibule-button="hello">Talk to us</button>'
# Counts the notes that are played, and lets a test look away.
STUBS = """() => {
  window.notes = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { notes += 1; start.apply(this, when) };
  window.look = away => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
    document.dispatchEvent(new Event('visibilitychange'));
  };
}"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


def style(part: Locator, name: str) -> str:
    value: str = part.evaluate("(e, name) => getComputedStyle(e)[name]", name)
    return value


def place(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return dict(found)


@pytest.mark.parametrize("format", ["classic", "messaging", "badge", "banner", "pop_in"])
def test_a_format_says_and_shows_what_its_author_wrote(
    format: str, open_page: Callable[..., Page]
) -> None:
    stage = staged(open_page(), "en", notification={"format": format})
    card = stage.part("notification")
    expect(card).to_have_attribute("data-format", format)
    expect(card.locator("img")).to_have_attribute("src", FACE)
    expect(stage.part("accept")).to_have_text(HELLO["en"]["call_to_action"])
    if format != "badge":
        expect(card).to_contain_text(HELLO["en"]["title"])
        expect(card).to_contain_text(HELLO["en"]["text"])
    stage.part("accept").click()
    expect(stage.part("chatbox")).to_be_visible()
    expect(card).to_have_count(0)


@pytest.mark.parametrize(
    ("format", "position", "edges"),
    [
        ("classic", "bottom_right", {"right": 20, "bottom": 20}),
        ("classic", "bottom_left", {"left": 20, "bottom": 20}),
        ("badge", "bottom_left", {"left": 20, "bottom": 20}),
        ("messaging", "bottom_right", {"right": 20, "bottom": 20}),
        ("banner", "top", {"left": 0, "right": 0, "top": 0}),
        ("banner", "bottom", {"left": 0, "right": 0, "bottom": 0}),
    ],
)
def test_a_format_is_where_its_author_put_it(
    format: str, position: str, edges: dict[str, float], open_page: Callable[..., Page]
) -> None:
    stage = staged(open_page(), "en", notification={"format": format, "position": position})
    expect(stage.part("notification")).to_be_visible()
    found = place(stage.part("notification"))
    distances = {
        "left": found["x"],
        "top": found["y"],
        "right": 1280 - found["x"] - found["width"],
        "bottom": 800 - found["y"] - found["height"],
    }
    assert {edge: distances[edge] for edge in edges} == edges


def test_a_pop_in_is_in_the_middle_and_a_click_beside_it_refuses(
    open_page: Callable[..., Page],
) -> None:
    stage = staged(open_page(), "en", notification={"format": "pop_in"})
    found = place(stage.part("notification"))
    assert found["x"] + found["width"] / 2 == 640
    assert abs(found["y"] + found["height"] / 2 - 400) <= 1
    stage.page.mouse.click(5, 5)
    expect(stage.part("notification")).to_have_count(0)
    assert [each["action"] for each in stage.heard] == ["page", "dismiss"]


def test_colours_are_the_authors_where_they_can_be_read(open_page: Callable[..., Page]) -> None:
    colours = {"background": "#102A43", "text": "#F0F4F8", "button": "#FFD1DC"}
    stage = staged(
        open_page(), "en", notification={"colours": {**colours, "button_text": "#FFF0F5"}}
    )
    card, call = stage.part("notification"), stage.part("accept")
    assert style(card, "backgroundColor") == "rgb(16, 42, 67)"
    assert style(card, "color") == "rgb(240, 244, 248)"
    assert style(call, "backgroundColor") == "rgb(255, 209, 220)"
    assert style(call, "color") == "rgb(0, 0, 0)"


def test_the_chatbox_has_its_font_its_scheme_and_its_side(open_page: Callable[..., Page]) -> None:
    look = {"font": 'Georgia, "Times New Roman", serif', "scheme": "light"}
    sides = {"position": "bottom_right", "mobile_position": "bottom_left"}
    stage = box(open_page(color_scheme="dark"), "en", chatbox={**look, **sides})
    chatbox = stage.part("chatbox")
    assert style(chatbox, "fontFamily") == look["font"]
    assert style(chatbox, "backgroundColor") == "rgb(255, 255, 255)"
    assert place(chatbox)["x"] > 640
    phone = news(open_page(**PHONE), "en")
    assert place(phone.part("bubble"))["x"] > 195
    phone = staged(open_page(**PHONE), "en", chatbox=sides)
    phone.accept()
    phone.part("close").click()
    assert place(phone.part("bubble"))["x"] == 16


def test_the_scheme_follows_the_visitor_while_the_page_is_open(
    open_page: Callable[..., Page],
) -> None:
    stage = box(open_page(color_scheme="light"), "en")
    assert style(stage.part("chatbox"), "backgroundColor") == "rgb(255, 255, 255)"
    stage.page.emulate_media(color_scheme="dark")
    expect(stage.part("chatbox")).to_have_css("background-color", "rgb(22, 24, 29)")


@pytest.mark.parametrize("animation", ["none", "fade", "slide", "grow"])
def test_an_invitation_comes_as_its_author_wished(
    animation: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(reduced_motion="no-preference")
    stage = staged(page, "en", notification={"animation": animation})
    assert style(stage.part("notification"), "animationName") == animation


def test_the_pages_own_button_has_three_states_and_gets_the_focus_back(
    open_page: Callable[..., Page],
) -> None:
    stage = Stage(
        open_page(),
        notification={"format": "custom_button"},
        chatbox={"texts": BOX},
        body=BUTTON,
    )
    assert stage.engagement is not None
    stage.engagement["button"] = {"state": "busy"}
    stage.open()
    own = stage.page.locator("#own")
    expect(own).to_have_attribute("data-vestibule-state", "busy")
    for number, state in enumerate(("offline", "online"), 1):
        about = {"engagement": "e1", "notification": "hello", "state": state, "number": number}
        stage.push("button", **about)
        expect(own).to_have_attribute("data-vestibule-state", state)
    expect(own).to_have_attribute("aria-disabled", "false")
    own.focus()
    stage.engagement["button"] = {"state": "online"}
    stage.page.keyboard.press("Enter")
    expect(stage.part("input")).to_be_focused()
    stage.page.keyboard.press("Escape")
    expect(own).to_be_focused()


def test_what_was_said_comes_by_mail_to_whom_has_left_an_address(
    open_page: Callable[..., Page],
) -> None:
    stage = talking(open_page(), "en")
    stage.talk(state="closed")
    expect(stage.part("again")).to_be_visible()
    expect(stage.part("copy")).to_be_hidden()
    stage.talk(email={"state": "known", "address": "visitor@shop.example"})
    stage.answers["transcript"] = {"type": "error", "code": "busy", "message": "later"}
    stage.part("copy").click()
    expect(stage.part("copy-state")).to_have_text("It could not be sent. Please try again.")
    del stage.answers["transcript"]
    stage.part("copy").click()
    expect(stage.part("copy-state")).to_have_text("It is on its way to visitor@shop.example.")
    expect(stage.part("copy")).to_be_hidden()
    expect(stage.part("copy-state")).to_be_focused()


def test_title_and_sound_are_silent_until_the_visitor_wishes_for_them(
    open_page: Callable[..., Page],
) -> None:
    stage = talking(open_page(), "en")
    stage.page.evaluate(STUBS)
    bell = stage.part("alerts")
    expect(bell).to_have_attribute("aria-pressed", "false")
    stage.page.evaluate("() => look(true)")
    stage.say("Are you still there?")
    expect(stage.said("still there")).to_be_attached()
    assert stage.page.evaluate("() => [document.title, notes]") == ["A shop", 0]
    stage.page.evaluate("() => look(false)")
    bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")
    stage.page.wait_for_function("() => notes === 2")
    stage.page.evaluate("() => look(true)")
    stage.say("Hello?")
    expect(stage.page).to_have_title("(1) A shop")
    stage.page.wait_for_function("() => notes === 4")
    stage.page.evaluate("() => look(false)")
    expect(stage.page).to_have_title("A shop")
    stage.page.reload()
    expect(stage.part("alerts")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("language", "call", "words"),
    [
        ("en", "Open the chat", "Write a message…"),
        ("fr", "Ouvrir la discussion", "Écrivez un message…"),
        ("de", "Chat öffnen", "Nachricht schreiben…"),
        ("es", "Abrir el chat", "Escriba un mensaje…"),
        ("ar", "فتح المحادثة", "اكتب رسالة…"),
    ],
)
def test_five_languages_are_spoken(
    language: str, call: str, words: str, open_page: Callable[..., Page]
) -> None:
    hello = {language: {"text": "…"}}
    stage = staged(open_page(), language, notification={"texts": hello})
    expect(stage.part("accept")).to_have_text(call)
    stage.accept()
    expect(stage.part("input")).to_have_attribute("placeholder", words)
    direction = "rtl" if language == "ar" else "ltr"
    assert style(stage.part("chatbox"), "direction") == direction


def test_whoever_reads_the_end_stays_there_and_whoever_reads_above_stays_above(
    open_page: Callable[..., Page],
) -> None:
    stage = talking(open_page(), "en")
    for number in range(30):
        stage.say(f"Word {number}")
    rest = "e => e.scrollHeight - e.scrollTop - e.clientHeight"
    messages = stage.part("messages")
    expect(stage.said("Word 29")).to_be_in_viewport()
    assert messages.evaluate(rest) < 1
    messages.evaluate("e => { e.scrollTop = 0 }")
    stage.page.wait_for_timeout(100)
    stage.say("And more")
    expect(stage.said("And more")).to_be_attached()
    stage.page.wait_for_timeout(100)
    assert messages.evaluate("e => e.scrollTop") == 0
    stage.write("I was reading")
    expect(stage.said("I was reading")).to_be_in_viewport()
