"""What does every format look like, at a computer and on a phone, in both directions and schemes?

Taken on the stage, so no stack is needed: `python -m tests.browser.sheets` writes the four sheets.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from local import browser as installed
from local import environments
from tests.browser.people import FLAGS
from tests.browser.scenes import BUTTONS, SCENES

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SHOWN = (
    "classic",
    "messaging",
    "badge",
    "banner",
    "pop-in",
    *BUTTONS,
    "news",
    "welcome",
    "waiting",
    "talking",
    "choosing files",
    "sent files",
    "asked for an address",
    "satisfaction",
    "recommendation",
    "comment",
)
COMPUTER = {"viewport": {"width": 520, "height": 680}}
PHONE = {"viewport": {"width": 375, "height": 667}, "is_mobile": True, "has_touch": True}
SHEETS: Mapping[str, tuple[Mapping[str, Any], str, str]] = {
    "formats": (COMPUTER, "en", "light"),
    "formats-dark-rtl": (COMPUTER, "ar", "dark"),
    "formats-phone": (PHONE, "en", "light"),
    "formats-phone-dark-rtl": (PHONE, "ar", "dark"),
}
COMPLETE = """() => {
  const root = document.querySelector('vestibule-widget').shadowRoot;
  return [...root.querySelectorAll('img')].every(image => image.complete);
}"""
STYLE = """body { margin: 0; padding: 20px; width: 1240px; display: grid; gap: 20px;
  grid-template-columns: repeat(var(--columns), 1fr); background: #dfe4ea;
  font: 15px/1.4 system-ui, sans-serif; color: #1c232e }
figure { margin: 0 } figcaption { padding: 0 2px 4px }
img { width: 100%; display: block; border-radius: 8px; box-shadow: 0 3px 12px rgb(0 0 0 / 20%) }"""


def shot(browser: Browser, name: str, language: str, **context: Any) -> bytes:
    settings = {"locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
    opened = browser.new_context(**{**settings, **context})
    page = opened.new_page()
    SCENES[name](page, language)
    page.wait_for_function(COMPLETE)
    picture = page.screenshot(animations="disabled", caret="hide")
    # Of what is still on its way nobody will hear.
    page.unroute_all(behavior="ignoreErrors")
    opened.close()
    return picture


def sheet(browser: Browser, pictures: Mapping[str, bytes], target: Path, columns: int) -> None:
    """One picture of many, each under its name."""
    figures = [
        f"<figure><figcaption>{name}</figcaption>"
        f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}"></figure>'
        for name, each in pictures.items()
    ]
    canvas = browser.new_context(viewport={"width": 1280, "height": 400}).new_page()
    style = f"<style>:root {{ --columns: {columns} }} {STYLE}</style>"
    canvas.set_content(f"<!doctype html>{style}{''.join(figures)}")
    canvas.wait_for_function("[...document.images].every(image => image.complete)")
    canvas.locator("body").screenshot(path=target)
    canvas.context.close()


def take(browser: Browser) -> None:
    environments.prepare([environments.PAGES])
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (device, language, scheme) in SHEETS.items():
        pictures = {
            scene: shot(browser, scene, language, color_scheme=scheme, **device) for scene in SHOWN
        }
        sheet(browser, pictures, IMAGES / f"{name}.png", columns=4 if device is COMPUTER else 6)


def main() -> None:
    found = installed.find()
    if found is None:
        raise SystemExit(installed.HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=FLAGS)
        try:
            take(browser)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
