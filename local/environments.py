"""What must this machine have, and what is put in place before anything runs?

Whatever `python3` is at hand reads this file first, perhaps an old one, so that it can say in one
sentence what is missing: hence lazy annotations, and nothing imported but the standard library.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)
PROJECT, EMULATOR, PAGES = "project", "emulator", "pages"
VENVS = {
    PROJECT: (".venv", ("requirements.txt", "requirements-dev.txt")),
    EMULATOR: (".venv-emulator", ("requirements-local.txt",)),
}
PAGE_SOURCES = ("package.json", "package-lock.json", "tsconfig.base.json", "widget", "staff")
NODE_HOW = "Install it from nodejs.org or with your package manager."


class MissingError(Exception):
    """The machine lacks something; the message says what, and where to get it."""


def prepare(parts: list[str]) -> None:
    """Make the environments and pages named, unless they are there; raises `MissingError`."""
    for part in parts:
        if part == PAGES:
            _pages()
        else:
            _venv(*VENVS[part])


def better_interpreter() -> str | None:
    """Another Python of this machine, if the one that reads this will not do."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return None
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise MissingError(
        f"Vestibule needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}. Install one (python.org, your package "
        "manager, pyenv), or name it: PYTHON=/path/to/python make run."
    )


def _venv(name: str, requirements: tuple[str, ...]) -> None:
    folder = ROOT / name
    wanted = _hash([ROOT / file for file in requirements], sys.version)
    if _matches(folder / "prepared", wanted):
        return
    shutil.rmtree(folder, ignore_errors=True)
    with_pip = [sys.executable, "-m", "venv", str(folder)]
    how = "On Debian and Ubuntu: apt install python3-venv."
    _do(f"making {name}", with_pip, how)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    install += ["--disable-pip-version-check"]
    for file in requirements:
        install += ["-r", file]
    _do(f"installing {' and '.join(requirements)}", install, "Is the package index reachable?")
    (folder / "prepared").write_text(wanted, "utf-8")


def _pages() -> None:
    _check_node()
    ui = ROOT / "ui"
    locked = _hash([ui / "package-lock.json"], "")
    if not _matches(ui / "node_modules" / ".prepared", locked):
        ci = ["npm", "--prefix", "ui", "ci", "--no-audit", "--no-fund"]
        _do("installing what the pages are built with", ci, "Is the npm registry reachable?")
        (ui / "node_modules" / ".prepared").write_text(locked, "utf-8")
    wanted = _hash([ui / name for name in PAGE_SOURCES], "")
    if not _matches(ui / "dist" / ".prepared", wanted):
        build = ["npm", "--prefix", "ui", "run", "build"]
        _do("building the widget and the staff page", build, "The lines above say where.")
        (ui / "dist" / ".prepared").write_text(wanted, "utf-8")


def _check_node() -> None:
    oldest = _oldest_node()
    asked = ".".join(str(number) for number in oldest)
    if not (shutil.which("node") and shutil.which("npm")):
        raise MissingError(f"Vestibule builds its pages with Node {asked} or newer. {NODE_HOW}")
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = tuple(int(number) for number in re.findall(r"\d+", shown.stdout)[:2])
    if found < oldest:
        raise MissingError(
            f"Vestibule builds its pages with Node {asked} or newer; this is "
            f"{shown.stdout.strip() or 'none that runs'}. {NODE_HOW}"
        )


def _oldest_node() -> tuple[int, ...]:
    engines = json.loads((ROOT / "ui" / "package.json").read_text("utf-8"))["engines"]["node"]
    return tuple(int(number) for number in re.findall(r"\d+", engines)[:2])


def _hash(paths: list[Path], salt: str) -> str:
    digest = hashlib.sha256(salt.encode())
    for start in paths:
        inside = [start] if start.is_file() else sorted(start.rglob("*"))
        for path in inside:
            if path.is_file() and "node_modules" not in path.parts and "dist" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _matches(mark: Path, wanted: str) -> bool:
    return mark.exists() and mark.read_text("utf-8") == wanted


def _do(name: str, command: list[str], how: str) -> None:
    sys.stdout.write(f"  {name} … ")
    sys.stdout.flush()
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()[-15:]
        raise MissingError("\n".join(["failed:", *said, how]))
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")


def main() -> int:
    """Prepare the parts named on the command line, all of them when none is."""
    try:
        other = better_interpreter()
        if other:
            os.execv(other, [other, *sys.argv])
        prepare(sys.argv[1:] or [PROJECT, EMULATOR, PAGES])
    except MissingError as missing:
        sys.stderr.write(f"\n{missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
