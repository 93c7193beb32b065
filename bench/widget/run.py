"""Does the widget hold a page up: while it boots on a slow machine, and while the page loads?

`python -m bench.widget.run`: prints, and writes `bench/results/widget.json`. `ROUNDS=3` is a first
glance.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.widget.shop import Shop, opened
from local import browser as installed
from local import environments
from tests.browser.people import FLAGS

ROUNDS: Final = int(os.environ.get("ROUNDS", "21"))
SLOWER: Final = 4
LONG: Final = 50
MOST_SLOWED: Final = 1.05
RESULTS: Final = Path(__file__).parents[1] / "results" / "widget.json"
# A phone's network on a good day, and nothing is cached.
NETWORK: Final = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 10_000_000 / 8,
    "uploadThroughput": 5_000_000 / 8,
}
TRACED: Final = ["disabled-by-default-devtools.timeline", "blink.user_timing"]
# What the server does as soon as it knows the page, and how that shows.
MEETS: Final[dict[str, tuple[dict[str, Any] | None, str]]] = {
    "without": (None, "true"),
    "silence": (None, "widget()"),
    "invitation": (
        {"id": "e1", "kind": "notification", "notification": "hello"},
        "widget()?.querySelector('[data-part=notification]')",
    ),
    "box": (
        {"id": "e1", "kind": "chatbox"},
        "widget()?.querySelector('[data-part=chatbox][open]')",
    ),
}
WATCH: Final = """
window.widget = () => document.querySelector('vestibule-widget')?.shadowRoot;
window.tasks = [];
new PerformanceObserver(list => tasks.push(...list.getEntries()))
  .observe({type: 'longtask', buffered: true});
"""
LOADED: Final = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
# The page itself is at rest once it has loaded: what is long after that is the widget's.
LATE_TASKS: Final = f"() => tasks.map(t => t.startTime).filter(at => at > ({LOADED})()).length"
SETTLED: Final = 700


def main() -> None:
    found = installed.find()
    if found is None:
        sys.exit(installed.HOW)
    environments.prepare([environments.PAGES])
    with sync_playwright() as playwright, opened() as shop:
        browser = playwright.chromium.launch(executable_path=str(found), args=FLAGS)
        results = {"rounds": ROUNDS, "load": _loads(browser, shop), "boot": _boots(browser, shop)}
        browser.close()
    RESULTS.write_text(f"{json.dumps(results, indent=2)}\n", encoding="utf-8")


def _loads(browser: Browser, shop: Shop) -> dict[str, Any]:
    """When the load event is over, in turns; a pair of pages is as near in time as can be."""
    times: dict[str, list[float]] = {"without": [], "invitation": []}
    for count in range(ROUNDS):
        for name in sorted(times, reverse=count % 2 == 0):
            with _visit(browser, shop, name) as page:
                times[name].append(page.evaluate(LOADED))
    medians = {name: round(median(each), 1) for name, each in times.items()}
    ratio = round(medians["invitation"] / medians["without"], 3)
    verdict = "as wanted" if ratio <= MOST_SLOWED else f"more than {MOST_SLOWED:g}"
    _say(f"load: {medians}, ratio {ratio} ({verdict})")
    return {**medians, "ratio": ratio}


def _boots(browser: Browser, shop: Shop) -> dict[str, Any]:
    _say(f"\nlongest task after the load, {SLOWER} times slowed, in ms of the processor")
    out = {}
    for name in MEETS:
        tasks, late = [], 0
        for _ in range(ROUNDS):
            with _visit(browser, shop, name, slower=SLOWER) as page:
                late += page.evaluate(LATE_TASKS)
                tasks.append(_longest(json.loads(browser.stop_tracing())["traceEvents"]))
        out[name] = {
            "median": round(median(tasks), 1),
            "longest": round(max(tasks), 1),
            "rounds_above_50": sum(task > LONG for task in tasks),
            "long_tasks_seen": late,
        }
        _say(f"{name:>12}: {out[name]}")
    return {"slower": SLOWER, **out}


@contextmanager
def _visit(browser: Browser, shop: Shop, name: str, slower: int = 1) -> Iterator[Page]:
    """A page of a new browser profile, once all has come that was to come."""
    shop.engagement, shown = MEETS[name]
    context = browser.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    if slower > 1:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        browser.start_tracing(page=page, categories=TRACED)
    page.goto(shop.address if name != "without" else f"{shop.address}?plain")
    page.wait_for_function(f"() => {shown}")
    page.wait_for_timeout(SETTLED)
    yield page
    context.close()


def _longest(events: list[dict[str, Any]]) -> float:
    """The longest task of the page's main thread after its load, in ms of the processor."""
    threads = {
        (each["pid"], each["tid"])
        for each in events
        if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
    }
    ours = [each for each in events if (each["pid"], each["tid"]) in threads]
    loaded = max((e for e in ours if e["name"] == "loadEventEnd"), key=lambda each: each["ts"])
    tasks = (
        each.get("tdur", 0) / 1_000
        for each in ours
        if each["name"] == "RunTask" and each["pid"] == loaded["pid"] and each["ts"] > loaded["ts"]
    )
    return max(tasks, default=0.0)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
