"""Is the widget itself on a page that is hostile, careless, or strict; and is it harmless there?"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from local import environments
from tests.browser.scenes import box, staged, talking
from tests.browser.stage import CALM, Stage
from tests.browser.words import BOX, HELLO
from tests.stack.live import until

pytestmark = pytest.mark.browser

# What a page does to everything that it can reach. What turns or fades the root itself turns the
# whole window, whatever is in it.
AGGRESSIVE = """
* { color: red !important; background: yellow !important; font: italic 40px/3 cursive !important;
    letter-spacing: 1em !important; text-transform: uppercase !important; cursor: none !important;
    text-indent: 99px !important; visibility: hidden !important; direction: rtl !important;
    pointer-events: none !important; user-select: none !important; text-align: end !important }
*:not(:root) { all: revert !important; margin: 30px !important; padding: 30px !important;
    border: 9px dashed red !important; display: inline !important; float: right !important;
    position: static !important; transform: rotate(45deg) !important; filter: invert(1) !important;
    opacity: 0.1 !important; z-index: -1 !important; box-sizing: content-box !important;
    width: 9px !important; height: 9px !important; animation: spin 1s infinite !important;
    writing-mode: vertical-rl !important; mix-blend-mode: multiply !important; zoom: 3 !important }
button, input, textarea, section, dialog, header, form { display: none !important }
@keyframes spin { to { transform: rotate(1turn) } }
"""
# Whatever a reset could do, and what is written before and after each element.
UNSET = """* { all: unset !important } *::before, *::after { all: unset !important;
  content: "x" !important; display: block !important } ::backdrop { background: red !important }
vestibule-widget, vestibule-widget * { display: none !important; contain: strict !important;
  clip-path: inset(100%) !important; max-height: 0 !important; translate: 900px !important }"""
FROZEN = """() => {
  for (const kind of [Object, Array, Function, String, Map, Set, Promise, Element, Node, Event,
                      EventTarget, HTMLElement, Date, RegExp, Error, Number]) {
    Object.freeze(kind.prototype); Object.freeze(kind);
  }
}"""
# What libraries of another time did to everybody's objects.
MEDDLED = """() => {
  Array.from = list => [...list];
  Object.prototype.extend = function () { return this };
  Array.prototype.each = function () { return this };
  window.Promise.prototype.done = () => undefined;
}"""
# Where, how large and in which colours each shown part is.
LOOK = """() => {
  const root = document.querySelector('vestibule-widget').shadowRoot;
  const shown = [...root.querySelectorAll('.surface *')].filter(each => each.checkVisibility());
  return shown.map(each => {
    const { x, y, width, height } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    const seen = ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontStyle', 'opacity',
      'lineHeight', 'letterSpacing', 'textTransform', 'textIndent', 'direction', 'visibility'];
    const box = [x, y, width, height].map(Math.round).join(' ');
    return `${each.tagName}.${each.getAttribute('class')} ${box} ${seen.map(name => style[name])}`;
  });
}"""
HOSTILE = [
    "<script>window.broken = 1</script>",
    '<img src=x onerror="window.broken = 1">',
    '"><svg/onload=window.broken=1>',
    "javascript:window.broken=1",
    "[click](javascript:window.broken=1)",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "\u202egnp.exe\u202c " + "W" * 300,
]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


@pytest.fixture
def look(open_page: Callable[..., Page]) -> Iterator[Callable[..., list[str]]]:
    """What the widget looks like in an open conversation, on a page with this style."""

    def looked(css: str) -> list[str]:
        stage = staged(open_page(), "en", css=css)
        stage.accept()
        stage.write("Good morning")
        expect(stage.said("Good morning")).to_be_visible()
        stage.page.mouse.move(0, 0)
        seen: list[str] = stage.page.evaluate(LOOK)
        return seen

    yield looked


def test_the_style_of_the_page_changes_nothing_of_the_widget(
    look: Callable[..., list[str]],
) -> None:
    calm = look(CALM)
    assert len(calm) > 30
    assert look(AGGRESSIVE) == calm
    assert look(UNSET) == calm


def test_the_widget_changes_nothing_of_the_page(open_page: Callable[..., Page]) -> None:
    body = """() => [...document.querySelectorAll('body, body *:not(script)')].map(each =>
      each.outerHTML.length + JSON.stringify(each.getBoundingClientRect())
      + getComputedStyle(each).font + getComputedStyle(each).color)"""
    names = "() => Object.keys(window).filter(name => !/^(vestibule|__|\\d+$)/.test(name)).sort()"
    stage = staged(open_page(), "en", notification={"format": "banner"})
    expect(stage.part("notification")).to_be_visible()
    before, known = stage.page.evaluate(body), stage.page.evaluate(names)
    stage.accept()
    stage.write("Good morning")
    assert stage.page.evaluate(body) == before
    assert stage.page.evaluate(names) == known


def test_frozen_prototypes_are_no_hindrance(open_page: Callable[..., Page]) -> None:
    texts = {"notification": {"format": "pop_in", "texts": HELLO}, "chatbox": {"texts": BOX}}
    stage = Stage(open_page(), **texts)
    stage.page.add_init_script(f"({FROZEN})()")
    stage.open()
    stage.accept()
    stage.write("Good morning")
    stage.talk(state="assigned", agent={"kind": "agent", "name": "Chloé"})
    stage.say("Good morning to you")
    expect(stage.said("Good morning to you")).to_be_visible()
    stage.talk(state="closed")
    stage.page.locator('[data-mark="4"]').click()
    expect(stage.part("survey")).to_have_attribute("data-question", "nps")


def test_what_old_libraries_add_to_prototypes_is_no_hindrance(
    open_page: Callable[..., Page],
) -> None:
    stage = Stage(open_page(), notification={"texts": HELLO}, chatbox={"texts": BOX})
    stage.page.add_init_script(f"({MEDDLED})()")
    stage.open()
    stage.accept()
    stage.part("input").fill("Look")
    expect(stage.part("send")).to_be_enabled()
    stage.write("Look")
    stage.talk(state="assigned", agent={"kind": "agent", "name": "Chloé"})
    stage.say("Good morning to you")
    stage.talk(state="closed")
    stage.page.locator('[data-mark="4"]').click()
    expect(stage.part("survey")).to_have_attribute("data-question", "nps")
    expect(stage.page.locator("[data-mark]")).to_have_count(11)


def test_words_are_words_wherever_they_come_from(open_page: Callable[..., Page]) -> None:
    worst = " ".join(HOSTILE)
    texts = dict.fromkeys(("title", "text", "call_to_action"), worst)
    box_texts = dict.fromkeys(BOX["en"], worst)
    stage = Stage(
        open_page(),
        notification={"texts": {"en": {name: text[:60] for name, text in texts.items()}}},
        chatbox={"texts": {"en": {name: text[:80] for name, text in box_texts.items()}}},
        name=worst,
        consent_required=True,
    ).open()
    stage.accept()
    for words in HOSTILE:
        stage.write(words)
        expect(stage.said(words).locator(".text")).to_have_text(words)
    stage.talk(state="assigned", agent={"kind": "agent", "name": worst, "avatar": "javascript:1"})
    stage.say(worst, {"kind": "agent", "name": worst, "avatar": "data:image/svg+xml,<svg/>"})
    expect(stage.said("{{7*7}} ${7*7}").locator(".text")).to_have_text(worst)
    assert stage.page.evaluate("() => window.broken") is None
    inside = stage.part("messages")
    expect(inside.locator("img, script, svg[onload]")).to_have_count(0)
    expect(inside.locator("a")).to_have_count(0)
    width = "e => e.scrollWidth - e.clientWidth"
    assert stage.part("messages").evaluate(width) == 0


def test_pasted_twice_it_runs_once(open_page: Callable[..., Page]) -> None:
    again = """<script async src="https://widget.example/vestibule.js" data-site="bank"
      data-api="https://api.example/v1"></script>"""
    stage = staged(open_page(), "en", body=again)
    expect(stage.part("notification")).to_be_visible()
    expect(stage.page.locator("vestibule-widget")).to_have_count(1)


def test_a_page_that_replaces_its_body_keeps_the_widget(open_page: Callable[..., Page]) -> None:
    stage = box(open_page(), "en")
    stage.page.evaluate("() => document.body.replaceChildren()")
    stage.write("Still here?")
    expect(stage.part("chatbox")).to_be_visible()


def test_what_a_page_knows_no_longer_is_said_no_more(open_page: Callable[..., Page]) -> None:
    stage = talking(open_page(), "en")
    said: list[dict[str, object]] = [{}]
    for data, known in (
        ({"tier": "gold", "age": 7}, {"tier": "gold", "age": 7}),
        ({"tier": None}, {"age": 7}),
    ):
        stage.page.evaluate("data => vestibule('update', { data })", data)
        said.append(known)
        until("the page is told", partial(_told, stage, len(said)))
    assert _told(stage, 3) == said


def _told(stage: Stage, count: int) -> list[object]:
    """The data of every page view, once there are so many."""
    stage.page.wait_for_timeout(50)
    found = [each["facts"]["data"] for each in stage.heard if each["action"] == "page"]
    return found if len(found) >= count else []


def test_a_page_that_throws_the_widget_away_gets_it_back_with_the_next_word(
    open_page: Callable[..., Page],
) -> None:
    stage = talking(open_page(), "en")
    stage.page.evaluate("() => document.querySelector('vestibule-widget').remove()")
    stage.say("Where have you been?")
    expect(stage.said("Where have you been?")).to_be_visible()
    expect(stage.page.locator("vestibule-widget")).to_have_count(1)


def test_after_shutdown_nothing_of_it_is_left(open_page: Callable[..., Page]) -> None:
    stage = box(open_page(), "en")
    stage.page.evaluate("() => vestibule('shutdown')")
    expect(stage.page.locator("vestibule-widget")).to_have_count(0)
    # The window crosses the width at which an open box would become modal.
    stage.page.set_viewport_size({"width": 400, "height": 700})
    stage.page.set_viewport_size({"width": 1000, "height": 700})
    assert stage.page.title() == "A shop"
    assert stage.page.evaluate("() => ({...localStorage})") == {}
