"""Fills an empty installation with the demo's owner, operators and their people.

Everything goes through the product's own services, as the person who would do it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from billing.terms import tenant_plan_change
from devtools.demo.beside import beside_services
from devtools.demo.declared import DECLARED, declared_service
from devtools.demo.desk import desk
from devtools.demo.history import PASTS, history
from devtools.demo.operators import OPERATORS, OWNER_EMAIL, Operator, Person
from devtools.demo.orders import Customer, Field, Reach, Rider, past_order, present_order
from devtools.demo.pictures import identity_card, picture
from devtools.demo.visits import agendas, shift, visits
from kernel.contacts import phone_index
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.life_cycle import tenant_activate
from registry.models import Domain, OwnerAccount, Tenant
from registry.onboarding import Administrator, Brand, tenant_onboard
from registry.owners import Owner, owner_create, owner_of_token, owner_sign_in
from registry.resolver import resolver
from tenants.access.actors import Actor
from tenants.access.models import Person as PersonRow
from tenants.access.rights import CUSTOMER
from tenants.access.selectors import actor_of_token
from tenants.access.services.invitations import invitation_accept
from tenants.access.services.roles import role_grant
from tenants.access.services.sessions import SignedIn, session_start
from tenants.access.services.staff import staff_invite
from tenants.catalog.content import media_add
from tenants.catalog.models import Moment, Service
from tenants.couriers.models import Courier, Document
from tenants.couriers.services.applying import courier_document_upload, courier_register
from tenants.couriers.services.duty import courier_on_duty
from tenants.couriers.services.reviewing import courier_approve
from tenants.places.geometry import Position
from tenants.places.hours import Weekday, hours_checked
from tenants.places.models import Place
from tenants.places.services import place_save, zone_save

PAST_ORDERS = 14
STATION_HOURS = hours_checked(
    week=[(weekday, "08:00", "21:30") for weekday in Weekday], exceptions=[]
)

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Crew:
    """The signed-in people of one operator."""

    administrator: Actor
    riders: list[Rider]
    customers: list[Customer]


def fill(*, password: str, at: datetime, say: Say) -> None:
    """Add whatever of the demo is not there yet; a filled installation is left as it is."""
    owner = _owner(password, at)
    for operator in OPERATORS:
        with platform_scope():
            known = Tenant.objects.filter(slug=operator.slug).exists()
        if not known:
            say(f"  {operator.name}")
            _operator(operator, owner, password, at)


def _owner(password: str, at: datetime) -> Owner:
    with platform_scope():
        if not OwnerAccount.objects.filter(email=OWNER_EMAIL).exists():
            owner_create(email=OWNER_EMAIL, name="Olga", password=password, at=at)
        signed_in = owner_sign_in(email=OWNER_EMAIL, password=password, at=at)
        owner = owner_of_token(token=signed_in.token, at=at)
    assert owner is not None
    return owner


def _operator(operator: Operator, owner: Owner, password: str, at: datetime) -> None:
    first = operator.staff[0]
    brand = operator.brand
    with platform_scope():
        onboarded = tenant_onboard(
            owner=owner,
            name=operator.name,
            slug=operator.slug,
            brand=Brand(
                name=brand["name"],
                primary_color=brand["primary_color"],
                accent_color=brand["accent_color"],
                language=brand["language"],
                currency=brand["currency"],
                time_zone=brand["time_zone"],
                logo=picture(1, brand["primary_color"], size=(256, 256)),
            ),
            template=operator.template,
            administrator=Administrator(name=first.name, email=first.email),
            key=f"demo-{operator.slug}",
            at=at,
        )
        for host in operator.hosts[1:]:
            Domain.objects.create(
                domain=host, tenant=onboarded.tenant, is_primary=False, verified_at=at
            )
        # Past its trial: a demo that is kept for weeks is still to be written in.
        its = onboarded.tenant.id
        tenant_plan_change(owner=owner, tenant_id=its, plan="growth", at=at)
        reason = "The demo's operators pay."
        active = tenant_activate(owner=owner, tenant_id=its, reason=reason, at=at)
    resolver.clear()
    tenant: TenantRef = active.ref()
    (token,) = parse_qs(urlsplit(onboarded.invitation_url).query)["token"]
    with tenant_scope(tenant):
        crew = _people(operator, token, password, at)
        field = _field(operator, crew.administrator, at)
        _pictures(operator, crew.administrator, at)
        beside_services(crew.administrator, color=operator.brand["accent_color"], at=at)
        _history(crew, field, at)
        _long_ago(operator, crew, field, at)
        agendas(crew.riders, at=at)
        visits(crew.customers, field, at=at)
        shift(crew.administrator, crew.riders, at=at)
        declared_service(crew.administrator, DECLARED[operator.slug], at=at)
        desk(crew.administrator, at=at)
        _applicant(operator.applicant, len(operator.couriers), at - timedelta(minutes=40))
        for rider in crew.riders:
            courier_on_duty(actor=rider.actor, on_duty=True, position=field.somewhere(), at=at)


def _people(operator: Operator, token: str, password: str, at: datetime) -> Crew:
    administrator = _actor(invitation_accept(token=token, password=password, at=at), at)
    for colleague in operator.staff[1:]:
        link = staff_invite(
            actor=administrator,
            name=colleague.name,
            email=colleague.email,
            role=colleague.role,
            at=at,
        )
        invitation_accept(token=link, password=password, at=at)
    riders = [
        _rider(administrator, person, number, at) for number, person in enumerate(operator.couriers)
    ]
    customers = [
        Customer(actor=_by_phone(person, at), name=person.name, phone=person.phone)
        for person in operator.customers
    ]
    return Crew(administrator=administrator, riders=riders, customers=customers)


def _rider(administrator: Actor, person: Person, number: int, at: datetime) -> Rider:
    """A courier who applied and was approved."""
    courier = _applicant(person, number, at)
    courier_approve(actor=administrator, courier_id=courier.id, note="", at=at)
    return Rider(actor=_by_phone(person, at), courier_id=courier.id)


def _applicant(person: Person, number: int, at: datetime) -> Courier:
    """A courier who applied; `number` is on the identity card."""
    actor = _by_phone(person, at)
    courier = courier_register(actor=actor, display_name=person.name, introduction="", at=at)
    courier_document_upload(
        actor=actor, kind=Document.Kind.IDENTITY, upload=identity_card(number), at=at
    )
    return courier


def _actor(signed_in: SignedIn, at: datetime) -> Actor:
    actor = actor_of_token(token=signed_in.token, at=at)
    assert actor is not None
    return actor


def _by_phone(person: Person, at: datetime) -> Actor:
    """Signed in as after the code, without a message being sent."""
    row, _ = PersonRow.objects.get_or_create(
        phone_index=phone_index(person.phone),
        defaults={"phone": person.phone, "name": person.name, "created_at": at},
    )
    role_grant(person_id=row.id, role=CUSTOMER, at=at)
    return _actor(session_start(person=row, at=at), at)


def _field(operator: Operator, administrator: Actor, at: datetime) -> Field:
    """The operator's zone, and on a campus its stations and dormitories."""
    latitude, longitude = operator.centre
    reach = operator.radius_degrees
    corners = [(-1, -1), (1, -1), (1.1, 0.8), (0.2, 1), (-1, 0.9), (-1, -1)]
    ring = [[longitude + x * reach * 1.2, latitude + y * reach] for x, y in corners]
    zone_save(
        actor=administrator,
        zone_id=None,
        name=operator.zone,
        polygon={"type": "Polygon", "coordinates": [ring]},
        priority=0,
        service_ids=[],
        at=at,
    )
    for number, (kind, name) in enumerate(operator.places):
        place_save(
            actor=administrator,
            place_id=None,
            kind=Place.Kind(kind),
            parent_id=None,
            name=name,
            position=Position(
                latitude=latitude + reach * 0.1 * (number - 2),
                longitude=longitude + reach * 0.15 * (number % 3 - 1),
            ),
            hours=STATION_HOURS if kind == Place.Kind.STATION else None,
            active=True,
        )
    return Field(Position(latitude=latitude, longitude=longitude), reach * 0.6)


def _pictures(operator: Operator, administrator: Actor, at: datetime) -> None:
    colors = operator.brand["primary_color"], operator.brand["accent_color"]
    for number, service in enumerate(Service.objects.order_by("position", "id")):
        media_add(
            actor=administrator,
            service_id=service.id,
            upload=picture(number, colors[number % 2]),
            video=False,
            moment=Moment.OTHER,
            alt=service.name,
            at=at,
        )


def _history(crew: Crew, field: Field, at: datetime) -> None:
    """Two weeks of orders that are done, and today's that are on their way."""
    dice = random.Random(20)  # noqa: S311  (the same believable past each time)
    services = list(Service.objects.filter(version__isnull=False).select_related("version"))

    def picked() -> dict[str, Any]:
        return {
            "service": dice.choice(services),
            "customer": dice.choice(crew.customers),
            "rider": dice.choice(crew.riders),
            "field": field,
            "dice": dice,
        }

    for number in range(PAST_ORDERS):
        ago = timedelta(days=14) * (1 - number / PAST_ORDERS) + timedelta(hours=3)
        past_order(**picked(), at=at - ago)
    for reach, minutes in ((Reach.DELIVERED, 50), (Reach.DEPARTED, 12), (Reach.ACCEPTED, 4)):
        present_order(**picked(), reach=reach, at=at - timedelta(minutes=minutes))


def _long_ago(operator: Operator, crew: Crew, field: Field, at: datetime) -> None:
    """Two months before that, with couriers who are off duty today."""
    past, many = PASTS[operator.slug], len(operator.couriers)
    others = [
        _rider(crew.administrator, person, many + number, at)
        for number, person in enumerate(past.couriers)
    ]
    history(past, riders=[*crew.riders, *others], asking=crew.customers[0], field=field, at=at)
