"""How is the AWS emulator started, and stopped without losing what it holds?"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local import aws
from local.failures import CannotRunError

SERVICES = (
    "apigateway,cloudformation,cloudfront,cloudwatch,cognito-idp,dynamodb,events,execute-api,iam,"
    "lambda,logs,monitoring,s3,ses,sns,sqs,ssm,states,sts"
)
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator that this process started."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        """Its address, without a slash at the end."""
        return aws.endpoint(self.port)


def check_port(port: int, state: Path) -> None:
    """Raise `CannotRunError` if something already listens on `port`."""
    if _answers(port):
        raise CannotRunError(_taken(port, state))


def start(python: Path, port: int, state: Path, *, enforces_permissions: bool) -> Emulator:
    """The emulator on `port` with what `state` holds; raises `CannotRunError` if it stays away.

    When it enforces permissions, functions may do what their roles allow, and the pages, whose
    bucket is private, cannot be read by a browser.
    """
    check_port(port, state)
    state = state.resolve()
    scratch = state / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    for folder in (scratch, state / "aws", state / "s3"):
        folder.mkdir(parents=True, exist_ok=True)
    with (state / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-m", "ministack"],
            env={
                **_environment(port, state, scratch),
                "AUTH": str(enforces_permissions).lower(),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C goes to us alone; we then stop the emulator once, and wait until it has saved.
            start_new_session=True,
        )
    (state / "emulator.pid").write_text(str(process.pid), "utf-8")
    emulator = Emulator(port, process)
    try:
        _wait_until_ready(emulator, state)
    except BaseException:
        stop(emulator, state)
        raise
    return emulator


def stop(emulator: Emulator, state: Path) -> None:
    """End the emulator so that it saves what it holds."""
    process = emulator.process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    # Function processes are children of the emulator, in its session: none may outlive it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    (state / "emulator.pid").unlink(missing_ok=True)
    shutil.rmtree(state / "scratch", ignore_errors=True)


def _environment(port: int, state: Path, scratch: Path) -> dict[str, str]:
    return {
        **aws.surroundings(),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": aws.REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "SERVICES": SERVICES,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
        "TMPDIR": str(scratch),
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(emulator: Emulator, state: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if emulator.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotRunError(
        f"The AWS emulator did not come up; {state / 'emulator.log'} says why. Its last lines:\n"
        + "\n".join((state / "emulator.log").read_text("utf-8", "replace").splitlines()[-5:])
    )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _taken(port: int, state: Path) -> str:
    text = f"Port {port} is already in use."
    mark = state / "emulator.pid"
    if mark.exists():
        text += (
            f" It may be an earlier `make run` (process {mark.read_text('utf-8')}): stop that one,"
        )
        return text + f" or take another port and state: PORT={port + 10} STATE=.local-2 make run."
    return text + f" Take another one: PORT={port + 10} make run."
