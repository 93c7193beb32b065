"""Is there a browser for the tests that drive one, and where?"""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW = (
    "No Chromium was found, so the browser tests cannot run. Install one (`apt install chromium`, "
    "`brew install --cask chromium`, or `.venv/bin/playwright install chromium`), or name it: "
    "CHROMIUM=/path/to/it make test."
)


def find() -> Path | None:
    """The Chromium to drive: the one named by CHROMIUM, or the first in the usual places."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(place) for place in (*PLACES, *_playwrights()) if Path(place).exists()), None)


def _playwrights() -> list[str]:
    caches = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    inside = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return [str(path) for cache in caches for pattern in inside for path in cache.glob(pattern)]


def main() -> int:
    """Say what is missing before the tests begin; 1 where that must not happen."""
    if find():
        return 0
    sys.stderr.write(f"{HOW}\n")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
