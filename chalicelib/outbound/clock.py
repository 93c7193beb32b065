"""What time is it, and what is a new name? The only reader of the clock and of chance."""

import random
import secrets
import time
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def epoch() -> float:
    """Seconds since 1970, as `expires_at` counts."""
    return time.time()


def steady() -> float:
    """Seconds that only measure distances."""
    return time.monotonic()


def new_id() -> str:
    """22 characters, 128 bits of chance: ids in addresses cannot be guessed."""
    return secrets.token_urlsafe(16)


def new_secret() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def chance() -> float:
    """From 0 up to 1, for jitter; never for secrets."""
    return random.random()


sleep = time.sleep
