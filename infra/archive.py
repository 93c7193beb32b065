"""What goes into the zip that Lambda unpacks, and in which form?"""

import compileall
import py_compile
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

# Chalice's command line and pip come along as dependencies of the `chalice` distribution;
# a function imports none of them. dnspython serves deliverability checks, which we never make.
UNUSED = re.compile(
    r"(_distutils_hack|_yaml|blessed|click|distutils-precedence\.pth|dns|dnspython|editor|inquirer"
    r"|jinxed|packaging|pip|pkg_resources|pyyaml|readchar|runs|setuptools|wcwidth|wheel|xmod|yaml)"
    r"(-[^/]*\.(dist-info|data))?"
)

# botocore describes every service of AWS; these are the ones that functions call.
SERVICES = re.compile(
    r"apigatewaymanagementapi|cognito-idp|dynamodb|events|s3|ses|sesv2|sqs|ssm|stepfunctions"
)

# Where Lambda unpacks the archive: tracebacks name these paths.
TASK_ROOT = "/var/task"
MOMENT = (1980, 1, 1, 0, 0, 0)


def belongs(name: str) -> bool:
    """Whether the archive keeps the file of this name."""
    parts = name.split("/")
    if UNUSED.fullmatch(parts[0]) or "__pycache__" in parts:
        return False
    if parts[:2] == ["botocore", "data"] and len(parts) > 3:
        return SERVICES.fullmatch(parts[2]) is not None
    return parts[:2] != ["boto3", "examples"]


def finish(source: Path, target: Path, scratch: Path) -> None:
    """Write an archive to `target`: what is used, compiled, the same bytes for the same input."""
    shutil.rmtree(scratch, ignore_errors=True)
    with zipfile.ZipFile(source) as archive:
        archive.extractall(scratch, [name for name in archive.namelist() if belongs(name)])
    # Unchecked hashes: the archive's file times say nothing, and nobody edits a function in place.
    compileall.compile_dir(
        scratch,
        quiet=2,
        stripdir=str(scratch),
        prependdir=TASK_ROOT,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        maxlevels=20,
    )
    files = {path.relative_to(scratch).as_posix(): path.read_bytes() for path in _files(scratch)}
    write(files, target)
    shutil.rmtree(scratch)


def join(sources: Iterable[Path], target: Path) -> None:
    """One archive of several; where two hold the same name, the later one's file is kept."""
    files: dict[str, bytes] = {}
    for source in sources:
        with zipfile.ZipFile(source) as archive:
            files.update((name, archive.read(name)) for name in archive.namelist())
    write(files, target)


def write(files: dict[str, bytes], target: Path) -> None:
    """An archive of files by name."""
    # Beside and then moved: a half-written archive is never taken for a whole one.
    temporary = target.with_suffix(".part")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    temporary.replace(target)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
