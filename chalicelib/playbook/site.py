"""What is true of a whole site, whatever its rules say?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.errors import Invalid
from chalicelib.flows.addresses import normalise
from chalicelib.model import hours, reading
from chalicelib.model.attachment import OPENINGS, USUAL_TYPES
from chalicelib.model.hours import ALWAYS, Hours
from chalicelib.model.reading import Fields
from chalicelib.rules.rule import Frequency, parse_frequency

# An origin is what a browser sends: scheme, host, port, and nothing after (RFC 6454, section 7).
ORIGIN = re.compile(
    r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?|https?://\[[0-9a-f:]{2,39}\](:[0-9]{1,5})?"
)
MEGABYTE = 1_048_576
USUAL_BYTES = 10 * MEGABYTE
MOST_BYTES = 25 * MEGABYTE
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Whom mail to visitors is from, and how many a day (UTC) may go that nobody asked for.

    `reply_to` takes answers where the deployment takes none itself.
    """

    sender_name: str
    daily_cap: int
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """Which files may be sent along, by either side."""

    enabled: bool
    types: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    id: str
    name: str
    origins: tuple[str, ...]
    languages: tuple[str, ...]
    zone: ZoneInfo
    hours: Hours
    consent_required: bool
    retention_days: int
    unseen_after_seconds: int
    close_after_seconds: int | None
    frequency_cap: Frequency
    mail: Mail
    attachments: Attachments
    identity_enforced: bool

    def allows_origin(self, origin: str) -> bool:
        """Whether a page of this origin may hold the widget; hosts compare without case."""
        return origin.lower() in self.origins

    def own_page(self, url: str) -> str | None:
        """The page without its fragment if it is the site's own, else the site's first page.

        A browser says where it is; in a mail of ours it would lead its reader there.
        """
        page = url.partition("#")[0]
        for origin in self.origins:
            rest = page[len(origin) :]
            if page[: len(origin)].lower() == origin and rest[:1] in ("", "/", "?"):
                return page
        return f"{self.origins[0]}/" if self.origins else None

    def erased_at(self, since: datetime) -> datetime:
        """When a conversation that is over since then is erased, by the setting as it is now."""
        return since + timedelta(days=self.retention_days)


def parse(document: Mapping[str, object], path: str = "site") -> Site:
    """A site's settings, or `Invalid`."""
    fields = Fields(document, path)
    name = fields.name()
    site = Site(
        id=fields.identifier(),
        name=name,
        origins=_origins(fields),
        languages=_languages(fields),
        zone=hours.zone(fields.text("time_zone", "UTC"), fields.at("time_zone")),
        hours=hours.parse(fields.raw("hours"), fields.at("hours"))
        if fields.has("hours")
        else ALWAYS,
        consent_required=fields.flag("consent_required", False),
        retention_days=fields.integer("retention_days", 395, minimum=1, maximum=3650),
        unseen_after_seconds=fields.integer("unseen_after_seconds", 120, minimum=0, maximum=86_400),
        close_after_seconds=fields.integer(
            "close_after_seconds", None, minimum=60, maximum=2_592_000
        ),
        frequency_cap=parse_frequency(fields.raw("frequency_cap", {}), fields.at("frequency_cap")),
        mail=_mail(fields.object("mail", {}), name),
        attachments=_attachments(fields.object("attachments", {})),
        identity_enforced=_enforced(fields.object("identity", {})),
    )
    fields.raw("hours", None)
    fields.done()
    return site


def _mail(fields: Fields, site_name: str) -> Mail:
    reply_to = fields.raw("reply_to", None)
    mail = Mail(
        sender_name=fields.name("sender_name", site_name, maximum=100),
        daily_cap=fields.integer("daily_cap", 5_000, minimum=0, maximum=1_000_000),
        reply_to=None if reply_to is None else normalise(reply_to, fields.at("reply_to")),
    )
    fields.done()
    return mail


def _attachments(fields: Fields) -> Attachments:
    types: tuple[str, ...] = fields.names("types", USUAL_TYPES)
    for position, type in enumerate(types):
        if type not in OPENINGS:
            at = f"{fields.at('types')}[{position}]"
            raise Invalid(at, f"expected one of {', '.join(OPENINGS)}, got {reading.shown(type)}")
    attachments = Attachments(
        enabled=fields.flag("enabled", True),
        types=types,
        max_bytes=fields.integer("max_bytes", USUAL_BYTES, minimum=1, maximum=MOST_BYTES),
    )
    fields.done()
    return attachments


def _enforced(fields: Fields) -> bool:
    """Whether only customers whom the site's server vouches for may talk."""
    enforced: bool = fields.flag("enforced", False)
    fields.done()
    return enforced


def _origins(fields: Fields) -> tuple[str, ...]:
    found = []
    for value, path in fields.each("origins", ()):
        origin = reading.one_line(value, path, 300).lower().rstrip("/")
        if not ORIGIN.fullmatch(origin):
            raise Invalid(path, f"expected scheme://host[:port], got {reading.shown(value)}")
        found.append(origin)
    return tuple(dict.fromkeys(found))


def _languages(fields: Fields) -> tuple[str, ...]:
    found: tuple[str, ...] = fields.names("languages", ("en",))
    for position, language in enumerate(found):
        if not LANGUAGE.fullmatch(language):
            at = f"{fields.at('languages')}[{position}]"
            raise Invalid(at, f"expected a language such as fr or fr-CA, got {language!r}")
    if not found:
        raise Invalid(fields.at("languages"), "name at least one language")
    return found
