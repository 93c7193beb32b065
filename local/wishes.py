"""What did the person ask for when they typed `make run`?"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.failures import CannotRunError

DEFAULT_PORT = "4566"
DEFAULT_STATE = ".local"
DEFAULT_WAIT_SCALE = "1"


@dataclass(frozen=True)
class Wishes:
    """Where a stack listens, what it remembers, and what its waits are multiplied by."""

    port: int
    state: Path
    wait_scale: str


def read(environment: Mapping[str, str] = os.environ) -> Wishes:
    """The wishes of an environment; raises `CannotRunError` for one that makes no sense."""
    port = environment.get("PORT") or DEFAULT_PORT
    if not (port.isascii() and port.isdecimal() and 1024 <= int(port) <= 65_535):
        raise CannotRunError(f"PORT must be a number from 1024 to 65535, and is {port!r}.")
    scale = environment.get("WAIT_SCALE") or DEFAULT_WAIT_SCALE
    if not _is_scale(scale):
        raise CannotRunError(f"WAIT_SCALE must be a number such as 0.1, and is {scale!r}.")
    return Wishes(int(port), Path(environment.get("STATE") or DEFAULT_STATE), scale)


def _is_scale(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    digits = whole + (fraction or "0")
    return digits.isascii() and digits.isdecimal() and 0 < float(text) <= 1000
