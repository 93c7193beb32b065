"""How does a letter reach SES? Raw, so that its headers are ours and can be tested."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.model.letter import Letter
from chalicelib.outbound.aws import code_of
from chalicelib.services.ports.outward import NotTaken

# SES said no before it took the message; the first kind may say yes later.
MAY_PASS: Final = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "LimitExceededException",
        "SendingPausedException",
        "ServiceUnavailable",
        "AccountSendingPausedException",
    }
)
NEVER: Final = frozenset(
    {
        "MessageRejected",
        "MailFromDomainNotVerifiedException",
        "BadRequestException",
        "InvalidParameterValue",
        "NotFoundException",
        "AccountSuspendedException",
    }
)


class SesMailer:
    def __init__(self, client: Callable[[], Any], *, sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, letter: Letter, *, unsubscribe: str | None) -> str:
        # Reading the library of mail takes 30 ms that only the function which sends it should pay.
        from chalicelib.outbound.mime import mime

        try:
            answer = self._client().send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [letter.address]},
                Content={"Raw": {"Data": mime(letter, self._sender, unsubscribe)}},
                ConfigurationSetName=self._configuration_set,
                # By these, news of the mail finds its letter again.
                EmailTags=[
                    {"Name": "site", "Value": letter.site},
                    {"Name": "letter", "Value": letter.id},
                ],
            )
        except ClientError as error:
            code = code_of(error)
            if code in MAY_PASS or code in NEVER:
                raise NotTaken(code, may_pass=code in MAY_PASS) from error
            raise
        return str(answer["MessageId"])
