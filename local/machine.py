"""Can this machine run what was compiled for Lambda, and if not, what takes its place?"""

import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from infra.native import suits_lambda
from infra.package import APPLICATION, Package


def suited(package: Package) -> Package:
    """The package, with this machine's own build of every compiled library if it needs that."""
    if suits_lambda():
        return package
    target = package.archive.with_name("deployment-here.zip")
    exchange(package.archive, Path(sysconfig.get_paths()["platlib"]), target)
    return replace(package, archive=target)


def exchange(source: Path, libraries: Path, target: Path) -> None:
    """Copy an archive, taking every part that holds compiled files from `libraries` instead."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        compiled = {name.split("/")[0] for name in old.namelist() if name.endswith(".so")}
        # Our own code is there as source too.
        compiled -= {*APPLICATION}
        for entry in old.infolist():
            if entry.filename.split("/")[0] not in compiled:
                new.writestr(entry, old.read(entry))
        for part in sorted(compiled):
            for path in _own(libraries, part):
                name = path.relative_to(libraries).as_posix()
                new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), path.read_bytes())


def _own(libraries: Path, part: str) -> Iterator[Path]:
    # A compiled module of its own carries the platform in its name: only the stem is the same.
    found = [libraries / part] if (libraries / part).is_dir() else []
    found = found or sorted(libraries.glob(f"{part.split('.')[0]}.*"))
    for start in found:
        paths = sorted(start.rglob("*")) if start.is_dir() else [start]
        yield from (path for path in paths if path.is_file() and path.suffix != ".pyc")
