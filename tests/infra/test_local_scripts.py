"""Do the local scripts say clearly what is in the way, and leave alone what is not theirs?"""

import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import deploy, emulator, environments, machine, reset, wishes
from local.failures import CannotRunError

ROOT = environments.ROOT


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(taken_port: int, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=f"Port {taken_port} is already in use.*PORT="):
        emulator.check_port(taken_port, tmp_path)


def test_a_port_taken_by_an_earlier_run_names_its_process(taken_port: int, tmp_path: Path) -> None:
    (tmp_path / "emulator.pid").write_text("4711")
    with pytest.raises(CannotRunError, match="process 4711"):
        emulator.check_port(taken_port, tmp_path)


def test_nothing_asked_for_means_the_usual_stack() -> None:
    assert wishes.read({}) == wishes.Wishes(4566, Path(".local"), "1")


def test_what_is_asked_for_is_taken() -> None:
    asked = {"PORT": "4600", "STATE": "other", "WAIT_SCALE": "0.1"}
    assert wishes.read(asked) == wishes.Wishes(4600, Path("other"), "0.1")


@pytest.mark.parametrize("port", ["0", "80", "65536", "x", "-1", "45.6", "٤٥٦٦"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CannotRunError, match="PORT must be a number"):
        wishes.read({"PORT": port})


@pytest.mark.parametrize("scale", ["0", "-1", "fast", "1e3", "nan", "inf", "1001", "0.0"])
def test_a_scale_that_is_none_is_refused(scale: str) -> None:
    with pytest.raises(CannotRunError, match="WAIT_SCALE must be a number"):
        wishes.read({"WAIT_SCALE": scale})


def prepare(tmp_path: Path, *parts: str, node: str | None) -> str:
    """What a copy of the script says on a machine with this Node, and no other program."""
    programs = tmp_path / "bin"
    programs.mkdir()
    if node is not None:
        for name in ("node", "npm"):
            (programs / name).write_text(f"#!/bin/sh\necho {node}\n")
            (programs / name).chmod(0o755)
        (programs / "sh").symlink_to("/bin/sh")
    (tmp_path / "local").mkdir()
    (tmp_path / "ui").mkdir()
    shutil.copy(ROOT / "local" / "environments.py", tmp_path / "local")
    (tmp_path / "ui" / "package.json").write_text('{"engines": {"node": ">=20.19"}}')
    done = subprocess.run(
        [sys.executable, str(tmp_path / "local" / "environments.py"), *parts],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_machine_without_node_is_told_so(tmp_path: Path) -> None:
    said = prepare(tmp_path, "pages", node=None)
    assert "Node 20.19 or newer" in said


def test_a_machine_with_an_old_node_is_told_both_versions(tmp_path: Path) -> None:
    said = prepare(tmp_path, "pages", node="v18.12.1")
    assert "Node 20.19 or newer; this is v18.12.1" in said


def test_a_machine_with_an_old_python_only_is_told_so() -> None:
    old = "import sys; sys.version_info = (3, 9, 2); from local import environments"
    done = subprocess.run(
        [sys.executable, "-c", f"{old}; sys.exit(environments.main())"],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Vestibule needs Python 3.11 to 3.13; this is 3.9." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_that_meets_an_old_python_uses_no_newer_syntax() -> None:
    source = (ROOT / "local" / "environments.py").read_text("utf-8")
    compile(source, "environments.py", "exec", dont_inherit=True)
    assert "from __future__ import annotations" in source
    for newer in ("match ", ":=", "except*", "import tomllib"):
        assert newer not in source


def test_only_what_the_emulator_does_not_know_is_left_out() -> None:
    template = {
        "Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table"},
            "Answer": {"Type": "AWS::ApiGatewayV2::RouteResponse"},
        },
        "Outputs": {},
    }
    kept, dropped = deploy.supported(template)
    assert list(kept["Resources"]) == ["Table"]
    assert dropped == ("Answer",)


def test_compiled_libraries_are_exchanged_for_this_machines_own(tmp_path: Path) -> None:
    source, here, target = tmp_path / "lambda.zip", tmp_path / "here", tmp_path / "out.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name in (
            *("app.py", "fast/__init__.py", "fast/core.linux.so", "_single.linux.so"),
            *("chalicelib/index.py", "chalicelib/index.linux.so"),
        ):
            archive.writestr(name, "for lambda")
    for name in ("fast/__init__.py", "fast/core.here.so", "_single.here.so", "other.py"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text("for this machine")
    machine.exchange(source, here, target)
    with zipfile.ZipFile(target) as made:
        assert {name: made.read(name) for name in made.namelist()} == {
            "app.py": b"for lambda",
            "chalicelib/index.py": b"for lambda",
            "chalicelib/index.linux.so": b"for lambda",
            "_single.here.so": b"for this machine",
            "fast/__init__.py": b"for this machine",
            "fast/core.here.so": b"for this machine",
        }


def run_reset(state: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", reset.__name__],
        cwd=ROOT,
        env={**os.environ, "STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_starting_over_forgets_the_stack_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "dynamodb.json").write_text("{}")
    (tmp_path / "deployed").write_text("x")
    (tmp_path / "my-notes.txt").write_text("keep me")
    assert run_reset(tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["my-notes.txt"]


def test_a_running_stack_is_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "emulator.pid").write_text(str(os.getpid()))
    (tmp_path / "deployed").write_text("x")
    done = run_reset(tmp_path)
    assert done.returncode == 1
    assert "Ctrl-C first" in done.stderr
    assert (tmp_path / "deployed").exists()


def test_no_lock_file_names_the_host_of_a_registry() -> None:
    lock = ROOT / "ui" / "package-lock.json"
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    assert packages
    assert not [
        name for name, each in packages.items() if "resolved" in each and not each.get("link")
    ]


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-local.txt"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        assert wanted
        assert all("==" in line for line in wanted), name
