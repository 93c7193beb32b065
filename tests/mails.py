"""A mail as SES keeps it: from somebody, to an address of ours, with what SES found above it."""

from email.message import EmailMessage
from email.policy import SMTP

JUDGED = "amazonses.com; spf=pass; dkim=pass; dmarc=pass header.from=example.com;"


def mail(
    to,
    text="Thank you.",
    *,
    sender="grace@example.com",
    name="1",
    judged=JUDGED,
    files=(),
    **heads,
):
    """The bytes of a mail; `name` is its sender's own name for it, `files` come with it."""
    message = EmailMessage(policy=SMTP)
    message["Return-Path"] = f"<{sender}>"
    message["Authentication-Results"] = judged
    message["From"] = f"Grace Hopper <{sender}>"
    message["To"] = to
    message["Subject"] = "Re: You have a reply"
    message["Message-ID"] = f"<{name}@mail.example.com>"
    for head, value in heads.items():
        message[head.replace("_", "-")] = value
    message.set_content(
        f"{text}\n\nOn 23.11.2026 12:00, Linden Bank wrote:\n> Your card is fine.\n"
    )
    for file, type, content in files:
        kind, _slash, subtype = type.partition("/")
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=file)
    return message.as_bytes()


def arrives(world, raw, key="m1"):
    """SES has put a mail into the bucket; why it is refused, if it is."""
    from chalicelib.services.conversation import inbound

    world.mails[key] = raw
    return inbound.receive(world.ports, key, len(raw))
