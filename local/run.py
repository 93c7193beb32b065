"""What happens between `make run` and Ctrl-C?"""

import signal
import sys
import time
from types import FrameType

from local import stack
from local.failures import CannotRunError
from local.progress import say, step
from local.wishes import read


def main() -> int:
    """Run a stack until it is interrupted; 1 if it cannot run."""
    # A shell starts what runs in the background deaf to SIGINT: whoever sends it means it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        wishes = read()
        say("Vestibule on this machine")
        running = stack.start(wishes.port, wishes.state, wishes.wait_scale)
    except CannotRunError as reason:
        sys.stderr.write(f"\n{reason}\n")
        return 1
    except KeyboardInterrupt:
        say("\nstopped before it was ready")
        return 1
    say(_welcome(running))
    try:
        return _wait(running)
    finally:
        say("")
        with step("saving and stopping"):
            stack.stop(running)


def _wait(running: stack.Stack) -> int:
    try:
        while running.emulator.process.poll() is None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    log = running.state / "emulator.log"
    sys.stderr.write(f"\nThe AWS emulator ended by itself; {log} says why.\n")
    return 1


def _welcome(running: stack.Stack) -> str:
    document = running.document
    lines = ["", f"  shop      {document['shop']}"]
    lines += [f"  staff     {document['staff']}", f"  mailbox   {running.mailbox_page}"]
    lines += [f"  REST      {document['rest']}", f"  socket    {document['socket']}", ""]
    for account in document["accounts"]:
        lines.append(f"  {account['role']:<9} {account['email']:<24} {account['password']}")
    lines += ["", f"  All of this for scripts: {running.state / 'stack.json'}"]
    lines += [
        "  Ctrl-C stops everything; what the stack holds is kept. `make demo-reset` forgets it."
    ]
    return "\n".join(lines)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
