"""Who holds which role. Without an actor: callers have checked that it may be done."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.events import hint_after_commit
from kernel.refusals import NotFound
from tenants.access.models import Grant, Role
from tenants.access.rights import STAFF_RIGHTS
from tenants.access.services.sessions import sessions_shorten


def access_role(key: str) -> Role:
    """The role called `key`. Raises `NotFound`."""
    role = Role.objects.filter(key=key).first()
    if role is None:
        raise NotFound(what="Role")
    return role


@transaction.atomic
def role_grant(*, person_id: UUID, role: str, at: datetime) -> None:
    """Give the person the role, unless they have it. Sockets re-check rights.

    With a staff role the person's open sessions become as short as staff's. Raises `NotFound`.
    """
    found = access_role(role)
    _, is_new = Grant.objects.get_or_create(
        person_id=person_id, role=found, defaults={"granted_at": at}
    )
    if not is_new:
        return
    if STAFF_RIGHTS.intersection(found.rights):
        sessions_shorten(person_id=person_id, at=at)
    hint_after_commit()


@transaction.atomic
def role_revoke(*, person_id: UUID, role: str) -> None:
    """Take the role from the person, from the next request on. Sockets re-check rights."""
    Grant.objects.filter(person_id=person_id, role__key=role).delete()
    hint_after_commit()
