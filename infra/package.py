"""How does a checkout become the template and the archive that CloudFormation deploys?

`python -m infra.package` leaves `build/template.json` and `build/deployment.zip`, and does nothing
when neither the sources nor the interpreter changed since the last time. The libraries are fetched
for Lambda's platform and compiled once for each requirements.txt, the index of rules once for each
state of its sources; the application every time.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra import archive, native, template

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
STAGE = "live"
REQUIREMENTS = "requirements.txt"
APPLICATION = ("app.py", "chalicelib", ".chalice")
PACKAGING = "infra"
# What the machine code is made of, the types that it takes for granted, and what makes it.
TYPED = ("chalicelib/rules", "chalicelib/model", "chalicelib/errors.py")
COMPILER = ("requirements-dev.txt", "infra/native.py")
GENERATED = ("__pycache__", "deployments")

# The least that Chalice packages, which it does with all the libraries.
NO_APPLICATION = """
from chalice import Chalice

app = Chalice(app_name="libraries")


@app.lambda_function()
def nothing(event, context):
    pass
"""
NO_CONFIGURATION = '{"version": "2.0", "app_name": "libraries", "stages": {"live": {}}}\n'


@dataclass(frozen=True, slots=True)
class Package:
    """A deployable pair: the template names the archive as a file beside it."""

    template: Path
    archive: Path


class CannotPackageError(Exception):
    """Chalice refused; the message is what it said."""


def build(root: Path = ROOT, target: Path = BUILD) -> Package:
    """The package of the checkout; raises `CannotPackageError` with Chalice's words."""
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target / "lock"):
        return _build(root, target)


def _build(root: Path, target: Path) -> Package:
    package = Package(target / "template.json", target / "deployment.zip")
    made = (package.template, package.archive)
    wanted = (
        fingerprint(root, (*APPLICATION, REQUIREMENTS, PACKAGING, *COMPILER)) + native.obstacle()
    )
    if _is_made(target / "made", wanted, made):
        return package
    libraries = _libraries(root, target)
    project = _project(target / "application")
    for name in APPLICATION:
        _copy(root / name, project / name)
    (project / REQUIREMENTS).touch()
    resources = project / "resources.json"
    resources.write_text(json.dumps(template.read(root / PACKAGING / "resources.yaml")), "utf-8")
    chalice = _run_chalice(project, "--merge-template", str(resources))
    merged = json.loads((chalice / "sam.json").read_text("utf-8"))
    package.template.write_text(json.dumps(template.finish(merged), indent=1) + "\n", "utf-8")
    application = target / "application.zip"
    archive.finish(chalice / "deployment.zip", application, target / "unpacked")
    archive.join((libraries, application, _index(root, target)), package.archive)
    (target / "made").write_text(wanted, "utf-8")
    return package


def why_interpreted(package: Package) -> str:
    """Why there is no machine code of ours in the package; empty if there is."""
    with zipfile.ZipFile(package.archive) as made:
        ours = (name for name in made.namelist() if name.startswith(f"{native.CODE}/"))
        if any(name.endswith(".so") for name in ours):
            return ""
    return native.obstacle() or "it did not compile (python -m infra.native says why)"


def fingerprint(root: Path, names: tuple[str, ...]) -> str:
    """A hash over the files and folders named, and over the interpreter's version."""
    digest = hashlib.sha256(f"python{sys.version_info.major}.{sys.version_info.minor}".encode())
    for name in names:
        start = root / name
        paths = [start] if start.is_file() else sorted(start.rglob("*"))
        for path in paths:
            if path.is_file() and not set(GENERATED) & set(path.parts):
                digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _libraries(root: Path, target: Path) -> Path:
    made = target / "libraries.zip"
    mark = target / "libraries-made"
    wanted = fingerprint(root, (REQUIREMENTS, f"{PACKAGING}/archive.py"))
    if not _is_made(mark, wanted, (made,)):
        project = _project(target / "libraries")
        (project / "app.py").write_text(NO_APPLICATION, "utf-8")
        (project / ".chalice").mkdir()
        (project / ".chalice" / "config.json").write_text(NO_CONFIGURATION, "utf-8")
        _copy(root / REQUIREMENTS, project / REQUIREMENTS)
        chalice = _run_chalice(project)
        archive.finish(chalice / "deployment.zip", made, target / "unpacked")
        mark.write_text(wanted, "utf-8")
    return made


def _index(root: Path, target: Path) -> Path:
    """The index as machine code; empty where none can be made."""
    made, mark = target / "index.zip", target / "index-made"
    wanted = fingerprint(root, (*TYPED, *COMPILER)) + native.obstacle()
    if not _is_made(mark, wanted, (made,)):
        files: dict[str, bytes] = {}
        folder = target / "native"
        with suppress(native.CannotCompileError):
            for file in native.build(root, folder):
                files[file.relative_to(folder).as_posix()] = file.read_bytes()
        archive.write(files, made)
        mark.write_text(wanted, "utf-8")
    return made


def _is_made(mark: Path, wanted: str, files: tuple[Path, ...]) -> bool:
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return all(file.exists() for file in files)
    mark.unlink(missing_ok=True)
    return False


def _project(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*GENERATED))
    else:
        shutil.copyfile(source, target)


def _run_chalice(project: Path, *options: str) -> Path:
    chalice = Path(sys.executable).parent / "chalice"
    # Chalice only wants to hear of some region; the template names none.
    surroundings = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    command = [str(chalice), "package", "--stage", STAGE, *options, str(project / "out")]
    done = subprocess.run(
        command, cwd=project, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not (project / "out" / "sam.json").exists():
        raise CannotPackageError((done.stderr or done.stdout).strip())
    return project / "out"


def main() -> int:
    """Package the checkout and say where the result is."""
    try:
        package = build()
    except CannotPackageError as refusal:
        sys.stderr.write(f"The stack cannot be packaged:\n{refusal}\n")
        return 1
    if reason := why_interpreted(package):
        sys.stderr.write(f"The index of rules stays interpreted: {reason}\n")
    size = package.archive.stat().st_size / 1_000_000
    sys.stdout.write(f"{package.template}\n{package.archive} ({size:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
