"""Do people send each other files, with nothing but their browsers?"""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.people import Agent, Visitor
from tests.stack.live import until

pytestmark = [pytest.mark.stack, pytest.mark.browser]

# One pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PICTURE: FilePayload = {"name": "card.png", "mimeType": "image/png", "buffer": PNG}
FORM: FilePayload = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a"}
SCRIPT: FilePayload = {"name": "page.html", "mimeType": "text/html", "buffer": b"<b>"}
DROP = """(box, bytes) => {
  const moved = new DataTransfer();
  const content = Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0));
  moved.items.add(new File([content], "dropped.png", { type: "image/png" }));
  const how = { dataTransfer: moved, bubbles: true, cancelable: true };
  for (const type of ["dragover", "drop"]) box.dispatchEvent(new DragEvent(type, how));
}"""


def chosen(page: Page, press: Callable[[], None], *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        press()
    chooser.value.set_files(list(files))


def test_files_go_both_ways_by_keyboard_and_by_mouse(
    visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada")
    ada.choose("available")
    visitor = visit()
    visitor.accept()
    expect(visitor.part("attach")).to_be_hidden()
    visitor.write("My card is broken")
    ada.open()

    chosen(visitor.page, lambda: visitor.part("attach").press("Enter"), PICTURE, SCRIPT)
    expect(visitor.part("upload-problem")).to_contain_text("cannot be sent")
    expect(visitor.part("upload").nth(0)).to_have_attribute("data-state", "there")
    visitor.page.get_by_label("Remove page.html").press("Enter")
    expect(visitor.part("attach")).to_be_focused()
    visitor.part("input").press("Enter")
    expect(visitor.part("upload")).to_have_count(0)
    picture = visitor.part("file").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    seen = ada.part("message").locator("img")
    expect(seen).to_have_js_property("naturalWidth", 1)
    expect(seen).to_have_attribute("alt", "card.png")

    visitor.part("chatbox").evaluate(DROP, base64.b64encode(PNG).decode())
    expect(visitor.part("upload")).to_have_attribute("data-state", "there")
    visitor.write("And this")
    expect(ada.said("visitor", "And this").get_by_test_id("file")).to_contain_text("dropped.png")

    chosen(ada.page, lambda: ada.part("attach").click(), FORM)
    expect(ada.part("upload")).to_have_attribute("data-there", "true")
    ada.write("Fill this in, please")
    file = visitor.said("agent", "Fill this in").locator('[data-part="file"]')
    expect(file).to_contain_text("form.pdf")
    asked: list[str] = []
    visitor.page.context.on("request", lambda request: asked.append(request.url))
    visitor.page.context.on("page", lambda tab: asked.append(tab.url))
    file.click()
    until("the form is asked for", lambda: _waited(visitor.page) and any(map(_is_form, asked)))


def _is_form(address: str) -> bool:
    return "response-content-disposition=attachment" in address and "form.pdf" in address


def _waited(page: Page) -> bool:
    """Events are heard only while the browser is waited for."""
    page.wait_for_timeout(50)
    return True
