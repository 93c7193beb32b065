"""Where do the files of conversations lie? In a bucket that nobody reads without a signature.

A form fixes everything about its file: key, type, size, name, and that it is thrown away unless a
message comes to name it.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError

from chalicelib.errors import NotFound
from chalicelib.model.attachment import OPENING_BYTES
from chalicelib.outbound.aws import code_of
from chalicelib.services.ports.files import GOOD_FOR_SECONDS, Declared, Form, Stored

# The bucket's lifecycle knows this tag.
UNCLAIMED: Final = (
    "<Tagging><TagSet><Tag><Key>claimed</Key><Value>no</Value></Tag></TagSet></Tagging>"
)
ABSENT: Final = frozenset({"NoSuchKey", "InvalidRange"})


class S3Files:
    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, key: str, declared: Declared) -> Form:
        fields = {
            "Content-Type": declared.type,
            # The head of a request holds ASCII only.
            "x-amz-meta-name": quote(declared.name),
            "x-amz-meta-by": declared.by,
            "tagging": UNCLAIMED,
        }
        exactly = ["content-length-range", declared.size, declared.size]
        made = self._client().generate_presigned_post(
            Bucket=self._bucket,
            Key=key,
            Fields=dict(fields),
            Conditions=[*({name: value} for name, value in fields.items()), exactly],
            ExpiresIn=GOOD_FOR_SECONDS,
        )
        return Form(url=made["url"], fields=made["fields"])

    def put(self, key: str, declared: Declared, content: bytes) -> None:
        self._client().put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType=declared.type,
            Metadata={"name": quote(declared.name), "by": declared.by},
            Tagging="claimed=no",
        )

    def look(self, key: str) -> Stored:
        # One request tells size, type and name, and what the file begins with.
        beginning = f"bytes=0-{OPENING_BYTES - 1}"
        try:
            answer = self._client().get_object(Bucket=self._bucket, Key=key, Range=beginning)
        except ClientError as error:
            if code_of(error) in ABSENT:
                raise NotFound("no such file") from error
            raise
        told = answer["Metadata"]
        declared = Declared(
            name=unquote(told.get("name", "")),
            type=answer["ContentType"],
            size=int(answer["ContentRange"].rpartition("/")[2]),
            by=told.get("by", ""),
        )
        return Stored(declared=declared, opening=answer["Body"].read())

    def keep(self, key: str) -> None:
        self._client().delete_object_tagging(Bucket=self._bucket, Key=key)

    def remove_all(self, prefix: str) -> None:
        pages = self._client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for each in page.get("Contents", ()):
                self._client().delete_object(Bucket=self._bucket, Key=each["Key"])

    def link(self, key: str, *, name: str, in_place: bool) -> str:
        kind = "inline" if in_place else "attachment"
        url: str = self._client().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
            },
            ExpiresIn=GOOD_FOR_SECONDS,
        )
        return url
