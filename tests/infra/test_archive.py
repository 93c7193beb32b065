"""Is the archive complete, lean, compiled, and the same each time?"""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import archive, package

ROOT = Path(package.__file__).resolve().parent.parent
IMPORTS = """
import sys
sys.path.insert(0, sys.argv[1])
import app, boto3, botocore.session, jwt, email_validator, msgspec
from aws_lambda_powertools import Logger, Metrics
from cryptography.hazmat.primitives.asymmetric import rsa
session = botocore.session.get_session()
for service in sys.argv[2:]:
    session.create_client(
        service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
print(sorted({module.__file__.split("/")[1] for module in (app, jwt, msgspec)}))
"""


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "pip/_internal/main.py",
        "pip-26.2.1.dist-info/METADATA",
        "setuptools/__init__.py",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "chalicelib/__pycache__/errors.cpython-311.pyc",
    ],
)
def test_what_no_function_imports_is_left_out(name: str) -> None:
    assert not archive.belongs(name)


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "chalicelib/errors.py",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "boto3/__init__.py",
        "pipeline.py",
    ],
)
def test_what_functions_need_is_kept(name: str) -> None:
    assert archive.belongs(name)


def test_finishing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    source = zipped(tmp_path / "in.zip", {"b.py": "import os\n", "a/c.py": "x = {'k': (1, 2)}\n"})
    for name in ("one.zip", "two.zip"):
        archive.finish(source, tmp_path / name, tmp_path / "scratch")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_every_module_is_there_in_compiled_form(tmp_path: Path) -> None:
    source = zipped(tmp_path / "in.zip", {"a/c.py": "def f():\n    return __file__\n"})
    archive.finish(source, tmp_path / "out.zip", tmp_path / "scratch")
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        compiled = f"a/__pycache__/c.{sys.implementation.cache_tag}.pyc"
        assert made.namelist() == [compiled, "a/c.py"]
        # Bits 0 and 1 of the flags: judged by a hash that is not checked against the source.
        assert made.read(compiled)[4:8] == b"\x01\x00\x00\x00"
        assert b"/var/task/a/c.py" in made.read(compiled)


def test_of_two_archives_the_later_ones_files_are_kept(tmp_path: Path) -> None:
    old = zipped(tmp_path / "old.zip", {"app.py": "old", "library.py": "kept"})
    new = zipped(tmp_path / "new.zip", {"app.py": "new"})
    archive.join((old, new), tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        assert {name: made.read(name) for name in made.namelist()} == {
            "app.py": b"new",
            "library.py": b"kept",
        }


def test_the_packaged_functions_import_with_nothing_but_the_archive(unpacked: Path) -> None:
    services = archive.SERVICES.pattern.split("|")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORTS, str(unpacked), *services],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_service_that_the_code_calls_is_described_in_the_archive() -> None:
    asked = set()
    for path in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]:
        asked |= set(re.findall(r"(?:create_client|client)\(\s*\"([a-z0-9-]+)\"", path.read_text()))
    assert not {name for name in asked if not archive.SERVICES.fullmatch(name)}


def test_a_change_of_any_source_is_a_new_package(tmp_path: Path) -> None:
    (tmp_path / "chalicelib").mkdir()
    source = tmp_path / "chalicelib" / "errors.py"
    source.write_text("1")
    before = package.fingerprint(tmp_path, ("chalicelib",))
    (tmp_path / "chalicelib" / "__pycache__").mkdir()
    (tmp_path / "chalicelib" / "__pycache__" / "errors.pyc").write_text("x")
    assert package.fingerprint(tmp_path, ("chalicelib",)) == before
    source.write_text("2")
    assert package.fingerprint(tmp_path, ("chalicelib",)) != before


def test_chalices_own_words_say_why_it_cannot_package(tmp_path: Path) -> None:
    for name in ("requirements.txt", "infra", ".chalice"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "app.py").write_text("raise RuntimeError('the app is broken')\n")
    target = tmp_path / "build"
    target.mkdir()
    for name in ("libraries.zip", "libraries-made"):
        (target / name).symlink_to(package.build().archive.parent / name)
    with pytest.raises(package.CannotPackageError, match="the app is broken"):
        package.build(tmp_path, target)
