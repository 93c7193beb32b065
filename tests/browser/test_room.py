"""Is there room for whatever a site has to say, in whatever window?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local import environments
from tests.browser.scenes import box, staged
from tests.browser.stage import OUTSIDE

pytestmark = pytest.mark.browser

# As long as an author may write.
LONGEST = {"title": 80, "text": 500, "call_to_action": 60}
MOST_IN_THE_BOX = {
    **{"title": 80, "reply_time": 120, "welcome": 500, "waiting": 500, "nobody": 500},
    **{"placeholder": 80, "legal": 1000, "consent": 1000},
}
# Whether nothing lies upon the middle of it.
SHOWN = """e => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return e.contains(e.getRootNode().elementFromPoint(x + width / 2, y + height / 2));
}"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


@pytest.mark.parametrize("words", ["W", "two or three words "])
@pytest.mark.parametrize("size", [(320, 256), (1280, 800)])
@pytest.mark.parametrize("format", ["classic", "messaging", "badge", "banner", "pop_in"])
def test_the_longest_texts_are_readable_and_can_be_refused(
    format: str, size: tuple[int, int], words: str, open_page: Callable[..., Page]
) -> None:
    long = {name: (words * most)[:most] for name, most in LONGEST.items()}
    for texts in (long, {"text": long["text"]}):
        page = open_page(viewport={"width": size[0], "height": size[1]})
        stage = staged(page, "en", notification={"format": format, "texts": {"en": texts}})
        expect(stage.part("notification")).to_be_visible()
        assert page.evaluate(OUTSIDE) == []
        # It would be scrolled to first, were it out of sight; and nothing lies upon it.
        stage.part("dismiss").click()
        expect(stage.part("notification")).to_have_count(0)


@pytest.mark.parametrize("size", [(320, 256), (375, 667), (1280, 800), (1280, 500)])
def test_however_much_the_site_has_to_say_there_is_room_to_read_and_to_write(
    size: tuple[int, int], open_page: Callable[..., Page]
) -> None:
    words = {name: ("Words of the site " * most)[:most] for name, most in MOST_IN_THE_BOX.items()}
    page = open_page(viewport={"width": size[0], "height": size[1]})
    stage = box(page, "en", chatbox={"texts": {"en": words}}, consent_required=True)
    stage.write("Good morning")
    stage.push("queue", conversation="c1", position=3, estimated_wait_seconds=240)
    expect(stage.part("state")).to_contain_text("Words of the site")
    assert page.evaluate(OUTSIDE) == []
    # In a window as low as the first the whole box is scrolled, and begins with its end.
    for part in ("send",) if size[1] < 300 else ("close", "consent", "send"):
        if size[1] < 600:
            scrolls = "e => getComputedStyle(e).overflowY"
            assert stage.part("chatbox").evaluate(scrolls) == "auto"
            stage.part(part).scroll_into_view_if_needed()
        assert stage.part(part).evaluate(SHOWN), part
    assert stage.part("messages").evaluate("e => e.clientHeight") >= 100
