"""The operator's staff: who is invited, and which staff roles they hold."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kernel.contacts import email_checked, email_index
from kernel.events import Fact
from kernel.refusals import AccessDenied, NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import ADMINISTRATOR, PLATFORM_SUPPORT, STAFF_RIGHTS, Right
from tenants.access.selectors import staff_members
from tenants.access.services.invitations import invitation_token, invitation_write, invitations_end
from tenants.access.services.roles import access_role, role_grant, role_revoke, roles_lock
from tenants.journal.audit import audit_record


class EmailTaken(Refusal):
    """Somebody with this email already works here; grant the role to them instead."""


class LastAdministrator(Refusal):
    """Nobody else could sign in and manage the staff afterwards."""


class AdministratorPresent(Refusal):
    """Somebody who can sign in manages the staff: the platform lets nobody else in past them."""


@transaction.atomic
def staff_invite(*, actor: Actor, name: str, email: str, role: str, at: datetime) -> str:
    """Invite a colleague into a staff role; the answer is the secret of their link.

    Whoever has not accepted yet is invited anew. Raises `EmailTaken`, `NotFound`, `InvalidInput`
    and `PlanLimitReached`.
    """
    actor.require(Right.STAFF_MANAGE)
    _check_may_give(actor, role)
    token = invitation_token()
    person = person_invite(name=name, email=email, role=role, token=token, at=at)
    # The link opens all that the invited person was given before, by whomever.
    for held in person.roles.all():
        _check_holds(actor, held)
    return token


@transaction.atomic
def person_invite(*, name: str, email: str, role: str, token: str, at: datetime) -> Person:
    """Give whoever has not accepted yet, or is new, `role` and a link with `token`.

    Their earlier links work no more. Without an actor: callers have checked that it may be done.
    Raises `EmailTaken`, `NotFound`, `InvalidInput` and `PlanLimitReached`.
    """
    address = email_checked(email)
    called = line_checked(name, field="name", max_length=60)
    person, is_new = Person.objects.select_for_update().get_or_create(
        email_index=email_index(address),
        defaults={"email": address, "name": called, "created_at": at},
    )
    if not is_new and (person.password or not person.active):
        raise EmailTaken
    invitations_end(person=person, at=at)
    invitation_write(person=person, token=token, at=at)
    role_grant(person_id=person.id, role=role, at=at)
    return person


@transaction.atomic
def administrator_renew(fact: Fact) -> None:
    """The platform sends a new link to whoever is to administer what nobody else can yet.

    Raises `AdministratorPresent`, and like `person_invite`.
    """
    if _staff_managers().exists():
        raise AdministratorPresent
    person = person_invite(
        name=fact.data["name"],
        email=fact.data["email"],
        role=ADMINISTRATOR,
        token=fact.data["token"],
        at=fact.at,
    )
    data = {"staff_member": str(person.id), "owner": str(fact.data["account_id"])}
    audit_record(action=fact.kind, data=data, at=fact.at)


@transaction.atomic
def staff_grant(*, actor: Actor, person_id: UUID, role: str, at: datetime) -> Person:
    """Give a member of staff one more role. Raises `NotFound` and `PlanLimitReached`."""
    actor.require(Right.STAFF_MANAGE)
    _check_may_give(actor, role)
    person = access_staff_member(person_id)
    role_grant(person_id=person.id, role=role, at=at)
    return person


@transaction.atomic
def staff_revoke(*, actor: Actor, person_id: UUID, role: str, at: datetime) -> Person:
    """Take a staff role from a member of staff. Raises `LastAdministrator` and `NotFound`."""
    actor.require(Right.STAFF_MANAGE)
    found = _staff_role(role)
    person = access_staff_member(person_id)
    roles_lock(person_id)
    if Right.STAFF_MANAGE in found.rights:
        # Two administrators who revoke each other go one after the other.
        list(Role.objects.select_for_update().order_by("key"))
        if not _others_manage_staff(person_id, role):
            raise LastAdministrator
    role_revoke(person_id=person_id, role=role, at=at)
    return person


def access_staff_member(person_id: UUID) -> Person:
    """The member of staff. Raises `NotFound` for anybody else."""
    person = staff_members().filter(id=person_id).first()
    if person is None:
        raise NotFound(what="StaffMember")
    return person


def _staff_role(key: str) -> Role:
    role = access_role(key)
    if role.key == PLATFORM_SUPPORT or not STAFF_RIGHTS.intersection(role.rights):
        raise NotFound(what="Role")
    return role


def _check_may_give(actor: Actor, key: str) -> None:
    """Nobody hands out more than they hold."""
    _check_holds(actor, _staff_role(key))


def _check_holds(actor: Actor, role: Role) -> None:
    if not actor.rights.issuperset(role.rights):
        raise AccessDenied("FORBIDDEN")


def _others_manage_staff(person_id: UUID, role: str) -> bool:
    """Whether somebody who can sign in manages the staff by any other grant than this one."""
    return _staff_managers().exclude(Q(person_id=person_id) & Q(role__key=role)).exists()


def _staff_managers() -> QuerySet[Grant]:
    """By which those who can sign in manage the staff."""
    return Grant.objects.filter(
        role__rights__contains=[Right.STAFF_MANAGE.value], person__active=True
    ).exclude(Q(person__password="") & Q(person__phone_index=None))
