"""How does a letter become a mail, byte for byte, and reach SES?

The message is built here and sent raw, so that its headers are ours and can be tested.
"""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.flows.letters import header
from chalicelib.model.letter import Letter
from chalicelib.outbound.aws import code_of
from chalicelib.services.outward import NotTaken

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


def mime(letter: Letter, sender: str, unsubscribe: str | None = None) -> bytes:
    """The mail as it travels: exactly these headers, text and HTML."""
    # Reading this package takes 30 ms that only the function which sends mail should pay.
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    message = EmailMessage(policy=SMTP)
    user, _at, domain = sender.rpartition("@")
    message["From"] = Address(header(letter.sender_name), user, domain)
    message["To"] = Address(addr_spec=letter.address)
    if letter.reply_to is not None:
        message["Reply-To"] = Address(header(letter.sender_name), addr_spec=letter.reply_to)
    message["Subject"] = header(letter.subject)
    message["Date"] = format_datetime(letter.due_at)
    message["Message-ID"] = message_id(letter.id, domain)
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    thread = message_id(f"conversation-{letter.conversation}", domain)
    message["In-Reply-To"] = thread
    message["References"] = thread
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message.as_bytes()


def message_id(name: str, domain: str) -> str:
    """The Message-ID of a letter, and of the thread that all letters of a conversation answer."""
    return f"<{name}@{domain}>"
