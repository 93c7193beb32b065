"""How is a frame pushed to a browser? Briefly, and without ever failing the one who asked."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.model.notices import Notice
from chalicelib.outbound.aws import code_of

LOG = logging.getLogger("vestibule.sockets")
TRIES = 3
LONGEST_PAUSE_SECONDS = 0.2


class ApiGatewaySockets:
    """`word` turns a notice into the text of a frame."""

    def __init__(
        self,
        client: Callable[[], Any],
        word: Callable[[Notice, str | None], str],
        *,
        chance: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._word = word
        self._chance = chance
        self._sleep = sleep

    def push(self, connection: str, notice: Notice, *, answers: str | None = None) -> bool:
        """Whether the socket took it: False when it is gone, or would not listen three times."""
        data = self._word(notice, answers).encode()
        for attempt in range(TRIES):
            if attempt:
                self._sleep(self._chance() * LONGEST_PAUSE_SECONDS * attempt)
            try:
                self._client().post_to_connection(ConnectionId=connection, Data=data)
            except ClientError as error:
                if code_of(error) in GONE:
                    return False
                _note(error, {"attempt": attempt})
            except BotoCoreError as error:
                _note(error, {"attempt": attempt})
            else:
                return True
        return False

    def close(self, connection: str) -> None:
        try:
            self._client().delete_connection(ConnectionId=connection)
        except (ClientError, BotoCoreError) as error:
            if code_of(error) not in GONE:
                _note(error, {})


# A socket that closed, and an id that never was one.
GONE = frozenset({"GoneException", "410", "BadRequestException", "400", "404", "NotFoundException"})


def _note(error: Exception, extra: Mapping[str, Any]) -> None:
    LOG.warning("push failed: %s", code_of(error) or type(error).__name__, extra=dict(extra))
