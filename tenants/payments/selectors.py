"""Reads of what couriers earn."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_settings
from tenants.couriers.models import Courier
from tenants.couriers.selectors import courier_at_work
from tenants.ledger.models import Account, Entry
from tenants.ledger.selectors import balance
from tenants.orders.models import Order


@dataclass(frozen=True, slots=True)
class Earnings:
    """What the operator owes a courier, and the cash that the courier holds for the operator.

    In minor units of `currency`, both positive.
    """

    courier_id: UUID
    owed: int
    cash_held: int
    currency: str


def courier_earnings(actor: Actor) -> Earnings:
    """The actor's own earnings. Raises `NotFound("Courier")` unless an approved courier."""
    courier = courier_at_work(actor)
    return Earnings(
        courier_id=courier.id,
        owed=-balance(kind=Account.Kind.COURIER_EARNINGS, owner_id=courier.id),
        cash_held=balance(kind=Account.Kind.COURIER_CASH, owner_id=courier.id),
        currency=brand_settings().currency,
    )


def earnings_entries(courier_id: UUID) -> QuerySet[Entry]:
    """What a courier earned, the newest first. Not scoped to anybody."""
    entries = Entry.objects.filter(
        account__kind=Account.Kind.COURIER_EARNINGS, account__owner_id=courier_id
    )
    return entries.order_by("-posting__at", "-id")


def earnings_visible(actor: Actor | None, among: QuerySet[Entry]) -> QuerySet[Entry]:
    """The entries of `among` on couriers' earnings that `actor` may read, all or their own.

    Each has `earned` (minor units of `currency`), `at` and `order_number`.
    """
    if actor is None:
        return among.none()
    entries = among.filter(account__kind=Account.Kind.COURIER_EARNINGS)
    if Right.LEDGER_READ not in actor.rights:
        own = Courier.objects.filter(person_id=actor.person_id).values("id")
        entries = entries.filter(account__owner_id__in=own)
    number = Order.objects.filter(id=OuterRef("posting__subject_id")).values("number")
    return entries.annotate(
        earned=-F("amount"),
        currency=F("account__currency"),
        at=F("posting__at"),
        order_number=Subquery(number),
    )
