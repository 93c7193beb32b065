"""How does the demonstration start over?"""

import os
import shutil
import sys
from pathlib import Path

from local.progress import say
from local.wishes import read

KEPT_BY_A_STACK = (
    "aws",
    "s3",
    "scratch",
    "deployed",
    "pages",
    "demo",
    "emulator.log",
    "stack.json",
)


def main() -> int:
    """Forget what a stopped stack holds; 1 if it is still running."""
    state = read().state
    if _runs(state / "emulator.pid"):
        sys.stderr.write(f"The stack in {state} is running: stop it with Ctrl-C first.\n")
        return 1
    # By name, so that a wrong STATE deletes nothing of somebody's own.
    for name in (*KEPT_BY_A_STACK, "emulator.pid"):
        path = state / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    say(f"{state} is empty; the next `make run` loads the demonstration afresh.")
    return 0


def _runs(mark: Path) -> bool:
    if not mark.exists():
        return False
    try:
        os.kill(int(mark.read_text("utf-8")), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main())
