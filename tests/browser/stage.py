"""Where is the real widget shown without a stack? On one page, by a server that follows a script.

Everything comes from the build: the loader, the engine, the box. The page is strict about what it
loads, the configuration is what the real parsers publish, and the server says what a scene wants.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from chalicelib.playbook.templates import parse_chatbox, parse_notification

BUILT = Path(__file__).parents[2] / "ui" / "dist" / "widget"
CHLOE = {"kind": "agent", "name": "Chloé", "avatar": "https://faces.example/chloe.svg"}
NOW = "2026-05-04T09:30:00Z"
SHOP = "https://shop.example/"
# The directives of docs/widget.md, and nothing else.
STRICT = (
    "default-src 'none'; script-src https://widget.example; "
    "img-src https://faces.example https://files.example; "
    "connect-src https://api.example wss://socket.example https://files.example; "
    "style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
HTML = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/page.css">{head}</head>
<body><main><h1>A shop</h1><p>Words, and a <a href="#one">link</a>.</p>{body}</main>
<script async src="https://widget.example/vestibule.js" data-site="bank"
  data-api="https://api.example/v1"></script></body></html>"""
CALM = """html { color-scheme: light dark } body { margin: 0; font: 16px/1.5 sans-serif;
  background: #fdfdfb; color: #222 } main { padding: 32px } a { color: #0b4f9e }
  @media (prefers-color-scheme: dark) { body { background: #101114; color: #eee }
  a { color: #9cc4ff } }"""
FACE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80"
  fill="#f3c9a5"/><path d="M0 80c4-26 76-26 80 0z" fill="#24506b"/><circle cx="40" cy="34" r="19"
  fill="#c98a5e"/><path d="M19 34c0-32 42-32 42 0-6-12-36-12-42 0z" fill="#3a2418"/></svg>"""


# What is cut off, or lies outside of the window, among the things of the widget that are shown.
OUTSIDE = """() => {
  const root = document.querySelector('vestibule-widget').shadowRoot;
  // The count sits on the edge of its bubble on purpose.
  const looked = 'button:not(.bubble), input, textarea, .text, .title, h2, legend';
  const shown = [...root.querySelectorAll(looked)]
    .filter(each => each.checkVisibility() && getComputedStyle(each).clipPath === 'none');
  return shown.filter(each => {
    const { left, right } = each.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 2
  }).map(each => each.outerHTML.slice(0, 120));
}"""
FILES = {"types": ["image/png", "application/pdf"], "max_bytes": 2_000_000}


# A photograph of a card, more or less.
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" viewBox="0 0 64 40">
  <rect width="64" height="40" rx="4" fill="#24506b"/><rect y="8" width="64" height="7"/>
  <path d="M6 24h30M6 30h18" stroke="#f3c9a5" stroke-width="3"/></svg>"""


class Stage:
    """The page, and what its server knows. `heard` holds every frame of the widget."""

    def __init__(
        self,
        page: Page,
        *,
        language: str = "en",
        chatbox: Mapping[str, Any] | None = None,
        notification: Mapping[str, Any] | None = None,
        kind: str = "notification",
        button: str | None = None,
        css: str = CALM,
        head: str = "",
        body: str = "",
        **site: Any,
    ) -> None:
        self.page = page
        self.heard: list[dict[str, Any]] = []
        self.conversation: dict[str, Any] | None = None
        self.messages: list[dict[str, Any]] = []
        self.engagement: dict[str, Any] | None = {"id": "e1", "kind": kind}
        if kind == "notification":
            self.engagement["notification"] = "hello"
        if button is not None:
            self.engagement["button"] = {"state": button}
        self.answers: dict[str, Any] = {}
        # What the network loses: everything whose address begins so. What it never finishes.
        self.lost: set[str] = set()
        self.slow: set[str] = set()
        self._files: dict[str, dict[str, Any]] = {}
        self._sockets: list[WebSocketRoute] = []
        self._css = css
        self._html = HTML.format(
            language=language,
            direction="rtl" if language == "ar" else "ltr",
            head=head,
            body=body,
        )
        self._configuration = _published(language, chatbox or {}, notification or {}, site)
        page.clock.set_fixed_time(NOW)
        page.route("**/*", self._serve)
        page.route_web_socket("wss://socket.example/**", self._connected)

    def open(self) -> "Stage":
        self.page.goto(SHOP)
        return self

    def part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part="{name}"]')

    def push(self, type: str, **fields: Any) -> None:
        """Say something on every line that is open."""
        for socket in self._sockets:
            socket.send(json.dumps({"type": type, **fields}))

    def talk(self, **about: Any) -> None:
        """The conversation becomes so, for the widget too."""
        known = self.conversation or {"id": "c1", "token": "t1", "state": "waiting"}
        email = {"state": "none"}
        seen = {"visitor_seen": 0, "agent_seen": 0}
        self.conversation = {"last": 0, "email": email, **seen, **known, **about}
        self.push("conversation", **self._shown())

    def say(self, text: str, author: Mapping[str, Any] = CHLOE) -> None:
        """Somebody of the staff writes."""
        self.push("message", conversation="c1", **self.stored(text, author))

    def accept(self) -> None:
        self.part("accept").click()
        expect(self.part("chatbox")).to_be_visible()

    def write(self, text: str) -> None:
        self.part("input").fill(text)
        self.part("input").press("Enter")
        expect(self.said(text)).to_have_attribute("data-number", str(len(self.messages)))

    def said(self, text: str) -> Locator:
        return self.part("message").filter(has_text=text).last

    def _shown(self) -> dict[str, Any]:
        known = {**(self.conversation or {}), "last": len(self.messages)}
        return {**known, "conversation": known.pop("id")}

    def stored(self, text: str, author: Mapping[str, Any], **about: Any) -> dict[str, Any]:
        """A message that the server has, whether the widget has heard of it or not."""
        message = {
            "number": len(self.messages) + 1,
            "author": author,
            "text": text,
            "sent_at": NOW,
            **about,
        }
        self.messages.append(message)
        return message

    def _serve(self, route: Route) -> None:
        address = route.request.url
        if any(address.startswith(each) for each in self.lost):
            route.abort()
        elif address.rpartition("/")[2] not in self.slow:
            kind, body = self._found(address)
            strict = {"Content-Security-Policy": STRICT} if kind == "text/html" else {}
            open_to_all = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=body, headers={"Content-Type": kind, **open_to_all, **strict})

    def _found(self, address: str) -> tuple[str, str | bytes]:
        """The type and the content of what is at this address."""
        host, _, file = address.removeprefix("https://").partition("/")
        match host:
            case "widget.example":
                return "text/javascript", (BUILT / file).read_bytes()
            case "api.example":
                return "application/json", json.dumps(self._configuration)
            case "faces.example":
                return "image/svg+xml", FACE
            case "files.example":
                return "image/svg+xml", PICTURE
        if file == "page.css":
            return "text/css", self._css
        return ("text/html", self._html) if file != "favicon.ico" else ("image/svg+xml", FACE)

    def _connected(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)
        socket.on_message(lambda data: self._answer(socket, json.loads(data)))
        socket.on_close(lambda *_: self._sockets.remove(socket))

    def _answer(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        reply = getattr(self, f"_{frame['action']}", None)
        for answer in reply(frame) if reply else ():
            socket.send(json.dumps({"id": frame.get("id"), **answer}))

    def _page(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        told = {"type": "page", "pass": "p1", "watches": [], "engagement": self.engagement}
        if self.conversation is None:
            return [told]
        return [{**told, "conversation": {**self.conversation, "last": len(self.messages)}}]

    def _accept(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "engagement", "engagement": self.engagement, "state": "accepted"}]

    def _start(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        self.conversation = self.conversation or {"id": "c1", "token": "t1", "state": "waiting"}
        return [{"type": "conversation", **self._shown()}, *self._message(frame)]

    def _message(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        refused = self.answers.get("message")
        if refused:
            return [refused]
        about = {"client_id": frame["client_id"]}
        if "attachments" in frame:
            about["attachments"] = [self._files[each] for each in frame["attachments"]]
        message = self.stored(frame["text"], {"kind": "visitor"}, **about)
        number = message["number"]
        return [{"type": "ack", "client_id": frame["client_id"], "number": number}]

    def _resume(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        items = [each for each in self.messages if each["number"] > frame["after"]]
        last = len(self.messages)
        return [{"type": "messages", "conversation": "c1", "items": items, "last": last}]

    def _attach(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        if "attach" in self.answers:
            return [self.answers["attach"]]
        about = {name: frame[name] for name in ("name", "type", "size")}
        id = f"f{len(self._files) + 1}"
        self._files[id] = {"id": id, **about}
        address = f"https://files.example/{frame['name']}"
        return [{"type": "upload", "attachment": id, "url": address, "fields": {"key": id}}]

    def _download(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        address = f"https://files.example/{frame['attachment']}"
        return [{"type": "download", "attachment": frame["attachment"], "url": address}]

    def _email(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "email", "address": frame["address"], "confirmed": True}]

    def _transcript(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        if "transcript" in self.answers:
            return [self.answers["transcript"]]
        return [{"type": "transcript", "conversation": "c1", "address": "visitor@shop.example"}]

    def _rate(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        kept = self.answers.setdefault("rate", {})
        for name in ("csat", "nps", "comment"):
            if name in frame:
                kept[name] = frame[name]
        return [{"type": "survey", "conversation": "c1", **kept}]

    def _ping(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "pong"}]


def _published(
    language: str,
    chatbox: Mapping[str, Any],
    notification: Mapping[str, Any],
    site: Mapping[str, Any],
) -> dict[str, Any]:
    hello = {"id": "hello", "name": "Hello", "status": "active", **notification}
    window = {"status": "active", **chatbox}
    return {
        "site": "bank",
        "name": "Linden Bank",
        "languages": [language],
        "socket": "wss://socket.example/v1?site=bank",
        "consent_required": False,
        "attachments": FILES,
        "chatbox": parse_chatbox(window, "chatbox").shown(),
        "notifications": {"hello": parse_notification(hello, "notification").shown()},
        **site,
    }
