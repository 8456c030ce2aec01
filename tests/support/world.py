"""A whole business under fixed ids, its every text and figure marked with its tenant's own mark.

    world(alpha), world(beta)

A new Node type needs a row here and its number in `ROWS`: the leak test asks for it by name.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.models import OperatorInvoice
from kernel import clock
from kernel.crypto import blind_index
from kernel.meters import PRESENT, Meter
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import DomainClaim
from tenants.access.models import ApiKey, RegisteredDocument, Role, Session
from tenants.access.rights import ADMINISTRATOR, COURIER, CUSTOMER
from tenants.booking.models import (
    Booking,
    BookingState,
    BookingTerms,
    Occurrence,
    Recurrence,
    Reschedule,
    Shift,
    ShiftSignUp,
)
from tenants.brand.models import Bulletin, CalendarDay, Settings
from tenants.catalog.declaration import default_declaration
from tenants.catalog.models import (
    Case,
    CasePicture,
    CatalogImport,
    Faq,
    Favourite,
    Line,
    Seen,
    Service,
    ServiceKind,
)
from tenants.catalog.services import version_of
from tenants.couriers.models import Absence, Courier, Presence, WorkingHours
from tenants.dispatch.models import Offer
from tenants.journal.audit import audit_record
from tenants.journal.models import Event, UsageCount
from tenants.ledger.models import Account, Entry, Posting
from tenants.orders.models import Item, Order, OrderState, PaymentMethod, Proof, Stop
from tenants.payments.models import Payment
from tenants.pricing.models import CourierPrice, QuoteLine, Step
from tenants.promotions.models import Code, Membership, Promotion, ReferralCode
from tenants.talk.models import Following, Review
from tests.support.cast import Cast, Member
from tests.support.database import SOME_DAY, fixed_id
from tests.support.factories import (
    AddressFactory,
    CategoryFactory,
    MediaFactory,
    PlaceFactory,
    RuleFactory,
    ServiceFactory,
    TariffFactory,
    ZoneFactory,
)
from tests.support.factories_orders import CourierFactory, DocumentFactory, QuoteFactory
from tests.support.ids import global_id
from tests.support.marks import MARKS, Mark

_USUAL = default_declaration(ServiceKind.PICK_UP).serialise()
BY_APPOINTMENT = {**_USUAL, "asked": {**_USUAL["asked"], "appointment": "optional"}}
"""More than a service can declare, so that every question of it has an answer."""

ROWS = {
    "Person": 1,
    "Customer": 1,
    "ApiKey": 90,
    "RegisteredDocument": 91,
    "StaffMember": 3,
    "Zone": 20,
    "Place": 22,
    "Address": 23,
    "Category": 25,
    "Service": 26,
    "ServiceVersion": 27,
    "ServiceMedia": 28,
    "Line": 50,
    "ServiceCase": 51,
    "CasePicture": 52,
    "ServiceFaq": 53,
    "CatalogImport": 54,
    "PriceRule": 29,
    "Tariff": 30,
    "Courier": 31,
    "CourierDocument": 33,
    "Review": 40,
    "Offer": 41,
    "LedgerAccount": 42,
    "EarningsEntry": 44,
    "Booking": 70,
    "Reschedule": 71,
    "Recurrence": 72,
    "Occurrence": 73,
    "Shift": 74,
    "ShiftSignUp": 75,
    "Absence": 76,
    "Quote": 200,
    "Order": 201,
    "Stop": 202,
    "Promotion": 55,
    "PromotionCode": 56,
    "Membership": 57,
    "CourierPrice": 58,
    "Bulletin": 59,
    "Tenant": 1,
    "Impersonation": 1,
    "Announcement": 1,
    "ProviderEvent": 1,
    "Erasure": 1,
    "FeatureFlag": 1,
    "FlagOverride": 1,
    "Release": 1,
}
"""By the name of the Node type, the number of a row that there is of it."""


def row(type_name: str, *, first: int = 0) -> str:
    """The global id of the row of `type_name` in the world that is counted from `first`."""
    return global_id(type_name, fixed_id(first + ROWS[type_name]))


SOON = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
"""When the world's appointments are."""

ARGUMENTS: dict[str, Any] = {
    "addressAt.point": {"latitude": 39.5, "longitude": 39.5},
    "addressSearch.near": {"latitude": 39.5, "longitude": 39.5},
    "addressSearch.text": "gate",
    "calendarDays.year": SOME_DAY.year,
    "absences.states": ["ASKED"],
    "bookings.courierId": row("Courier"),
    "bookings.since": "2026-01-02T09:00:00Z",
    "bookings.states": ["BOOKED"],
    "bookings.until": "2126-03-02T09:00:00Z",
    "shifts.since": "2026-01-02T09:00:00Z",
    "shifts.until": "2126-03-02T09:00:00Z",
    "customer.id": row("Customer"),
    "customers.phone": "",
    "customers.sort": "SPENT_DOWN",
    "courierAgenda.courierId": row("Courier"),
    "occurrences.onlyMissed": False,
    "occurrences.recurrenceId": row("Recurrence"),
    "shiftSignUps.shiftId": row("Shift"),
    "slots.courierId": row("Courier"),
    "slots.durationMinutes": 60,
    "slots.firstOn": f"{SOON:%Y-%m-%d}",
    "slots.lastOn": f"{SOON:%Y-%m-%d}",
    "slots.position": {"placeId": row("Place")},
    "slots.serviceId": row("Service"),
    "catalogTable.format": "CSV",
    "placesExport.format": "CSV",
    "zonesTable.format": "CSV",
    "catalogSearch.filters": {"kind": "PICK_UP"},
    "catalogSearch.near": {"latitude": 39.5, "longitude": 39.5},
    "catalogSearch.sort": "NEWEST",
    "catalogSearch.text": "",
    "courierDocumentLink.documentId": row("CourierDocument"),
    "coverage.at": "2026-03-02T09:00:00Z",
    "coverage.position": {"placeId": row("Place")},
    "coverage.serviceId": row("Service"),
    "couriers.states": ["APPROVED"],
    "courierPrices.serviceId": row("Service"),
    "courierPrices.states": ["PROPOSED"],
    "draftServices.categoryId": row("Category"),
    "draftServices.state": "PUBLISHED",
    "draftServices.text": "",
    "node.id": row("Order"),
    "order.id": row("Order"),
    "orders.courierId": row("Courier"),
    "orders.customerId": row("Person"),
    "orders.search": "",
    "orders.sort": "DUE_UP",
    "orders.states": ["ARRIVED"],
    "providers.serviceId": row("Service"),
    "providers.near": {"latitude": 39.5, "longitude": 39.5},
    "providers.filters": {"courierIds": [row("Courier")]},
    "providers.sort": "EXPERIENCE",
    "providerEvents.state": "HANDLED",
    "impersonations.open": True,
    "ownerActions.tenantId": row("Tenant"),
    "ownerActions.owner": "",
    "ownerActions.actions": ["tenantSuspend"],
    "ownerActions.since": "2026-03-02T09:00:00Z",
    "ownerActions.until": "2026-03-02T09:00:00Z",
    "personalData.personId": row("Person"),
    "personalData.reason": "ORDER",
    "places.kind": "GATE",
    "places.parentId": row("Place"),
    "priceRules.serviceId": row("Service"),
    "report.firstOn": f"{SOME_DAY:%Y-%m-%d}",
    "report.lastOn": f"{SOME_DAY:%Y-%m-%d}",
    "reportTable.by": "DAY",
    "reportTable.firstOn": f"{SOME_DAY:%Y-%m-%d}",
    "reportTable.format": "CSV",
    "reportTable.lastOn": f"{SOME_DAY:%Y-%m-%d}",
    "reportTable.part": "SERVICES",
    "reviews.courierId": row("Courier"),
    "reviews.serviceId": row("Service"),
    "promotionCodes.promotionId": row("Promotion"),
    "service.id": row("Service"),
    "services.categoryId": row("Category"),
    "services.kind": "PICK_UP",
    "template.key": "campus_errands",
    "tenant.id": row("Tenant"),
    "tenantDomains.own": True,
    "tenantDomains.search": "a",
    "tenantDomainClaims.search": "a",
    "tenants.plan": "growth",
    "tenants.attention": "GROWING",
    "tenants.findings": ["BACKUP_FAILED"],
    "tenants.sandbox": False,
    "tenants.search": "a",
    "tenants.server": "main",
    "tenants.states": ["TRIAL"],
}
"""For every argument of every root query field a value under which there is something to show."""


@dataclass(frozen=True)
class World:
    """Who is in it: a customer, a courier, an administrator."""

    maya: Member
    tomas: Member
    ines: Member


def world(tenant: TenantRef, *, first: int = 0) -> World:
    """Make it. Its ids are counted from `first`: two tenants can have the same, or others."""
    with tenant_scope(tenant), transaction.atomic():
        made = _Maker(MARKS[tenant.slug], Cast(tenant), first).make()
    with platform_scope():
        _invoice(tenant, MARKS[tenant.slug], first)
        DomainClaim.objects.create(
            tenant_id=tenant.id,
            host=f"{tenant.slug}-{first}.example",
            token=f"{tenant.slug}-token",
            created_at=clock.now(),
        )
    return made


def _invoice(tenant: TenantRef, mark: Mark, first: int) -> None:
    """What the platform has billed the operator for."""
    OperatorInvoice.objects.create(
        tenant_id=tenant.id,
        provider_id=f"in_{mark.slug}_{first}",
        number=f"{mark.slug}-bill",
        state="paid",
        total=mark.figures[60],
        tax=mark.figures[61],
        currency=mark.currency,
        issued_at=SOME_DAY,
    )


class _Maker:
    """Makes the rows, each from those before it."""

    def __init__(self, mark: Mark, people: Cast, first: int) -> None:
        self.mark, self.first = mark, first
        self.maya = self._person(people, 1, "Maya", CUSTOMER, phone=mark.phone)
        phone = f"{mark.phone[:-6]}99{mark.phone[-4:]}"
        self.tomas = self._person(people, 2, "Tomas", COURIER, CUSTOMER, phone=phone)
        self.ines = self._person(
            people, 3, "Ines", ADMINISTRATOR, email=f"ines{first}@{mark.slug}.test"
        )

    def make(self) -> World:
        self._settings()
        self._third_party()
        self._usage()
        self._places()
        self._catalogue()
        self._promotions()
        self._prices()
        self._courier()
        done = self._order(100, OrderState.COMPLETED)
        under_way = self._order(200, OrderState.ARRIVED)
        self._booking()
        self._rest(done, under_way)
        return World(self.maya, self.tomas, self.ines)

    def id(self, number: int) -> UUID:
        return fixed_id(self.first + number)

    def text(self, word: str) -> str:
        return f"{self.mark.slug}-{word}"

    def texts(self, word: str) -> dict[str, str]:
        return {"en": self.text(word), "zh-Hans": self.text(word)}

    def figure(self, number: int) -> int:
        return self.mark.figures[number]

    @property
    def where(self) -> dict[str, float]:
        """Where the operator's places are."""
        return {"latitude": self.mark.degrees, "longitude": self.mark.degrees}

    @property
    def home(self) -> dict[str, float]:
        """Where people are."""
        return {"latitude": self.mark.degrees + 0.05, "longitude": self.mark.degrees + 0.05}

    def _person(self, people: Cast, number: int, name: str, *roles: str, **how: str) -> Member:
        return people.person(self.first + number, self.text(name), *roles, **how)

    def _third_party(self) -> None:
        session = Session.objects.create(
            id=self.id(92),
            person_id=self.ines.id,
            token_digest=blind_index("session", f"{self.mark.slug}-{self.first}-key"),
            created_at=SOME_DAY,
            expires_at=SOME_DAY,
        )
        ApiKey.objects.create(
            id=self.id(90),
            session=session,
            name=self.text("till"),
            rights=["orders_read"],
            created_by_id=self.ines.id,
        )
        RegisteredDocument.objects.create(
            id=self.id(91),
            digest=f"sha256:{self.mark.slug}-{self.first}",
            name=self.text("board"),
            text="{ brand { currency } }",
            registered_by_id=self.ines.id,
            registered_at=SOME_DAY,
        )

    def _usage(self) -> None:
        UsageCount.objects.create(
            id=self.id(46), meter=Meter.COURIERS, period=PRESENT, amount=self.figure(12)
        )

    def _settings(self) -> None:
        Settings.objects.update(
            slogan=self.texts("slogan"),
            pause_message=self.texts("pause"),
            support_phone=self.text("hotline"),
        )
        CalendarDay.objects.create(
            id=self.id(47),
            date=SOME_DAY.date(),
            kind=CalendarDay.Kind.HOLIDAY,
            name=self.texts("holiday"),
        )
        Bulletin.objects.create(
            id=self.id(ROWS["Bulletin"]),
            title=self.texts("bulletin"),
            text=self.texts("announced"),
            shown_from=SOME_DAY,
            updated_at=SOME_DAY,
        )
        for role in Role.objects.all():
            role.name = self.texts(role.key)
            role.save()

    def _places(self) -> None:
        ZoneFactory(
            id=self.id(20),
            name=self.texts("zone"),
            around=(self.mark.degrees, self.mark.degrees),
            services=[str(self.id(26))],
        )
        campus = PlaceFactory(id=self.id(21), name=self.texts("campus"), **self.where)
        self.place = PlaceFactory(
            id=self.id(22), name=self.texts("gate"), parent=campus, **self.where
        )
        PlaceFactory(id=self.id(19), name=self.texts("gate"), parent=self.place, **self.where)
        self.address = {
            "contact_name": self.text("contact"),
            "phone": self.mark.phone,
            "text": self.text("address"),
            "door": self.text("door"),
        }
        AddressFactory(
            id=self.id(23),
            person_id=self.maya.id,
            details=self.address,
            place=self.place,
            **self.home,
        )

    def _promotions(self) -> None:
        promotion = Promotion.objects.create(
            id=self.id(55),
            name=self.texts("promotion"),
            amount=self.figure(13),
            threshold=10**9,
            starts_at=SOME_DAY,
            created_at=SOME_DAY,
        )
        Code.objects.create(
            id=self.id(56),
            promotion=promotion,
            code=self.text("code").upper()[:24],
            channel=self.text("channel"),
            created_at=SOME_DAY,
        )
        Membership.objects.create(
            id=self.id(57),
            person_id=self.maya.id,
            level=f"level_{self.mark.slug}",
            set_at=SOME_DAY,
        )
        ReferralCode.objects.create(person_id=self.maya.id, code=self.mark.slug.upper())

    def _catalogue(self) -> None:
        shelf = CategoryFactory(id=self.id(24), name=self.texts("shelf"))
        self.category = CategoryFactory(id=self.id(25), name=self.texts("box"), parent=shelf)
        self.service = ServiceFactory(
            id=self.id(26),
            category=self.category,
            name=self.texts("service"),
            summary=self.texts("summary"),
            description=self.texts("description"),
            declaration=BY_APPOINTMENT,
            duration_minutes=60,
            price_from=self.figure(1),
            price_currency=self.mark.currency,
        )
        self.version = version_of(self.service, at=SOME_DAY)
        self.version.id = self.id(27)
        self.version.save(force_insert=True)
        self.service.state, self.service.version = Service.State.PUBLISHED, self.version
        self.service.save()
        MediaFactory(id=self.id(28), service=self.service, alt=self.texts("picture"))
        self._content()

    def _content(self) -> None:
        Line.objects.create(
            id=self.id(50),
            key=f"{self.mark.slug}_{self.first}",
            name=self.texts("line"),
            kind=self.service.kind,
        )
        case = Case.objects.create(
            id=self.id(51),
            service=self.service,
            title=self.texts("case"),
            story=self.texts("story"),
            consent_at=SOME_DAY,
            shown=True,
            created_at=SOME_DAY,
        )
        CasePicture.objects.create(
            id=self.id(52),
            case=case,
            file="catalog/1.webp",
            width=1,
            height=1,
            alt=self.texts("after"),
            created_at=SOME_DAY,
        )
        Faq.objects.create(
            id=self.id(53),
            service=self.service,
            question={"fr": self.text("question")},  # which is neither operator's language
            answer={"fr": self.text("answer")},
        )

        Favourite.objects.create(person_id=self.maya.id, service=self.service, created_at=SOME_DAY)
        CatalogImport.objects.create(
            id=self.id(54),
            dry_run=True,
            total=1,
            changes=[{"row": 2, "name": self.text("import"), "what": "made"}],
            created_by=self.ines.id,
            created_at=SOME_DAY,
        )
        Seen.objects.create(person_id=self.maya.id, service=self.service, at=SOME_DAY)

    def _prices(self) -> None:
        RuleFactory(
            id=self.id(29),
            service=self.service,
            label=self.texts("rule"),
            params={"amount": self.figure(2)},
        )
        rule = {
            "step": Step.BASE,
            "service_id": None,
            "label": self.texts("base"),
            "params": {"amount": self.figure(3)},
        }
        self.tariff = TariffFactory(
            id=self.id(30), number=self.first + 1, currency=self.mark.currency, rules=[rule]
        )

    def _courier(self) -> None:
        self.courier: Courier = CourierFactory(
            id=self.id(31),
            person_id=self.tomas.id,
            display_name=self.text("courier"),
            introduction=self.text("introduction"),
            review_note=self.text("note"),
            completed_count=self.figure(4),
        )
        Presence.objects.create(
            id=self.id(32), courier=self.courier, on_duty=True, since=SOME_DAY, **self.home
        )
        DocumentFactory(id=self.id(33), courier=self.courier, file=f"{self._label}/papers/1.webp")

    @property
    def _label(self) -> str:
        return self.maya.tenant.label

    def _order(self, number: int, state: OrderState) -> Order:
        money = {"currency": self.mark.currency, "total": self.figure(50)}
        quote = QuoteFactory(
            id=self.id(number),
            customer_id=self.maya.id,
            version=self.version,
            tariff=self.tariff,
            commission=self.figure(6) - self.mark.figures[0],
            distance_meters=self.figure(7),
            **money,
        )
        QuoteLine.objects.filter(quote=quote).update(label=self.texts("line"))
        order = Order.objects.create(
            id=self.id(number + 1),
            number=self.text(str(number)).upper(),
            quote=quote,
            customer_id=self.maya.id,
            service=self.service,
            version=self.version,
            courier=self.courier,
            state=state,
            commission=quote.commission,
            payment_method=PaymentMethod.ON_DELIVERY,
            note=self.text("wish"),
            placed_at=SOME_DAY,
            **money,
        )
        stop = Stop.objects.create(
            id=self.id(number + 2),
            order=order,
            position=0,
            kind=Stop.Kind.PICK_UP,
            address=self.address | {"parcel_code": self.text("parcel"), "place_id": None},
            pin=self.text("pin"),
            **self.home,
        )
        Item.objects.create(
            id=self.id(number + 3),
            order=order,
            position=0,
            name=self.text("thing"),
            unit_price=self.figure(8),
        )
        Proof.objects.create(
            id=self.id(number + 4),
            stop=stop,
            kind=Proof.Kind.PHOTO,
            courier=self.courier,
            file=f"{self._label}/proofs/1.webp",
            sha256=bytes(32),
            previous_hash=bytes(32),
            hash=bytes(32),
            at=SOME_DAY,
        )
        Payment.objects.create(
            id=self.id(number + 5),
            order=order,
            amount=self.figure(9),
            currency=self.mark.currency,
        )
        Event.objects.create(
            stream=f"order:{order.id}",
            seq=1,
            kind="order.placed",
            actor_id=self.maya.id,
            at=SOME_DAY,
            data={"by": "customer", "to": "placed", "reason": self.text("reason")},
        )
        return order

    def _booking(self) -> None:
        hour = timedelta(hours=1)
        BookingTerms.objects.get_or_create(
            defaults={
                "lead_minutes": 60,
                "horizon_days": 60,
                "notice_minutes": self.figure(61),
                "updated_at": SOME_DAY,
            }
        )
        WorkingHours.objects.create(
            id=self.id(77), courier=self.courier, weekday=SOON.weekday(), starts=0, ends=1440
        )
        booking = Booking.objects.create(
            id=self.id(70),
            courier=self.courier,
            customer_id=self.maya.id,
            service=self.service,
            state=BookingState.BOOKED,
            starts_at=SOON,
            ends_at=SOON + hour,
            blocked_until=SOON + hour,
            created_at=SOME_DAY,
            **self.home,
        )
        Reschedule.objects.create(
            id=self.id(71),
            booking=booking,
            by_customer=True,
            starts_at=SOON + 2 * hour,
            asked_at=SOME_DAY,
        )
        recurrence = Recurrence.objects.create(
            id=self.id(72),
            customer_id=self.maya.id,
            service=self.service,
            courier=self.courier,
            rhythm=Recurrence.Rhythm.WEEKLY,
            first_on=SOON.date(),
            minutes=600,
            duration_minutes=60,
            created_at=SOME_DAY,
            **self.home,
        )
        Occurrence.objects.create(
            id=self.id(73),
            recurrence=recurrence,
            date=SOON.date(),
            booking=booking,
            planned_at=SOME_DAY,
        )
        times = {"starts_at": SOON + 10 * hour, "ends_at": SOON + 12 * hour}
        shift = Shift.objects.create(
            id=self.id(74),
            seats=self.figure(14),
            zone_id=self.id(20),
            confirmed_count=1,
            created_at=SOME_DAY,
            **times,
        )
        ShiftSignUp.objects.create(
            id=self.id(75),
            shift=shift,
            courier=self.courier,
            state=ShiftSignUp.State.CONFIRMED,
            signed_at=SOME_DAY,
            **times,
        )
        CourierPrice.objects.create(
            id=self.id(58),
            courier=self.courier,
            service=self.service,
            amount=self.figure(62),
            proposed_at=SOME_DAY,
        )
        Absence.objects.create(
            id=self.id(76),
            courier=self.courier,
            starts_at=SOON + 20 * hour,
            ends_at=SOON + 30 * hour,
            reason=self.text("leave"),
            asked_at=SOME_DAY,
        )

    def _rest(self, done: Order, under_way: Order) -> None:
        Review.objects.create(
            id=self.id(40),
            order=done,
            customer_id=self.maya.id,
            service=self.service,
            courier=self.courier,
            score=5,
            text=self.text("praise"),
            created_at=SOME_DAY,
        )
        Following.objects.create(person_id=self.maya.id, courier=self.courier, since=SOME_DAY)
        Offer.objects.create(
            id=self.id(41),
            order=under_way,
            courier=self.courier,
            round=1,
            created_at=SOME_DAY,
            expires_at=clock.now() + timedelta(hours=1),
        )
        audit_record(
            action="thing.done",
            actor_id=self.ines.id,
            data={"reason": self.text("audit"), "figure": self.figure(11)},
            at=SOME_DAY,
        )
        posting = Posting.objects.create(
            id=self.id(43), cause=self.text("cause"), subject_id=done.id, at=SOME_DAY
        )
        for number, kind, sign in (
            (42, Account.Kind.COURIER_EARNINGS, -1),
            (45, Account.Kind.CLEARING, 1),
        ):
            owner = self.courier.id if sign < 0 else None
            account = Account.objects.create(
                id=self.id(number), kind=kind, owner_id=owner, currency=self.mark.currency
            )
            Entry.objects.create(
                id=self.id(number + 2),
                posting=posting,
                account=account,
                amount=sign * self.figure(10),
            )
