"""The named cast: the same people, under the same ids, in every tenant.

    maya = cast(alpha).maya
    api.run(document, token=maya.token)

Written straight into the tables: no HTTP and no password hashing, so a test can have them all.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from kernel import clock
from kernel.contacts import email_index, phone_index
from kernel.crypto import blind_index
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import OwnerAccount, OwnerSession
from registry.owners import Owner, token_digest
from tenants.access.actors import Actor
from tenants.access.models import Grant, Invitation, Person, Role, Session
from tenants.access.rights import ADMINISTRATOR, COURIER, CUSTOMER, Right
from tests.support.database import PLATFORM_HOST, SOME_DAY, fixed_id
from tests.support.graphql import Api


@dataclass(frozen=True)
class Member:
    """A signed-in person of one tenant."""

    tenant: TenantRef
    id: UUID
    session_id: UUID
    token: str
    rights: frozenset[Right]

    @property
    def actor(self) -> Actor:
        """Who a service is told is asking."""
        return Actor(person_id=self.id, session_id=self.session_id, rights=self.rights)

    @property
    def api(self) -> "SignedInApi":
        """The API on the tenant's host, called by this person."""
        return SignedInApi(f"{self.tenant.slug}.localhost", self.token)


class SignedInApi(Api):
    """`Api` with a token of its own."""

    def __init__(self, host: str, token: str) -> None:
        super().__init__(host)
        self.token = token
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"


class Cast:
    """The people of one tenant; each enters the stage when first called."""

    def __init__(self, tenant: TenantRef) -> None:
        self.tenant = tenant

    @cached_property
    def maya(self) -> Member:
        """A customer, known by her phone."""
        return self._enter(1, "Maya", CUSTOMER, phone="+8613800138001")

    @cached_property
    def tomas(self) -> Member:
        """Holds the courier's role (and a customer's, as whoever signs in by phone does)."""
        return self._enter(2, "Tomas", COURIER, CUSTOMER, phone="+8613800138002")

    @cached_property
    def ines(self) -> Member:
        """The administrator whom onboarding invited; she has long accepted."""
        return self._enter(3, "Ines", ADMINISTRATOR, email="ines@example.test")

    def person(
        self,
        number: int,
        name: str,
        *roles: str,
        phone: str | None = None,
        email: str | None = None,
    ) -> Member:
        """An extra: anybody else with `roles`; `number` (from 10) makes their ids."""
        return self._enter(number, name, *roles, phone=phone, email=email)

    def _enter(
        self,
        number: int,
        name: str,
        *roles: str,
        phone: str | None = None,
        email: str | None = None,
    ) -> Member:
        person_id, session_id = fixed_id(number), fixed_id(number + 1000)
        token = f"{self.tenant.slug}-{name.lower()}-{number}"
        now = clock.now()
        with tenant_scope(self.tenant):
            if email:
                _forget(email, person_id)
            Person.objects.bulk_create(
                [
                    Person(
                        id=person_id,
                        name=name,
                        phone=phone,
                        phone_index=phone_index(phone) if phone else None,
                        email=email,
                        email_index=email_index(email) if email else None,
                        password="!" if email else "",
                        created_at=SOME_DAY,
                    )
                ],
                ignore_conflicts=True,
            )
            Grant.objects.bulk_create(
                [
                    Grant(person_id=person_id, role=role, granted_at=SOME_DAY)
                    for role in Role.objects.filter(key__in=roles)
                ],
                ignore_conflicts=True,
            )
            if email:
                Invitation.objects.bulk_create(
                    [
                        Invitation(
                            person_id=person_id,
                            token_digest=blind_index("invitation", token),
                            created_at=SOME_DAY,
                            expires_at=SOME_DAY,
                            accepted_at=SOME_DAY,
                        )
                    ],
                    ignore_conflicts=True,
                )
            Session.objects.bulk_create(
                [
                    Session(
                        id=session_id,
                        person_id=person_id,
                        token_digest=blind_index("session", token),
                        created_at=now,
                        expires_at=now + timedelta(days=365 * 20),
                    )
                ],
                ignore_conflicts=True,
            )
            held = Role.objects.filter(key__in=roles).values_list("rights", flat=True)
            rights = frozenset(Right(right) for rights in held for right in rights)
        return Member(self.tenant, person_id, session_id, token, rights)


def _forget(email: str, but: UUID) -> None:
    """Remove the row that onboarding made of an invited person, whose id is random."""
    others = Person.objects.filter(email_index=email_index(email)).exclude(id=but)
    Invitation.objects.filter(person__in=others).delete()
    Grant.objects.filter(person__in=others).delete()
    others._raw_delete(using="default")  # nothing else points to them: no need to look everywhere


def cast(tenant: TenantRef) -> Cast:
    """The cast of `tenant`. Calling it twice in a test brings the same people."""
    return Cast(tenant)


@dataclass(frozen=True)
class OwnerMember:
    """A signed-in owner of the platform."""

    owner: Owner
    token: str

    @property
    def api(self) -> SignedInApi:
        """The API on the platform's host, called by this owner."""
        return SignedInApi(PLATFORM_HOST, self.token)


def olga() -> OwnerMember:
    """She owns the platform."""
    account_id, session_id, token = fixed_id(4), fixed_id(1004), "platform-olga"
    now = clock.now()
    with platform_scope():
        OwnerAccount.objects.bulk_create(
            [
                OwnerAccount(
                    id=account_id,
                    email="olga@example.test",
                    name="Olga",
                    password="!",
                    created_at=SOME_DAY,
                )
            ],
            ignore_conflicts=True,
        )
        OwnerSession.objects.bulk_create(
            [
                OwnerSession(
                    id=session_id,
                    account_id=account_id,
                    token_digest=token_digest(token),
                    created_at=now,
                    expires_at=now + timedelta(days=365 * 20),
                )
            ],
            ignore_conflicts=True,
        )
    return OwnerMember(Owner(account_id=account_id, session_id=session_id), token)
