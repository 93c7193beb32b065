"""What does the environment tell? Nothing else reads it, and nothing reads it at import."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One deployment; `keys_url` has the user pool's public keys, `wait_scale` shortens waits.

    Below `identity_parameters` lie the sites' secrets. An empty `reply_domain` means that mail
    takes no answers. Only the function that sends mail knows `rest_url`.
    `starts_per_network` is for a minute; 0 means any number.
    """

    region: str
    table: str
    alarm_queue: str
    state_machine: str
    user_pool: str
    user_pool_client: str
    issuer: str
    keys_url: str
    push_endpoint: str
    socket_url: str
    staff_origins: tuple[str, ...]
    sender: str
    reply_domain: str
    mail_bucket: str
    files_bucket: str
    mail_topic: str
    rest_url: str
    configuration_set: str
    secret_parameter: str
    identity_parameters: str
    wait_scale: float
    starts_per_network: int


def read() -> Settings:
    """The settings of this process; KeyError names a variable that is missing."""
    env = os.environ
    issuer = env["COGNITO_ISSUER"].rstrip("/")
    return Settings(
        region=env["AWS_REGION"],
        table=env["TABLE_NAME"],
        alarm_queue=env["ALARM_QUEUE_URL"],
        state_machine=env["STATE_MACHINE_ARN"],
        user_pool=env["USER_POOL_ID"],
        user_pool_client=env["USER_POOL_CLIENT_ID"],
        issuer=issuer,
        keys_url=env.get("COGNITO_KEYS_URL") or f"{issuer}/.well-known/jwks.json",
        push_endpoint=env["PUSH_ENDPOINT"],
        socket_url=env["SOCKET_URL"],
        staff_origins=tuple(filter(None, env.get("STAFF_ORIGIN", "").split(","))),
        sender=env["SENDER_ADDRESS"],
        reply_domain=env.get("REPLY_DOMAIN", ""),
        mail_bucket=env["MAIL_BUCKET"],
        files_bucket=env["FILES_BUCKET"],
        mail_topic=env["MAIL_TOPIC_ARN"],
        rest_url=env.get("REST_URL", "").rstrip("/"),
        configuration_set=env["CONFIGURATION_SET"],
        secret_parameter=env["SECRET_PARAMETER"],
        identity_parameters=env["IDENTITY_PARAMETERS"],
        wait_scale=float(env.get("WAIT_SCALE", "1")),
        starts_per_network=int(env.get("STARTS_PER_NETWORK", "10")),
    )
