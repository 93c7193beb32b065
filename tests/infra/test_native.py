"""Is the index in the package machine code wherever it can be, the same each time, and as right?"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import native, package

ROOT = native.ROOT
WHERE = "from chalicelib.rules.index import sieve; print(sieve.__file__)"


def compiled(names: list[str]) -> set[str]:
    """The modules of our own that are there as machine code."""
    ours = (name for name in names if name.startswith("chalicelib/") and name.endswith(".so"))
    return {f"{name.split('.')[0]}.py" for name in ours}


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A Python that finds the application in this folder."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**surroundings, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_of_the_index_is_compiled_or_there_is_a_reason(
    packaged: package.Package,
) -> None:
    folder = ROOT / "chalicelib" / "rules" / "index"
    modules = {f"chalicelib/rules/index/{each.name}" for each in folder.glob("[a-z]*.py")}
    assert modules | {"chalicelib/rules/compile.py"} <= set(native.MODULES)
    with zipfile.ZipFile(packaged.archive) as archive:
        names = archive.namelist()
    assert {*native.MODULES} <= {*names}
    assert compiled(names) == (set() if native.obstacle() else set(native.MODULES))
    if os.environ.get("CI") == "true" and native.suits_lambda():
        assert not native.obstacle(), "nobody would see that it is not tried"


def test_machine_code_answers_every_question_that_the_source_answers(unpacked: Path) -> None:
    # -P: what is in the folder comes before what is in this checkout.
    found = python("-P", "-c", WHERE, folder=unpacked)
    assert found.stdout.startswith(str(unpacked)), found.stderr
    assert native.obstacle() or found.stdout.strip().endswith(".so")
    paths = f"pythonpath={unpacked} {ROOT}"
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", paths, "tests/rules"]
    done = python("-P", *tests, folder=unpacked)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(bool(native.obstacle()), reason="nothing can be compiled here")
def test_the_same_source_is_the_same_machine_code(unpacked: Path, tmp_path: Path) -> None:
    made = native.build(ROOT, tmp_path / "again")
    assert len(made) == len(native.MODULES) + 1
    for file in made:
        assert file.read_bytes() == (unpacked / file.relative_to(tmp_path / "again")).read_bytes()


@pytest.mark.parametrize(
    ("compiler", "reason"),
    [("no-such-compiler", "there is no C compiler"), ("false", "failed with exit code 1")],
)
def test_what_cannot_be_compiled_is_said_and_left_as_it_is(
    compiler: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CC", compiler)
    assert native.main(str(tmp_path / "tree")) == 1
    said = capsys.readouterr().err
    assert reason in said if native.suits_lambda() else "not of Lambda's kind" in said
    assert compiled([each.as_posix() for each in tmp_path.rglob("*")]) == set()
    found = python("-P", "-c", WHERE, folder=tmp_path / "tree")
    assert found.stdout.strip() == str(tmp_path / "tree" / "chalicelib/rules/index/sieve.py")


def test_without_a_compiler_there_is_a_package_all_the_same(
    packaged: package.Package,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("libraries.zip", "libraries-made"):
        shutil.copy(packaged.archive.with_name(name), tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler")
    without = package.build(target=tmp_path)
    with zipfile.ZipFile(without.archive) as archive:
        names = archive.namelist()
    assert {*native.MODULES} <= {*names} and compiled(names) == set()
    assert package.why_interpreted(without) == native.obstacle() != ""
    monkeypatch.delenv("CC")
    assert package.why_interpreted(packaged) == native.obstacle()


def test_machine_code_that_lambda_could_not_load_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(b"\0GLIBC_2.2.5\0GLIBC_2.17\0")
    native.check(tmp_path / "a.so")
    (tmp_path / "a.so").write_bytes(b"\0GLIBC_2.2.5\0GLIBC_2.34\0")
    with pytest.raises(native.CannotCompileError, match=r"needs glibc 2\.34"):
        native.check(tmp_path / "a.so")
