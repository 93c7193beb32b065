"""An author changes the configuration: is the whole still right, and who was first?

Every change is a function from a document to the next one. The next one is parsed whole, then
published if nobody else has published meanwhile.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.errors import Conflict, Invalid, VestibuleError
from chalicelib.model.reading import Fields
from chalicelib.playbook import resources
from chalicelib.playbook.playbook import Playbook, parse, without_stamps
from chalicelib.playbook.resources import Collection, Document, Resource
from chalicelib.services.assignment import assignments, removals
from chalicelib.services.engagement import identities
from chalicelib.services.ports import Ports

ATTEMPTS = 8

Change = Callable[[Document], Resource]


def create_site(ports: Ports, body: object) -> Resource:
    """A new site with an empty configuration."""
    settings, secret = identities.without_secret(body)
    site = resources.refuse_stamps(settings)
    id = Fields(site).identifier("id", None) or ports.new_id()
    document = resources.empty({**site, "id": id}, ports.now())
    parse(document, 1)
    identities.check(ports, id, site, secret)
    ports.playbooks.create(id, document)
    if secret is not None:
        ports.identity_secrets.keep(id, secret)
    return dict(document["site"])


def change_site(ports: Ports, site: str, patch: object, *, version: int | None) -> Resource:
    """Merge a patch into a site's settings; the secret it may bring is kept apart."""
    settings, secret = identities.without_secret(patch)
    resources.refuse_stamps(settings)
    identities.check(ports, site, settings, secret)
    changed = _change_part(ports, site, "site", settings, version, merge=True)
    if secret is not None:
        ports.identity_secrets.keep(site, secret)
    return changed


def remove_site(ports: Ports, site: str) -> None:
    """End a site; who makes another of that name has another secret."""
    ports.playbooks.delete(site)
    ports.identity_secrets.drop(site)


def put_chatbox(ports: Ports, site: str, body: object, *, version: int | None) -> Resource:
    return _change_part(ports, site, "chatbox", body, version, merge=False)


def add(ports: Ports, site: str, collection: Collection, body: object) -> Resource:
    """A new resource, under the id its author gave or a fresh one."""
    resource = resources.refuse_stamps(body)
    id = Fields(resource, collection.key).identifier("id", None) or ports.new_id()
    published = publish(
        ports,
        site,
        lambda document: resources.added(document, collection, {**resource, "id": id}, ports.now()),
    )
    return resources.found(published.document, collection, id)


def change(
    ports: Ports, site: str, collection: Collection, id: str, patch: object, *, version: int | None
) -> Resource:
    """Merge a patch into a resource; Conflict `precondition_failed` at another version."""
    resources.refuse_stamps(patch)

    def apply(document: Document) -> Resource:
        before = resources.found(document, collection, id)
        _expect(before, version)
        after = resources.merged(without_stamps(before), patch)
        return resources.replaced(document, collection, id, after, ports.now())

    return resources.found(publish(ports, site, apply).document, collection, id)


def remove(
    ports: Ports, site: str, collection: Collection, id: str, *, version: int | None
) -> None:
    """Take a resource away; Conflict `in_use` names what mentions it, or who waits in it."""
    if collection.path == "groups":
        _check_empty(ports, site, id)

    def apply(document: Document) -> Resource:
        _expect(resources.found(document, collection, id), version)
        return resources.removed(document, collection, id)

    publish(ports, site, apply)


def publish(ports: Ports, site: str, change: Change) -> Playbook:
    """Apply a change to the current version, check the whole, and publish it as the next."""
    for _attempt in range(ATTEMPTS):
        current = ports.playbooks.fresh(site)
        document = change(current.document)
        playbook = parse(document, current.version + 1)
        _check_members(ports, playbook)
        # First: should we die behind the change, the alarm rings all the same.
        removals.announce(ports, site, sorted(current.groups.keys() - playbook.groups.keys()))
        try:
            ports.playbooks.publish(site, document, after=current.version)
        except Conflict:
            continue
        _serve_changed(ports, current, playbook)
        return playbook
    raise Conflict("others keep changing this site; try again", "busy")


def _serve_changed(ports: Ports, before: Playbook, after: Playbook) -> None:
    """Whoever waits in a group that has new members or hours now may wait no longer."""
    changed = [name for name, group in after.groups.items() if before.groups.get(name) != group]
    try:
        for name, waiting in ports.queues.waiting(after.site.id, changed).items():
            if waiting:
                assignments.serve_group(ports, after, name)
    except VestibuleError:
        # It is published all the same; the sweeper looks at every queue.
        return


def _change_part(
    ports: Ports, site: str, key: str, body: object, version: int | None, *, merge: bool
) -> Resource:
    resources.refuse_stamps(body)

    def apply(document: Document) -> Resource:
        before = document[key]
        _expect(before, version)
        after: Any = resources.merged(without_stamps(before), body) if merge else body
        if key == "site" and after.get("id") != site:
            raise Invalid("id", "the id of a site cannot change")
        return resources.with_part(document, key, after, ports.now())

    return dict(publish(ports, site, apply).document[key])


def _expect(resource: Resource, version: int | None) -> None:
    if version is not None and resource["version"] != version:
        raise Conflict(f"the resource is at version {resource['version']}", "precondition_failed")


def _check_empty(ports: Ports, site: str, group: str) -> None:
    """Whoever waits in a group that is gone would be served by nobody."""
    waiting = ports.queues.waiting(site, [group])[group]
    if waiting > 0:
        raise Conflict(f"{waiting} conversations wait in this group", "in_use")


def _check_members(ports: Ports, playbook: Playbook) -> None:
    """Groups name people, and people are not part of the document."""
    named = {(group.id, each) for group in playbook.groups.values() for each in group.members}
    if not named:
        return
    users = ports.staff.users()
    for index, group in enumerate(playbook.groups.values()):
        for member in group.members:
            # The list may be seconds old: look again before refusing.
            if member not in users and ports.staff.user(member) is None:
                raise Invalid(
                    f"groups[{index}].members", f"no user {member!r}", "unknown_reference"
                )
