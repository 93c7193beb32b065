"""Which modules are compiled to machine code, how, and when not?

The index of rules is Python like everything else, and is tested as such. In the package it is there
once more, as machine code that mypyc makes from the same source: Python takes that where it is for
its own version and platform, and the source everywhere else. `python -m infra.native FOLDER` leaves
a copy of the application in which the index is compiled.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CODE: Final = "chalicelib"
_INDEX: Final = (
    *("columns", "counters", "gates", "groups", "line"),
    *("lookout", "matcher", "rows", "sieve", "words"),
)
# The index, and how the values of facts are read.
MODULES: Final = (
    *(f"{CODE}/rules/{name}.py" for name in ("compile", "kinds", "texts", "urls")),
    *(f"{CODE}/rules/index/{name}.py" for name in _INDEX),
)
# Lambda's libraries are for this one of glibc or a later one (manylinux2014).
C_LIBRARY: Final = (2, 17)

_SETUP: Final = f"""
from mypyc.build import mypycify
from setuptools import setup

modules = mypycify({list(MODULES)}, opt_level="3", debug_level="0", group_name="vestibule")
setup(name="vestibule", script_args=["-q", "build_ext", "--inplace"], ext_modules=modules)
"""


class CannotCompileError(Exception):
    """This machine cannot make machine code for Lambda; the message says why."""


def suits_lambda() -> bool:
    """Whether what is compiled for Lambda loads here: one system, processor and C library."""
    same = sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64")
    return same and platform.libc_ver()[0] == "glibc"


def obstacle() -> str:
    """What stands in the way of compiling for Lambda on this machine, as far as can be foreseen."""
    if not suits_lambda():
        return "this machine is not of Lambda's kind"
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    if not shutil.which(compiler.split()[0]):
        return f"there is no C compiler ({compiler})"
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return "" if headers.exists() else f"Python's headers are missing ({headers})"


def build(root: Path, folder: Path) -> list[Path]:
    """Copy the application's code to `folder` and compile the index there; the files made.

    Raises `CannotCompileError` where that is not possible; the copy is there all the same.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / CODE, folder / CODE, ignore=shutil.ignore_patterns("__pycache__"))
    if obstacle():
        raise CannotCompileError(obstacle())
    # For any processor that Lambda may have, whatever the builder likes; no symbols.
    settings = {**os.environ, "CFLAGS": "", "LDFLAGS": "-s", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _SETUP],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(folder / "build", ignore_errors=True)
    made = sorted(folder.rglob("*.so"))
    if done.returncode != 0 or len(made) <= len(MODULES):
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CannotCompileError(said[-1] if said else "the compiler made nothing")
    for file in made:
        check(file)
    return made


def check(library: Path) -> None:
    """Raises `CannotCompileError` for machine code that asks for a later C library."""
    needed = re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes())
    newest = max(((int(major), int(minor)) for major, minor in needed), default=C_LIBRARY)
    if newest > C_LIBRARY:
        raise CannotCompileError(f"{library.name} needs glibc {newest[0]}.{newest[1]}")


def main(folder: str = "build/native") -> int:
    """Compile a copy of this checkout, and say what was made or why not."""
    try:
        made = build(ROOT, Path(folder).resolve())
    except CannotCompileError as reason:
        sys.stderr.write(f"The index stays interpreted: {reason}\n")
        return 1
    sys.stdout.write(f"{len(made)} files of machine code in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
