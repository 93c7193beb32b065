"""How is one resource read and changed inside the document that holds them all?

A collection is a list in the document; a resource is one entry of it. Every change is a function
from a document to the next document, so that a change and the check of the whole are one step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.model import reading
from chalicelib.playbook.playbook import STAMPS

Document = Mapping[str, Any]
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """A place that may name a resource of a collection: which collection, and the names in it."""

    collection: str
    names: Callable[[Resource], list[str]]


@dataclass(frozen=True, slots=True)
class Collection:
    """`path` is its word in addresses, `key` in the document; `used_by` says who may name it."""

    path: str
    key: str
    noun: str
    used_by: tuple[Use, ...] = ()


def _segments_in(condition: Any) -> list[str]:
    if isinstance(condition, list):
        return [name for each in condition for name in _segments_in(each)]
    if not isinstance(condition, dict):
        return []
    named = [condition["segment"]] if isinstance(condition.get("segment"), str) else []
    return named + [name for part in condition.values() for name in _segments_in(part)]


def _groups_in(rule: Resource) -> list[str]:
    branches = [*rule.get("branches", ()), rule.get("default", {})]
    return [target.get("group") for branch in branches for target in branch.get("targets", ())]


def _field(name: str) -> Callable[[Resource], list[str]]:
    def names(resource: Resource) -> list[str]:
        value = resource.get(name)
        return list(value) if isinstance(value, list) else [value] if value else []

    return names


COLLECTIONS: Mapping[str, Collection] = {
    collection.path: collection
    for collection in (
        Collection("groups", "groups", "group", (Use("routing_rules", _groups_in),)),
        Collection(
            "routing-rules",
            "routing_rules",
            "routing rule",
            (
                Use("targeting_rules", _field("routing_rule")),
                Use("flows", _field("routing_rules")),
            ),
        ),
        Collection(
            "campaigns", "campaigns", "campaign", (Use("targeting_rules", _field("campaign")),)
        ),
        Collection(
            "targeting-rules",
            "targeting_rules",
            "targeting rule",
            (Use("flows", _field("targeting_rules")),),
        ),
        Collection(
            "notifications",
            "notifications",
            "notification",
            (
                Use(
                    "targeting_rules",
                    lambda rule: _field("notification")(rule.get("engagement") or {}),
                ),
            ),
        ),
        Collection("flows", "flows", "flow"),
        Collection("email-templates", "email_templates", "e-mail template"),
        Collection(
            "segments",
            "segments",
            "segment",
            tuple(
                Use(key, _segments_in) for key in ("targeting_rules", "routing_rules", "segments")
            ),
        ),
        Collection("custom-data", "custom_data", "custom datum"),
    )
}


def empty(site: Resource, now: datetime) -> Resource:
    """The first document of a site."""
    document: Resource = {each.key: [] for each in COLLECTIONS.values()}
    return {**document, "site": _stamped(site, None, now), "chatbox": _stamped({}, None, now)}


def listed(document: Document, collection: Collection) -> list[Resource]:
    return list(document.get(collection.key, ()))


def found(document: Document, collection: Collection, id: str) -> Resource:
    """One resource, or NotFound."""
    for each in listed(document, collection):
        if each["id"] == id:
            return dict(each)
    raise NotFound(f"no {collection.noun} {id!r}")


def added(
    document: Document, collection: Collection, resource: Resource, now: datetime
) -> Resource:
    """The document with one more resource; Conflict when its id is taken."""
    resources = listed(document, collection)
    if any(each["id"] == resource["id"] for each in resources):
        raise Conflict(f"there is already a {collection.noun} {resource['id']!r}", "exists")
    return {**document, collection.key: [*resources, _stamped(resource, None, now)]}


def replaced(
    document: Document, collection: Collection, id: str, resource: Resource, now: datetime
) -> Resource:
    """The document with one resource changed; its id cannot change."""
    before = found(document, collection, id)
    if resource.get("id", id) != id:
        raise Invalid("id", "the id of a resource cannot change")
    after = _stamped({**resource, "id": id}, before, now)
    resources = [after if each["id"] == id else each for each in listed(document, collection)]
    return {**document, collection.key: resources}


def removed(document: Document, collection: Collection, id: str) -> Resource:
    """The document without a resource; Conflict `in_use` naming what mentions it."""
    found(document, collection, id)
    users = [
        f"{use.collection}/{each['id']}"
        for use in collection.used_by
        for each in document.get(use.collection, ())
        if id in use.names(each) and (use.collection, each["id"]) != (collection.key, id)
    ]
    if users:
        raise Conflict(f"the {collection.noun} is used by {', '.join(users)}", "in_use")
    resources = [each for each in listed(document, collection) if each["id"] != id]
    return {**document, collection.key: resources}


def with_part(document: Document, key: str, part: Resource, now: datetime) -> Resource:
    """The document with its site or its chatbox changed."""
    return {**document, key: _stamped(part, document.get(key), now)}


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396): null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def refuse_stamps(resource: Any) -> Resource:
    """What a caller sent for a resource: an object without the service's own fields."""
    if not isinstance(resource, dict):
        raise Invalid("", f"expected an object, got {reading.shown(resource)}")
    for name in STAMPS:
        if name in resource:
            raise Invalid(name, "is written by the service", "unknown_field")
    return resource


def _stamped(resource: Resource, before: Mapping[str, Any] | None, now: datetime) -> Resource:
    bare = {name: value for name, value in resource.items() if name not in STAMPS}
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    created = before.get("created_at", moment) if before else moment
    version = before.get("version", 0) + 1 if before else 1
    return {**bare, "version": version, "created_at": created, "updated_at": moment}
