"""How do local scripts talk to the emulator, and to nothing else?"""

import os
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION = "us-east-1"
ACCOUNT = "000000000000"
# The emulator accepts any key; these make sure that nobody's own are used.
KEY = "local"

_OWN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN")


def endpoint(port: int) -> str:
    """Where the emulator of this port answers."""
    return f"http://127.0.0.1:{port}"


def surroundings() -> dict[str, str]:
    """The environment of a process that must reach the emulator only."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OWN}
    nowhere = str(Path(os.devnull))
    return {
        **inherited,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def client(service: str, port: int) -> Any:
    """A client of one service of the emulator."""
    nobody = botocore.session.Session(profile=None)
    nobody.set_config_variable("config_file", os.devnull)
    nobody.set_config_variable("credentials_file", os.devnull)
    session = boto3.Session(botocore_session=nobody)
    settings = Config(
        region_name=REGION,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"},
        proxies={},
    )
    return session.client(
        service,
        endpoint_url=endpoint(port),
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        config=settings,
    )
