"""Where does SES put mail that comes in? In a bucket, each mail under a key of its own."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import NotFound
from chalicelib.outbound.aws import code_of


class S3Mailbox:
    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> bytes:
        try:
            answer = self._client().get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                raise NotFound("no such mail") from error
            raise
        data: bytes = answer["Body"].read()
        return data
