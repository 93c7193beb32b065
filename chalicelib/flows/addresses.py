"""Is this one e-mail address to which a mail can go, and which address is it?"""

import unicodedata
from hashlib import sha256

from chalicelib.errors import Invalid
from chalicelib.model.reading import shown


def normalise(value: object, path: str = "address") -> str:
    """The address with an ASCII, lower-case domain and its local part as written, or `Invalid`."""
    if not isinstance(value, str):
        raise Invalid(path, f"expected one e-mail address, got {shown(value)}")
    text = value.strip(" ")
    # Full-width and other look-alike forms name the same mailbox in two ways.
    if unicodedata.normalize("NFKC", text) != unicodedata.normalize("NFC", text):
        raise Invalid(path, "expected plain letters, not full-width or decorated ones")
    return _validated(text, path)


def address_key(address: str) -> str:
    """What two spellings of one mailbox share: for suppression, caps and unique accounts."""
    return address.lower()


def address_digest(address: str) -> str:
    """40 characters by which an address is recognised where it is not kept."""
    return sha256(address_key(address).encode()).hexdigest()[:40]


def _validated(text: str, path: str) -> str:
    # Imported late: it costs a cold start 20 ms, and few requests bring an address.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text,
            allow_smtputf8=False,
            check_deliverability=False,
            strict=True,
            # Names under .test belong to nobody: demos and tests must be able to use them.
            test_environment=True,
        )
    except EmailNotValidError as problem:
        raise Invalid(path, str(problem)) from None
    domain = found.ascii_domain.lower()
    if "." not in domain:
        raise Invalid(path, f"expected a full domain after the @-sign, got {shown(domain)}")
    return f"{found.local_part}@{domain}"
