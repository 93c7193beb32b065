"""What will a mail look like, before anybody gets it?

The words are the site's, saved or not yet; the conversation in them is made up.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from chalicelib.errors import Invalid, NotFound
from chalicelib.flows import email_template
from chalicelib.flows import letters as drafts
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.email_template import TemplateName, words
from chalicelib.flows.letters import Draft, Quoted
from chalicelib.flows.wording import wording
from chalicelib.playbook.playbook import Playbook
from chalicelib.services.ports import Ports

OF_A_FLOW: Final = ("acknowledgement", "information")
ADDRESS: Final = "visitor@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which mail, in which language, of which flow; `unsaved` are a template's new words."""

    name: str
    language: str | None
    flow: str | None
    unsaved: dict[str, Any]


def preview(ports: Ports, site: str, wanted: Wanted) -> Draft:
    """The mail as it would be sent; NotFound when there is no such mail."""
    playbook = ports.playbooks.fresh(site)
    language = wanted.language or playbook.site.languages[0]
    variables = {
        "site_name": playbook.site.name,
        "agent_name": "Ada",
        "visitor_name": "Grace",
        "email": ADDRESS,
    }
    if wanted.name in OF_A_FLOW:
        flow = playbook.email_requests.get(wanted.flow or "")
        if flow is None:
            raise Invalid("flow", "name the flow whose mail it is")
        return _of_flow(playbook, flow, wanted.name, language, variables)
    try:
        name = TemplateName(wanted.name)
    except ValueError:
        raise NotFound(f"no e-mail template {wanted.name!r}") from None
    return drafts.conversation_mail(
        words(_template(playbook, wanted, name), name, language),
        _messages(ports, name, language),
        language=language,
        variables=variables,
        zone=playbook.site.zone,
        link=_link(playbook),
    )


def _of_flow(
    playbook: Playbook, flow: EmailRequest, name: str, language: str, variables: dict[str, str]
) -> Draft:
    draft = drafts.acknowledgement if name == "acknowledgement" else drafts.information
    return draft(
        flow,
        language=language,
        fallback=playbook.site.languages[0],
        variables=variables,
        link=_link(playbook),
    )


def _template(
    playbook: Playbook, wanted: Wanted, name: TemplateName
) -> email_template.EmailTemplate | None:
    if not wanted.unsaved:
        return playbook.email_templates.get(name)
    document = {"id": name.value, **wanted.unsaved}
    return email_template.parse(document, "", playbook.site.languages)


def _messages(ports: Ports, name: TemplateName, language: str) -> list[Quoted]:
    now = ports.now()
    asked = Quoted(wording(language).you, "...?", now - timedelta(minutes=5))
    answered = Quoted("Ada", "...", now)
    match name:
        case TemplateName.UNSEEN_REPLY:
            return [answered]
        case TemplateName.TRANSCRIPT:
            return [asked, answered]
        case TemplateName.CLOSED:
            return []


def _link(playbook: Playbook) -> str:
    origin = next(iter(playbook.site.origins), "https://site.example")
    return f"{origin}/#vestibule=..."
