"""In which states may the widget be? Each scene brings a stage into one, as a site would look.

The bank speaks English and Arabic, so that every scene can be seen in both directions.
"""

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.stage import CALM, Stage
from tests.browser.words import BOX, COLOURS, FACE, HELLO, OWN, OWN_STATES, OWN_STYLE, SAYS

Scene = Callable[[Page, str], Stage]


def staged(page: Page, language: str, **about: Any) -> Stage:
    chatbox = {"colours": COLOURS, "texts": BOX, **about.pop("chatbox", {})}
    hello = {"texts": HELLO, "image": FACE, **about.pop("notification", {})}
    stage = Stage(page, language=language, chatbox=chatbox, notification=hello, **about)
    return stage.open()


def invitation(format: str, **look: Any) -> Scene:
    def scene(page: Page, language: str) -> Stage:
        stage = staged(page, language, notification={"format": format, **look})
        expect(stage.part("notification")).to_be_visible()
        return stage

    return scene


def box(page: Page, language: str, **about: Any) -> Stage:
    stage = staged(page, language, **about)
    stage.accept()
    return stage


def own_button(state: str) -> Scene:
    """A button of the page's own, in one of its states."""

    def scene(page: Page, language: str) -> Stage:
        name, *lines = OWN[language]
        smalls = zip(OWN_STATES, lines, strict=True)
        says = "".join(f'<small class="{each}">{line}</small>' for each, line in smalls)
        body = f'<button class="own" data-vestibule-button="hello">{name}{says}</button>'
        stage = staged(
            page,
            language,
            notification={"format": "custom_button"},
            button=state,
            body=body,
            css=CALM + OWN_STYLE,
        )
        expect(page.locator(".own")).to_have_attribute("data-vestibule-state", state)
        return stage

    return scene


def welcome(page: Page, language: str) -> Stage:
    return box(page, language, consent_required=True)


def waiting(page: Page, language: str) -> Stage:
    stage = box(page, language)
    stage.write(SAYS[language]["asks"])
    stage.push("queue", conversation="c1", position=3, estimated_wait_seconds=240)
    expect(stage.part("position")).not_to_be_empty()
    return stage


def talking(page: Page, language: str) -> Stage:
    says = SAYS[language]
    stage = box(page, language)
    stage.write(says["asks"])
    stage.talk(state="assigned", agent={"kind": "agent", "name": "Chloé", "avatar": FACE})
    stage.say(says["answer"])
    stage.write(says["more"])
    stage.push("read", conversation="c1", number=len(stage.messages), by="agent")
    stage.say(says["free"])
    expect(stage.said(says["free"])).to_be_visible()
    stage.push("typing", conversation="c1", by="agent")
    expect(stage.part("typing")).not_to_be_empty()
    return stage


def choosing(page: Page, language: str) -> Stage:
    """Four files: there, on its way, not allowed, and not taken by the server."""
    stage = talking(page, language)
    stage.slow = {"form.pdf"}
    files = stage.page.locator('input[type="file"]')
    files.set_input_files([_file("card.png"), _file("form.pdf"), _file("page.html")])
    stage.answers["attach"] = {"type": "error", "code": "forbidden", "message": "no"}
    expect(stage.part("upload").first).to_have_attribute("data-state", "there")
    files.set_input_files([_file("a photograph of the back of the card, in the evening.png")])
    expect(stage.part("upload").last).to_have_attribute("data-state", "failed")
    return stage


def sent_files(page: Page, language: str) -> Stage:
    stage = talking(page, language)
    files = stage.page.locator('input[type="file"]')
    files.set_input_files([_file("card.png"), _file("form.pdf")])
    expect(stage.part("upload").last).to_have_attribute("data-state", "there")
    stage.write(SAYS[language]["asks"])
    stage.part("file").first.scroll_into_view_if_needed()
    expect(stage.part("file").locator("img")).to_have_js_property("naturalWidth", 640)
    return stage


def _file(name: str) -> FilePayload:
    kinds = {"png": "image/png", "pdf": "application/pdf", "html": "text/html"}
    return {"name": name, "mimeType": kinds[name.rpartition(".")[2]], "buffer": b"words"}


def failed(page: Page, language: str) -> Stage:
    stage = box(page, language)
    stage.write(SAYS[language]["asks"])
    stage.answers["message"] = {"type": "error", "code": "forbidden", "message": "no"}
    stage.part("input").fill(SAYS[language]["more"])
    stage.part("send").click()
    expect(stage.part("retry").last).to_be_visible()
    return stage


def asked_for_email(page: Page, language: str) -> Stage:
    stage = waiting(page, language)
    text = SAYS[language]["flow"]
    stage.stored(text, {"kind": "flow"})
    stage.push("email_request", conversation="c1", number=len(stage.messages), text=text)
    stage.part("email-input").fill("not an address")
    stage.part("email-send").click()
    expect(stage.page.locator("#email-problem")).not_to_be_empty()
    return stage


def email_known(page: Page, language: str) -> Stage:
    stage = asked_for_email(page, language)
    stage.part("email-input").fill("visitor@shop.example")
    stage.part("email-send").click()
    expect(stage.part("email-known")).to_be_visible()
    return stage


def copy(page: Page, language: str) -> Stage:
    stage = email_known(page, language)
    stage.talk(state="closed", email={"state": "known", "address": "visitor@shop.example"})
    stage.part("copy").click()
    expect(stage.part("copy-state")).to_contain_text("visitor@shop.example")
    return stage


def news(page: Page, language: str) -> Stage:
    stage = talking(page, language)
    stage.part("close").click()
    stage.say(SAYS[language]["flow"])
    expect(stage.part("bubble")).to_have_attribute("data-unread", "1")
    return stage


def separated(page: Page, language: str) -> Stage:
    stage = news(page, language)
    stage.part("bubble").click()
    expect(stage.part("news")).to_be_visible()
    return stage


def emoji(page: Page, language: str) -> Stage:
    stage = talking(page, language)
    stage.part("input").fill("x" * 3900)
    if stage.part("emoji").is_visible():
        stage.part("emoji").click()
        expect(stage.page.get_by_role("toolbar")).to_be_visible()
    return stage


def satisfaction(page: Page, language: str) -> Stage:
    stage = talking(page, language)
    stage.talk(state="closed")
    expect(stage.part("survey")).to_have_attribute("data-question", "csat")
    return stage


def recommendation(page: Page, language: str) -> Stage:
    stage = satisfaction(page, language)
    stage.page.locator('[data-mark="5"]').click()
    expect(stage.part("survey")).to_have_attribute("data-question", "nps")
    return stage


def comment(page: Page, language: str) -> Stage:
    stage = recommendation(page, language)
    stage.page.locator('[data-mark="9"]').click()
    expect(stage.part("survey-comment")).to_be_visible()
    return stage


def thanks(page: Page, language: str) -> Stage:
    stage = comment(page, language)
    stage.part("survey-skip").click()
    expect(stage.part("survey-thanks")).to_be_visible()
    return stage


BADGE = {"background": "#0F4C3A", "text": "#FFFFFF"}
FORMATS: Mapping[str, Scene] = {
    "classic": invitation("classic"),
    "messaging": invitation("messaging"),
    "badge": invitation("badge", colours=BADGE),
    "banner": invitation("banner", colours=BADGE),
    "banner below": invitation("banner", position="bottom"),
    "pop-in": invitation("pop_in"),
}
BUTTONS: Mapping[str, Scene] = {f"own button, {state}": own_button(state) for state in OWN_STATES}
SCENES: Mapping[str, Scene] = {
    **FORMATS,
    **BUTTONS,
    "illegible colours": invitation(
        "classic", colours={"background": "#FFE14D", "text": "#FFFFFF", "button": "#FFD1DC"}
    ),
    "welcome": welcome,
    "waiting": waiting,
    "talking": talking,
    "failed": failed,
    "choosing files": choosing,
    "sent files": sent_files,
    "asked for an address": asked_for_email,
    "address known": email_known,
    "a copy by mail": copy,
    "news": news,
    "news in the box": separated,
    "emoji": emoji,
    "satisfaction": satisfaction,
    "recommendation": recommendation,
    "comment": comment,
    "thanks": thanks,
}
