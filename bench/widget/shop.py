"""What is a page like that carries the widget? A shop, and the servers behind it.

The page has what shops have: a style sheet, a script that does something, forty pictures. One
server plays the shop, the widget's files and the configuration; another answers the socket.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from chalicelib.playbook.templates import parse_chatbox, parse_notification

BUILT = Path(__file__).parents[2] / "ui" / "dist" / "widget"
HELLO = {
    "title": "A home in mind?",
    "text": "Ask us, it takes two minutes.",
    "call_to_action": "Ask",
}
BOX = {"title": "Linden Bank", "welcome": "Hello, what can we do for you?"}
PRODUCTS = 40
PICTURE_BYTES = 12_000
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
STYLE = "".join(f".c{n}{{margin:{n % 9}px;color:rgb({n % 250} 40 90)}}\n" for n in range(900))
# Some work of the page's own, as frameworks have it.
SCRIPT = """const named = (_, n) => ({n, name: `product ${n * 7919 % 997}`});
const rows = Array.from({length: 20000}, named);
rows.sort((a, b) => a.name.localeCompare(b.name) || a.n - b.n);
document.querySelector("h1").dataset.first = rows[0].name;
"""
SNIPPET = """<script async fetchpriority="low" src="/widget/vestibule.js" data-site="bank"
  data-api="/v1"></script>"""
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script defer src="/page.js"></script></head><body><h1>A shop</h1>{products}{snippet}</body></html>
"""


class Shop:
    """`address` shows the page with the widget, and with `?plain` without it.

    `engagement` is what the next visitor is met with: a kind of engagement, or None. `extra` is
    written at the end of every page without the widget; what it fetches from `/go` comes when `go`
    is set. `asked` and `heard` are the addresses and the frames that came.
    """

    def __init__(self, http: ThreadingHTTPServer, socket: str) -> None:
        self.address = f"http://localhost:{http.server_port}/"
        self.engagement: dict[str, Any] | None = None
        self.extra = ""
        self.go = threading.Event()
        self.asked: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self._socket = socket
        self._pictures = {f"/{n}.svg": _picture(Random(n)) for n in range(PRODUCTS)}

    def answer(self, path: str) -> tuple[str, bytes]:
        """The type and the body at this path."""
        self.asked.append(path)
        place, _, query = path.partition("?")
        if place == "/":
            return "text/html", _page(self.extra if query == "plain" else SNIPPET).encode()
        if place.endswith("/widget"):
            return "application/json", json.dumps(self._published()).encode()
        if place == "/go":
            return "text/plain", b"go" if self.go.wait(60) else b""
        kind = KINDS[Path(place).suffix]
        if place.startswith("/widget/"):
            return kind, (BUILT / Path(place).name).read_bytes()
        own = {"/page.css": STYLE.encode(), "/page.js": SCRIPT.encode(), **self._pictures}
        return kind, own[place]

    def talk(self, line: ServerConnection) -> None:
        """Answer the frames of one page until it leaves."""
        with suppress(ConnectionClosed):
            for text in line:
                frame = json.loads(text)
                self.heard.append(frame)
                if frame["action"] == "page":
                    told: dict[str, Any] = {
                        "pass": "p1",
                        "watches": [],
                        "engagement": self.engagement,
                    }
                    line.send(json.dumps({"type": "page", "id": frame["id"], **told}))

    def _published(self) -> Mapping[str, Any]:
        hello = {"id": "hello", "name": "Hello", "status": "active", "texts": {"en": HELLO}}
        box = {"status": "active", "texts": {"en": BOX}}
        return {
            "site": "bank",
            "name": "Linden Bank",
            "languages": ["en"],
            "socket": self._socket,
            "consent_required": False,
            "chatbox": parse_chatbox(box, "chatbox").shown(),
            "notifications": {"hello": parse_notification(hello, "notification").shown()},
        }


@contextmanager
def opened() -> Iterator[Shop]:
    """A shop that runs until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = shop.answer(self.path)
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        # A browser knocks often at once, and one that is not heard waits for seconds.
        request_queue_size = 128

    http = Server(("127.0.0.1", 0), Handler)
    with serve(lambda line: shop.talk(line), "127.0.0.1", 0) as sockets:
        port = sockets.socket.getsockname()[1]
        shop = Shop(http, f"ws://localhost:{port}/")
        for server in (http, sockets):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield shop
        http.shutdown()
        http.server_close()


def _page(snippet: str) -> str:
    words = "A product that you will like, and a few words about it that everybody skips. " * 4
    products = "".join(
        f'<article class="c{n}"><h2>Product {n}</h2><img src="/{n}.svg" width="80" height="80" '
        f'alt=""><p>{words}</p><button type="button">Buy</button></article>'
        for n in range(PRODUCTS)
    )
    return HTML.format(products=products, snippet=snippet)


def _picture(chance: Random) -> bytes:
    """A drawing that is as large as photographs of a shop are."""
    ballast = b64encode(chance.randbytes(PICTURE_BYTES)).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" '
        f'fill="#8ab"/><!-- {ballast} --></svg>'
    ).encode()
