"""The platform's support: the owner who impersonates, seen and stopped by the operator.

One person who cannot sign in, holds one role and is listed nowhere; each impersonation is a session
of theirs that ends by itself. `registry.impersonation` announces its beginning and its end.
"""

from datetime import datetime

from django.db import transaction

from kernel.crypto import blind_index
from kernel.events import Fact, hint_after_commit
from registry.impersonation import impersonations_dismissed
from tenants.access.actors import Actor
from tenants.access.models import Grant, Person, Role, Session
from tenants.access.rights import PLATFORM_SUPPORT, PLATFORM_SUPPORT_RIGHTS, ROLE_NAMES, Right
from tenants.journal.audit import audit_record


def support_enter(fact: Fact) -> None:
    """A session for the impersonation that has begun, and a line in the operator's log."""
    person = _support_person(fact.at)
    Session.objects.create(
        person=person,
        token_digest=blind_index("session", fact.data["token"]),
        created_at=fact.at,
        expires_at=fact.data["expires_at"],
        impersonation_id=fact.subject,
        reason=fact.data["reason"],
    )
    audit_record(
        action="impersonation.started",
        actor_id=person.id,
        impersonation_id=fact.subject,
        data={
            "reason": fact.data["reason"],
            "expires_at": fact.data["expires_at"].isoformat(),
            "owner": str(fact.data["account_id"]),
        },
        at=fact.at,
    )


def support_leave(fact: Fact) -> None:
    """The owner has ended it: its session ends, its sockets are closed."""
    open_ones = Session.objects.filter(impersonation_id=fact.subject, revoked_at=None)
    if open_ones.update(revoked_at=fact.at):
        audit_record(action="impersonation.ended", impersonation_id=fact.subject, at=fact.at)
        hint_after_commit()


def support_dismiss(*, actor: Actor, at: datetime) -> int:
    """Show the platform's support out, at once; how many sessions that ended.

    Must not be called inside a transaction, since the register hears of it in one of its own.
    """
    actor.require(Right.STAFF_MANAGE)
    with transaction.atomic():
        open_ones = Session.objects.select_for_update().filter(
            impersonation_id__isnull=False, revoked_at=None, expires_at__gt=at
        )
        ids = [id for id in open_ones.values_list("impersonation_id", flat=True) if id]
        Session.objects.filter(impersonation_id__in=ids).update(revoked_at=at)
        for impersonation_id in ids:
            audit_record(
                action="impersonation.dismissed",
                actor_id=actor.person_id,
                impersonation_id=impersonation_id,
                at=at,
            )
        hint_after_commit()
    impersonations_dismissed(ids=ids, at=at)
    return len(ids)


def _support_person(at: datetime) -> Person:
    """The one person of the role, which has the rights that this release gives it."""
    role, _ = Role.objects.update_or_create(
        key=PLATFORM_SUPPORT,
        defaults={"rights": sorted(PLATFORM_SUPPORT_RIGHTS)},
        create_defaults={
            "name": ROLE_NAMES[PLATFORM_SUPPORT],
            "rights": sorted(PLATFORM_SUPPORT_RIGHTS),
        },
    )  # its row is locked now: two who begin at once make one person
    person = Person.objects.filter(roles=role).first()
    if person is None:
        person = Person.objects.create(name=ROLE_NAMES[PLATFORM_SUPPORT]["en"], created_at=at)
        Grant.objects.create(person=person, role=role, granted_at=at)
    return person
