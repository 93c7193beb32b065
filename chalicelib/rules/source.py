"""Where did a visit come from: from an advertisement, a mail, a search, another site, or nowhere?

What the landing address says of its campaign counts first, because whoever made the link wrote it;
then the address or the app that the visitor came from.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib.rules import urls

# Words of `utm_medium`, as the makers of campaign links use them.
_MEDIA: Final[Mapping[str, str]] = {
    **dict.fromkeys(("cpc", "ppc", "cpm", "cpa", "cpv", "display", "banner", "retargeting"), "ads"),
    **dict.fromkeys(("email", "e-mail", "e_mail", "newsletter"), "email"),
    **dict.fromkeys(("social", "social-network", "social-media", "social_media", "sm"), "social"),
    "organic": "search",
    "referral": "referral",
}
_PAID: Final = "paid"
# What the sellers of advertisements add to a link that somebody clicked.
_CLICKS: Final = ("gclid", "gbraid", "wbraid", "dclid", "msclkid", "ttclid", "twclid", "li_fat_id")
_SEARCH: Final = frozenset(
    {
        *("google", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "baidu"),
        *("yandex", "startpage", "brave", "naver", "seznam"),
    }
)
# Other names of theirs are other services: one's account, documents, maps.
_SEARCHES_AT: Final = frozenset({"www", "search", "images", "html", "lite"})
_MAIL_AT: Final = frozenset({"mail", "webmail", "outlook"})
_SOCIAL: Final = (
    *("facebook.com", "instagram.com", "linkedin.com", "x.com", "t.co", "twitter.com"),
    *("reddit.com", "youtube.com", "tiktok.com", "pinterest.com"),
)
_APP: Final = "android-app://"
_APPS: Final[Mapping[str, str]] = {
    "com.google.android.gm": "email",
    "com.google.android.googlequicksearchbox": "search",
    "com.facebook.katana": "social",
    "com.linkedin.android": "social",
    "com.pinterest": "social",
}


def source_of(landing_url: str, referrer: str) -> str:
    """One of `facts.SOURCES`."""
    landing = urls.facts_of(landing_url)
    return _by_campaign(landing) or _by_referrer(landing.get("page.host", ""), referrer)


def _by_campaign(landing: Mapping[str, str]) -> str | None:
    medium = landing.get("page.query.utm_medium", "").strip().casefold()
    clicked = any(f"page.query.{name}" in landing for name in _CLICKS)
    if clicked or medium.startswith(_PAID):
        return "ads"
    return _MEDIA.get(medium)


def _by_referrer(own: str, referrer: str) -> str:
    if referrer.startswith(_APP):
        return _APPS.get(referrer.removeprefix(_APP).partition("/")[0], "referral")
    host = urls.facts_of(referrer).get("page.host", "")
    if not host or host.removeprefix("www.") == own.removeprefix("www."):
        return "direct"
    names = host.split(".")
    if names[0] in _MAIL_AT:
        return "email"
    if _searches(names):
        return "search"
    if any(f".{host}".endswith(f".{name}") for name in _SOCIAL):
        return "social"
    return "referral"


def _searches(names: list[str]) -> bool:
    """Search engines answer under many countries' names, before theirs (`fr`) or behind (`co.uk`).

    So a part of the host tells them, as long as those behind it are as short as such names are.
    """
    place = next((place for place, name in enumerate(names) if name in _SEARCH), None)
    if place is None:
        return False
    before, after = names[:place], names[place + 1 :]
    return all(len(name) <= 2 or name in _SEARCHES_AT for name in before) and all(
        len(name) <= 3 for name in after
    )
