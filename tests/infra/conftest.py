"""What do tests of the infrastructure share: the package of this checkout, made once."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import package

# Packaging finds nothing to do when `make run` or a former test already did it.
Template = dict[str, Any]


@pytest.fixture(scope="session")
def packaged() -> package.Package:
    return package.build()


@pytest.fixture(scope="session")
def template(packaged: package.Package) -> Template:
    document: Template = json.loads(packaged.template.read_text("utf-8"))
    return document


@pytest.fixture(scope="session")
def unpacked(packaged: package.Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(packaged.archive) as archive:
        archive.extractall(folder)
    yield folder
