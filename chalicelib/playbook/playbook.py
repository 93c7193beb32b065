"""What is a site's whole configuration, checked once and then trusted?

`parse` is the only door: it reads every part, then checks that each name a part mentions is there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from chalicelib.errors import Invalid
from chalicelib.flows import email_template
from chalicelib.flows import kinds as flow_kinds
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.email_template import EmailTemplate
from chalicelib.flows.estimated_wait import EstimatedWait
from chalicelib.flows.kinds import Flow
from chalicelib.model.reading import Fields
from chalicelib.playbook import site as sites
from chalicelib.playbook import templates
from chalicelib.playbook.site import Site
from chalicelib.playbook.templates import Chatbox, Format, Notification
from chalicelib.routing import group as groups
from chalicelib.routing import rule as routing_rules
from chalicelib.routing.group import Group
from chalicelib.routing.rule import RoutingRule
from chalicelib.rules import campaign as campaigns
from chalicelib.rules import custom_data, segments
from chalicelib.rules import rule as targeting_rules
from chalicelib.rules.campaign import Campaign
from chalicelib.rules.compile import Index, compile
from chalicelib.rules.rule import RuleStatus, TargetingRule
from chalicelib.rules.vocabulary import Vocabulary

STAMPS = ("version", "created_at", "updated_at")


class Named(Protocol):
    @property
    def id(self) -> str: ...


Part = TypeVar("Part", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """One published version. `document` is what the author wrote, stamps included.

    `vocabulary` is what targeting rules may ask; `index` is them made ready to be asked, which
    keeps what it learns of values.
    """

    version: int
    document: Mapping[str, Any]
    site: Site
    groups: Mapping[str, Group]
    routing_rules: Mapping[str, RoutingRule]
    campaigns: Mapping[str, Campaign]
    vocabulary: Vocabulary
    targeting_rules: tuple[TargetingRule, ...]
    index: Index
    notifications: Mapping[str, Notification]
    chatbox: Chatbox
    flows: Mapping[str, Flow]
    email_templates: Mapping[str, EmailTemplate]

    @property
    def button_rules(self) -> frozenset[str]:
        """The routing rules whose state a button of the page itself shows."""
        shown = {
            each.id for each in self.notifications.values() if each.format is Format.CUSTOM_BUTTON
        }
        if not shown:
            return frozenset()
        return frozenset(
            rule.routing_rule
            for rule in self.targeting_rules
            if rule.status is RuleStatus.ACTIVE and rule.engagement.notification in shown
        )

    def format_of(self, rule: TargetingRule) -> Format | None:
        """How a rule's notification is shown; None if it opens the chatbox."""
        notification = self.notifications.get(rule.engagement.notification or "")
        return notification.format if notification else None

    @property
    def email_requests(self) -> Mapping[str, EmailRequest]:
        return {each.id: each for each in self.flows.values() if isinstance(each, EmailRequest)}

    def confirming(self, flow: str | None) -> EmailRequest | None:
        """The request that asked for an address, while it is there and has words to confirm it."""
        found = self.email_requests.get(flow or "")
        return found if found is not None and found.messages.confirmation else None

    @property
    def estimated_waits(self) -> Mapping[str, EstimatedWait]:
        return {each.id: each for each in self.flows.values() if isinstance(each, EstimatedWait)}

    def targeting_rule(self, rule: str | None) -> TargetingRule | None:
        return next((each for each in self.targeting_rules if each.id == rule), None)


def parse(document: Mapping[str, Any], version: int) -> Playbook:
    """The whole configuration of a site, or `Invalid` with the place of the fault."""
    fields = Fields(document)
    site = sites.parse(without_stamps(fields.raw("site")))
    kinds = custom_data.parse_all(_bare(fields, "custom_data"), "custom_data")
    named = segments.parse_all(_bare(fields, "segments"), "segments", kinds)
    targeting = Vocabulary(segments=named, custom_data=kinds)
    routing = Vocabulary(segments=named, custom_data=kinds, routing=True)
    rules = tuple(
        _by_id(
            fields,
            "targeting_rules",
            lambda each, path: targeting_rules.parse(each, path, targeting),
        ).values()
    )
    playbook = Playbook(
        version=version,
        document=document,
        site=site,
        groups=_by_id(fields, "groups", groups.parse),
        routing_rules=_by_id(
            fields, "routing_rules", lambda each, path: routing_rules.parse(each, path, routing)
        ),
        campaigns=_by_id(fields, "campaigns", campaigns.parse),
        vocabulary=targeting,
        targeting_rules=rules,
        index=compile(rules),
        notifications=_by_id(fields, "notifications", templates.parse_notification),
        chatbox=templates.parse_chatbox(without_stamps(fields.raw("chatbox", {})), "chatbox"),
        flows=_by_id(
            fields, "flows", lambda each, path: flow_kinds.parse(each, path, site.languages)
        ),
        email_templates=_by_id(
            fields,
            "email_templates",
            lambda each, path: email_template.parse(each, path, site.languages),
        ),
    )
    fields.done()
    _check_references(playbook)
    return playbook


def without_stamps(document: Any) -> Any:
    """What an author may write of a resource; the stamps are the service's."""
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name not in STAMPS}


def _bare(fields: Fields, name: str) -> list[Any]:
    return [without_stamps(each) for each, _path in fields.each(name, ())]


def _by_id(fields: Fields, name: str, parse_one: Callable[[Any, str], Part]) -> Mapping[str, Part]:
    found: dict[str, Part] = {}
    for each, path in fields.each(name, ()):
        part = parse_one(without_stamps(each), path)
        if part.id in found:
            raise Invalid(f"{path}.id", f"{part.id!r} is named twice")
        found[part.id] = part
    return MappingProxyType(found)


def _check_references(playbook: Playbook) -> None:
    for place, noun, names, known in _references(playbook):
        for name in names:
            if name not in known:
                raise Invalid(place, f"no {noun} {name!r}", "unknown_reference")


def _references(
    playbook: Playbook,
) -> Iterable[tuple[str, str, Iterable[str], Mapping[str, object]]]:
    """Every place that names another part: where, what it names, the names, and all there are."""
    rules = {rule.id: rule for rule in playbook.targeting_rules}
    for index, rule in enumerate(playbook.targeting_rules):
        at = f"targeting_rules[{index}]"
        yield f"{at}.campaign", "campaign", (rule.campaign,), playbook.campaigns
        yield f"{at}.routing_rule", "routing rule", (rule.routing_rule,), playbook.routing_rules
        shown = (rule.engagement.notification,) if rule.engagement.notification else ()
        yield f"{at}.engagement.notification", "notification", shown, playbook.notifications
    for index, routing in enumerate(playbook.routing_rules.values()):
        at = f"routing_rules[{index}]"
        for number, branch in enumerate(routing.branches):
            targets = tuple(target.group for target in branch.targets)
            yield f"{at}.branches[{number}].targets", "group", targets, playbook.groups
        targets = tuple(target.group for target in routing.default.targets)
        yield f"{at}.default.targets", "group", targets, playbook.groups
    for index, flow in enumerate(playbook.flows.values()):
        at = f"flows[{index}]"
        yield f"{at}.targeting_rules", "targeting rule", flow.criteria.targeting_rules, rules
        yield (
            f"{at}.routing_rules",
            "routing rule",
            flow.criteria.routing_rules,
            playbook.routing_rules,
        )
