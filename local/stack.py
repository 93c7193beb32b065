"""How is a whole local stack started and stopped, by a person or by a test?"""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import package
from local import demo, deploy, emulator, machine, pages
from local.failures import CannotRunError
from local.progress import say, step

ROOT = Path(__file__).parent.parent
EMULATOR_PYTHON = ROOT / ".venv-emulator" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack with the demonstration in it."""

    emulator: emulator.Emulator
    deployed: deploy.Deployed
    state: Path
    demo: demo.Demo

    @property
    def document(self) -> dict[str, Any]:
        """What scripts need to know; written to `stack.json` in the state folder."""
        base = pages.base(self.deployed)
        return {
            "rest": self.deployed.rest,
            "socket": self.deployed.socket,
            "cognito": pages.cognito(self.deployed),
            "mailbox": f"{self.deployed.endpoint}/_ministack/ses/messages",
            "shop": f"{base}/bank/index.html",
            "staff": f"{base}/staff/index.html",
            "site": self.demo.site,
            "accounts": [
                {"email": account.email, "password": account.password, "role": account.role}
                for account in self.demo.accounts
            ],
        }

    @property
    def mailbox_page(self) -> str:
        """Where a person reads the mails."""
        return f"{pages.base(self.deployed)}/mailbox/index.html"


def start(
    port: int, state: Path, wait_scale: str = "1", *, enforces_permissions: bool = False
) -> Stack:
    """Package, start, deploy and fill a stack; raises `CannotRunError` with what is in the way."""
    if not EMULATOR_PYTHON.exists():
        raise CannotRunError("The emulator is not installed yet: run `make setup` first.")
    state = state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    emulator.check_port(port, state)
    try:
        with step("packaging the stack"):
            made = package.build()
    except package.CannotPackageError as refusal:
        raise CannotRunError(f"The stack cannot be packaged:\n{refusal}") from refusal
    made = machine.suited(made)
    with step("starting the AWS emulator"):
        running = emulator.start(
            EMULATOR_PYTHON, port, state, enforces_permissions=enforces_permissions
        )
    try:
        stack = _filled(running, made, wait_scale, state)
    except BaseException:
        emulator.stop(running, state)
        raise
    (state / "stack.json").write_text(json.dumps(stack.document, indent=2) + "\n", "utf-8")
    return stack


def stop(stack: Stack) -> None:
    """End what `start` started; what the stack holds is kept in its state folder."""
    (stack.state / "stack.json").unlink(missing_ok=True)
    emulator.stop(stack.emulator, stack.state)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _filled(
    running: emulator.Emulator, made: package.Package, wait_scale: str, state: Path
) -> Stack:
    with step("deploying the packaged stack"):
        deployed = deploy.deploy(made, running.port, wait_scale, state)
    if deployed.changed:
        say(f"    left out, unknown to the emulator: {', '.join(deployed.dropped)}")
    site = demo.read()
    with step("uploading the pages"):
        pages.upload(deployed, site.site, state)
    with step("loading the demonstration site"):
        demo.load(site, deployed, deployed.endpoint, state)
    return Stack(running, deployed, state, site)
