"""Which pages does the demonstration show, and where do they lie?"""

import hashlib
import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path

from local import aws
from local.deploy import Deployed
from local.failures import CannotRunError

ROOT = Path(__file__).parent.parent
FOLDERS = {
    "widget": ROOT / "ui" / "dist" / "widget",
    "staff": ROOT / "ui" / "dist" / "staff",
    "bank": ROOT / "local" / "demo" / "bank",
    "mailbox": ROOT / "local" / "demo" / "mailbox",
}


def base(deployed: Deployed) -> str:
    """Where the pages lie: the bucket's own address, on the same host and port as the APIs."""
    return f"{deployed.endpoint}/{deployed.bucket}"


def upload(deployed: Deployed, site: str, state: Path) -> bool:
    """Put every page into the bucket; whether anything was new."""
    files = dict(_files(deployed, site))
    digest = hashlib.sha256(deployed.bucket.encode())
    for key, body in files.items():
        digest.update(key.encode() + b"\0" + body)
    mark = state / "pages"
    if mark.exists() and mark.read_text("utf-8") == digest.hexdigest():
        return False
    storage = aws.client("s3", deployed.port)
    for key, body in files.items():
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith(("javascript", "json")):
            kind += "; charset=utf-8"
        storage.put_object(
            Bucket=deployed.bucket, Key=key, Body=body, ContentType=kind, CacheControl="no-cache"
        )
    mark.write_text(digest.hexdigest(), "utf-8")
    return True


def _files(deployed: Deployed, site: str) -> Iterator[tuple[str, bytes]]:
    places = {"{{pages}}": base(deployed), "{{rest}}": deployed.rest, "{{site}}": site}
    for prefix, folder in FOLDERS.items():
        if not folder.is_dir():
            raise CannotRunError(f"{folder} is missing: `make setup` builds the pages.")
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not path.is_file() or name.startswith("."):
                continue
            body = path.read_bytes()
            if prefix in ("bank", "mailbox"):
                body = _filled(body, places)
            yield f"{prefix}/{name}", body
    yield "staff/config.json", json.dumps(_configuration(deployed, site)).encode()


def _filled(body: bytes, places: dict[str, str]) -> bytes:
    for name, value in places.items():
        body = body.replace(name.encode(), value.encode())
    return body


def _configuration(deployed: Deployed, site: str) -> dict[str, object]:
    return {"rest": deployed.rest, "cognito": cognito(deployed), "site": site}


def cognito(deployed: Deployed) -> dict[str, str]:
    """Where and as what a page signs staff in."""
    return {"endpoint": deployed.endpoint, "pool": deployed.pool, "client": deployed.client}
