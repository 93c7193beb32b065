"""What does somebody see who follows the link that ends our mail?

A page that asks, because mail programs and their guards follow links by themselves; only its button
does it. It needs no script, no picture and no cookie.
"""

from html import escape

from chalicelib.flows.templates import fill
from chalicelib.flows.wording import wording


def asking(language: str, site_name: str) -> str:
    """The question, with a button that posts to the page's own address (RFC 8058)."""
    words = wording(language)
    button = (
        '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
        f"<button>{escape(words.unsubscribe)}</button></form>"
    )
    return _page(language, site_name, words.unsubscribe_question, button)


def done(language: str, site_name: str) -> str:
    """That it is done."""
    return _page(language, site_name, wording(language).unsubscribed, "")


def _page(language: str, site_name: str, sentence: str, button: str) -> str:
    title = escape(wording(language).unsubscribe)
    text = escape(fill(sentence, {"site_name": site_name}))
    style = "font-family:sans-serif;line-height:1.5;max-width:32em;margin:4em auto;padding:0 1em"
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f'<title>{title}</title></head>\n<body style="{style}">\n<h1>{title}</h1>\n'
        f"<p>{text}</p>\n{button}\n</body>\n</html>\n"
    )
