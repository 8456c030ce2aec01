"""Who holds which role. Without an actor: callers have checked that it may be done."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.events import hint_after_commit
from kernel.meters import Meter
from kernel.refusals import NotFound
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import PLATFORM_SUPPORT, STAFF_RIGHTS
from tenants.access.services.sessions import sessions_shorten
from tenants.journal.usage import usage_add


def access_role(key: str) -> Role:
    """The role called `key`. Raises `NotFound`."""
    role = Role.objects.filter(key=key).first()
    if role is None:
        raise NotFound(what="Role")
    return role


def roles_lock(person_id: UUID) -> None:
    """Let nobody else change the person's staff roles until the transaction ends.

    Comes before any lock of a role: a fresh grant waits for its role's.
    """
    people = Person.objects.select_for_update(no_key=True).filter(id=person_id)
    list(people.values_list("id"))


@transaction.atomic
def role_grant(*, person_id: UUID, role: str, at: datetime) -> None:
    """Give the person the role, unless they have it. Sockets re-check rights.

    With a staff role the person's open sessions become as short as staff's, and with their first
    one they count as staff. Raises `NotFound` and `PlanLimitReached`.
    """
    found = access_role(role)
    was_counted = not _is_counted(found) or _held_is_counted(person_id)
    _, is_new = Grant.objects.get_or_create(
        person_id=person_id, role=found, defaults={"granted_at": at}
    )
    if not is_new:
        return
    if STAFF_RIGHTS.intersection(found.rights):
        sessions_shorten(person_id=person_id, at=at)
    hint_after_commit()
    if not was_counted:
        usage_add(Meter.STAFF, 1, at=at)


@transaction.atomic
def role_revoke(*, person_id: UUID, role: str, at: datetime) -> None:
    """Take the role from the person, from the next request on. Sockets re-check rights.

    Without a staff role left they no longer count as staff. Raises `NotFound`.
    """
    was_counted = _is_counted(access_role(role)) and _held_is_counted(person_id)
    Grant.objects.filter(person_id=person_id, role__key=role).delete()
    hint_after_commit()
    if was_counted and not _held_is_counted(person_id):
        usage_add(Meter.STAFF, -1, at=at)


def _is_counted(role: Role) -> bool:
    """Whether whoever holds the role is the operator's own staff."""
    return role.key != PLATFORM_SUPPORT and bool(STAFF_RIGHTS.intersection(role.rights))


def _held_is_counted(person_id: UUID) -> bool:
    roles_lock(person_id)
    return any(_is_counted(role) for role in Role.objects.filter(people=person_id))
