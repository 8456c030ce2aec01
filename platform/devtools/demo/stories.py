"""One order of the demo's past, from its quote to its review, as the rows that it leaves."""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model

from devtools.demo.orders import PRAISE
from kernel.ids import new_id
from tenants.access.models import Person
from tenants.catalog.declaration import Declaration, Need
from tenants.couriers.models import Courier
from tenants.dispatch.events import KIND_OF_STATE, offer_facts
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.services.rounds import OFFER_SECONDS
from tenants.journal.models import Event
from tenants.ledger.models import Account, Entry, Posting
from tenants.ledger.services import Line, account_open
from tenants.orders.events import (
    KIND_OF_MOVE,
    PLACED,
    REVIEWED,
    CancelReason,
    GiveBackReason,
    stream_of,
)
from tenants.orders.models import Item, Order, OrderState, PaymentMethod, Stop
from tenants.orders.services.fulfilment import CONFIRM_AFTER
from tenants.orders.services.moves import order_facts
from tenants.orders.services.placing import ADDRESS, NUMBER_ALPHABET, NUMBER_LENGTH, PIN_DIGITS
from tenants.orders.states import COURIER, CUSTOMER, ORDER_LIFE, SYSTEM
from tenants.payments.models import Payment
from tenants.pricing.models import Quote, QuoteLine
from tenants.talk.models import Review

MINUTE: Final = timedelta(minutes=1)
OTHERS: Final = 2
"""Couriers who are asked beside whoever gets an order."""

OPENS, CLOSES = 9, 17
"""Hours at which visits are wanted."""


@dataclass(frozen=True)
class Template:
    """A real price, and how often orders have it beside the others."""

    quote: Quote
    weight: float
    lines: tuple[QuoteLine, ...] = field(init=False)
    declared: Declaration = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.quote.lines.all()))
        object.__setattr__(self, "declared", Declaration.parse(self.quote.version.declaration))


class Rows:
    """The rows of all stories, to be written at once."""

    def __init__(self, couriers: Sequence[Courier], currency: str) -> None:
        self.couriers, self.currency = couriers, currency
        self.quotes: list[Quote] = []
        self.lines: list[QuoteLine] = []
        self.orders: list[Order] = []
        self.parts: dict[type[Model], list[Model]] = {
            model: []
            for model in (Stop, Item, Event, Offer, Assignment, Payment, Posting, Entry, Review)
        }
        kinds = Account.Kind
        own = [(kinds.CLEARING, None), (kinds.REVENUE, None)]
        theirs = [
            (kind, courier.id)
            for courier in couriers
            for kind in (kinds.COURIER_CASH, kinds.COURIER_EARNINGS)
        ]
        self.accounts = {
            (kind, owner): account_open(Line(kind, owner, 0), currency)
            for kind, owner in (*own, *theirs)
        }

    def add(self, row: Model) -> None:
        """Keep a row that is written after the orders."""
        self.parts[type(row)].append(row)

    def post(self, order: Order, what: str, at: datetime, *lines: Line) -> None:
        """A posting of `order`, as `posting_make` writes it."""
        posting = Posting(cause=f"order:{order.id}:{what}", subject_id=order.id, at=at)
        self.add(posting)
        for line in lines:
            if line.amount:
                account = self.accounts[line.kind, line.owner_id]
                self.add(Entry(posting=posting, account=account, amount=line.amount))

    def write(self) -> None:
        """Write them all, whatever others point to first."""
        Quote.objects.bulk_create(self.quotes)
        QuoteLine.objects.bulk_create(self.lines)
        Order.objects.bulk_create(self.orders)
        for model, rows in self.parts.items():
            model._default_manager.bulk_create(rows)


class _Story:
    """An order being told: its log, and where it is in its life."""

    def __init__(self, rows: Rows, order: Order, dice: random.Random) -> None:
        self.rows, self.order, self.dice = rows, order, dice

    def note(self, kind: str, at: datetime, actor: UUID | None, **data: Any) -> None:
        """One more event under the order's next number."""
        self.order.seq += 1
        self.rows.add(
            Event(
                stream=stream_of(self.order.id),
                seq=self.order.seq,
                kind=kind,
                actor_id=actor,
                at=at,
                data=data,
            )
        )

    def move(
        self,
        move: str,
        at: datetime,
        by: str,
        *,
        actor: UUID | None = None,
        courier: Courier | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Carry a move of the table out as `order_move` does."""
        order, before = self.order, self.order.state
        order.state = ORDER_LIFE.check(state=before, move=move)
        holder = courier or order.courier
        order.courier = None if order.state == OrderState.PLACED else holder
        facts = order_facts(order=order, holder=holder, before=before, by=by)
        self.note(KIND_OF_MOVE[move], at, actor, **facts, **(data or {}))

    def offered(self, number: int, to: Sequence[Courier], at: datetime) -> list[Offer]:
        """A round of offers."""
        self.move("offer", at, SYSTEM, data={"round": number, "offers": len(to)})
        offers = [
            Offer(
                order=self.order,
                courier=courier,
                round=number,
                created_at=at,
                expires_at=at + timedelta(seconds=OFFER_SECONDS),
            )
            for courier in to
        ]
        for offer in offers:
            self.rows.add(offer)
            self.note("offer.made", at, None, **offer_facts(offer, Offer.State.OPEN))
        return offers

    def asked(self, courier: Courier) -> list[Courier]:
        """Whom an order is offered to: `courier` and, where there are more, two others."""
        others = [each for each in self.rows.couriers if each != courier]
        return [courier, *self.dice.sample(others, k=min(OTHERS, len(others)))]

    def answered(self, offer: Offer, state: Offer.State, at: datetime, actor: UUID | None) -> None:
        """What becomes of an offer."""
        offer.state, offer.answered_at = state, at
        self.note(KIND_OF_STATE[state], at, actor, **offer_facts(offer, state))

    def taken(self, number: int, courier: Courier, at: datetime) -> tuple[Assignment, datetime]:
        """Offered to a few at `at`, refused by some, accepted by `courier`; and when that was."""
        offers = self.offered(number, self.asked(courier), at)
        rider = courier.person_id
        for offer in offers:
            if offer.courier != courier and self.dice.random() < 0.12:
                refused_at = at + timedelta(seconds=4)
                self.answered(offer, Offer.State.DECLINED, refused_at, offer.courier.person_id)
        at += timedelta(seconds=self.dice.randint(8, 50))
        for offer in sorted(offers, key=lambda each: each.courier != courier):
            if offer.state == Offer.State.OPEN:
                won = offer.courier == courier
                state = Offer.State.ACCEPTED if won else Offer.State.WITHDRAWN
                self.answered(offer, state, at, rider)
        self.move("accept", at, COURIER, actor=rider, courier=courier)
        self.order.accepted_at = at
        assignment = Assignment(order=self.order, courier=courier, created_at=at)
        self.rows.add(assignment)
        return assignment, at


def story(
    rows: Rows,
    *,
    template: Template,
    customer: Person,
    ahead: bool,
    zone: ZoneInfo,
    dice: random.Random,
    placed_at: datetime,
    until: datetime,
) -> Order:
    """One order from `placed_at` on, over before `until`: done, or now and then cancelled.

    `ahead`: it is wanted on one of the next days.
    """
    wanted_at = _wanted(placed_at, zone, dice) if ahead else None
    if wanted_at and wanted_at + timedelta(hours=8) > until:
        wanted_at = None
    order, stops = _placed(rows, template, customer, wanted_at, dice, placed_at)
    told = _Story(rows, order, dice)
    total = {"total": order.total, "currency": order.currency, "booking": None}
    facts = order_facts(order=order, holder=None, before=None, by=CUSTOMER)
    told.note(PLACED, placed_at, customer.id, **facts, **total)
    at = placed_at + timedelta(seconds=2)
    if dice.random() < 0.08:
        _cancelled(told, customer, at)
        return order
    weights = [1 / (number + 1.5) for number in range(len(rows.couriers))]
    courier = dice.choices(rows.couriers, weights=weights)[0]
    number = 1
    if dice.random() < 0.04:
        other = dice.choice([each for each in rows.couriers if each != courier])
        assignment, at = told.taken(number, other, at)
        at += dice.randint(1, 4) * MINUTE
        reason = dice.choice(list(GiveBackReason)).value
        told.move("give_back", at, COURIER, actor=other.person_id, data={"reason": reason})
        assignment.outcome, assignment.ended_at = Assignment.Outcome.GIVEN_BACK, at
        assignment.reason, number = reason, 2
    assignment, at = told.taken(number, courier, at)
    at = _delivered(told, stops, wanted_at, at)
    assignment.outcome, assignment.ended_at = Assignment.Outcome.COMPLETED, at
    _paid(told, customer, at, until)
    return order


def _wanted(placed_at: datetime, zone: ZoneInfo, dice: random.Random) -> datetime:
    day = placed_at.astimezone(zone).date() + timedelta(days=dice.randint(1, 4))
    return datetime.combine(day, time(dice.randint(OPENS, CLOSES)), tzinfo=zone)


def _placed(
    rows: Rows,
    template: Template,
    customer: Person,
    wanted_at: datetime | None,
    dice: random.Random,
    at: datetime,
) -> tuple[Order, list[Stop]]:
    """The order with its quote, stops and things."""
    like, declared = template.quote, template.declared
    contact = {"contact_name": customer.name, "phone": customer.phone}
    quote = Quote(
        customer=customer,
        version=like.version,
        tariff_id=like.tariff_id,
        currency=like.currency,
        total=like.total,
        commission=like.commission,
        distance_meters=like.distance_meters,
        distance_method=like.distance_method,
        inputs=like.inputs,
        stops=[{**stop, **contact} for stop in like.stops],
        answers=like.answers,
        wanted_at=wanted_at,
        created_at=at - MINUTE,
        expires_at=at + 14 * MINUTE,
        taken_at=at,
    )
    rows.quotes.append(quote)
    for line in template.lines:
        copy = {name: getattr(line, name) for name in ("position", "code", "label", "amount")}
        rows.lines.append(QuoteLine(quote=quote, inputs=line.inputs, **copy))
    order = Order(
        id=new_id(),
        number="".join(dice.choices(NUMBER_ALPHABET, k=NUMBER_LENGTH)),
        quote=quote,
        customer=customer,
        service_id=like.version.service_id,
        version=like.version,
        currency=quote.currency,
        total=quote.total,
        commission=quote.commission,
        payment_method=PaymentMethod.ON_DELIVERY,
        urgent=like.inputs["urgent"],
        cancel_fees=declared.cancellation.serialise(),
        placed_at=at,
        due_at=wanted_at or at,
    )
    rows.orders.append(order)
    stops = []
    for position, snapshot in enumerate(quote.stops):
        needs_pin = declared.stops[position].pin is not Need.OFF
        stop = Stop(
            order=order,
            position=position,
            kind=snapshot["kind"],
            latitude=snapshot["latitude"],
            longitude=snapshot["longitude"],
            address={name: snapshot[name] for name in ADDRESS},
            pin=f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}" if needs_pin else None,
        )
        stops.append(stop)
        rows.add(stop)
    for position, item in enumerate(like.inputs["items"]):
        known = {name: item[name] for name in ("name", "quantity", "unit_price")}
        rows.add(Item(order=order, position=position, **known))
    return order, stops


def _cancelled(told: _Story, customer: Person, at: datetime) -> None:
    """Thought better of it while couriers were being asked."""
    order, offers = told.order, told.offered(1, told.asked(told.rows.couriers[0]), at)
    at += timedelta(seconds=told.dice.randint(5, 50))
    reason = told.dice.choice((CancelReason.CHANGED_MIND, CancelReason.WRONG_DETAILS)).value
    order.cancellation_fee, order.closed_at = 0, at
    data = {"reason": reason, "fee": 0, "currency": order.currency}
    told.move("cancel", at, CUSTOMER, actor=customer.id, data=data)
    for offer in offers:
        told.answered(offer, Offer.State.WITHDRAWN, at, None)
    void = Payment.State.VOID
    told.rows.add(Payment(order=order, state=void, amount=order.total, currency=order.currency))


def _delivered(
    told: _Story, stops: Sequence[Stop], wanted_at: datetime | None, at: datetime
) -> datetime:
    """From stop to stop; when the last was done."""
    order, dice = told.order, told.dice
    assert order.courier is not None
    rider = order.courier.person_id
    if wanted_at is not None:
        at = wanted_at + dice.gauss(-12, 9) * MINUTE
    for stop in stops:
        which = {"stop": str(stop.id)}
        at += dice.uniform(1, 3) * MINUTE
        told.move("depart", at, COURIER, actor=rider, data=which)
        at += dice.uniform(4, 13) * MINUTE
        told.move("arrive", at, COURIER, actor=rider, data=which)
        stop.arrived_at, stop.state = at, Stop.State.DONE
        on_site = order.quote.inputs["duration_minutes"] or 0
        at += (dice.uniform(1, 4) + on_site * dice.uniform(0.8, 1.1)) * MINUTE
        stop.done_at = at
        if stop is not stops[-1]:
            told.move("complete_stop", at, COURIER, actor=rider, data=which)
    collected = {"collected": order.total, "currency": order.currency}
    data = {"stop": str(stops[-1].id), **collected}
    told.move("deliver", at, COURIER, actor=rider, data=data)
    order.delivered_at = at
    return at


def _paid(told: _Story, customer: Person, at: datetime, until: datetime) -> None:
    """The cash, the confirmation by the customer or by time, and mostly a word of thanks."""
    order, dice, rows, kinds = told.order, told.dice, told.rows, Account.Kind
    courier = order.courier
    assert courier is not None
    rows.add(
        Payment(
            order=order,
            state=Payment.State.COLLECTED,
            amount=order.total,
            currency=order.currency,
            collected_at=at,
            collected_by=courier,
        )
    )
    cash = Line(kinds.COURIER_CASH, courier.id, order.total)
    clearing = Line(kinds.CLEARING, None, -order.total)
    rows.post(order, "collected", at, cash, clearing)
    silent = dice.random() < 0.25 and at + CONFIRM_AFTER < until
    at += CONFIRM_AFTER if silent else dice.uniform(2, 60) * MINUTE
    figures = {"total": order.total, "commission": order.commission, "currency": order.currency}
    by, actor = (SYSTEM, None) if silent else (CUSTOMER, customer.id)
    told.move("confirm", at, by, actor=actor, data=figures)
    order.closed_at = at
    rows.post(
        order,
        "completed",
        at,
        replace(clearing, amount=order.total),
        Line(kinds.COURIER_EARNINGS, courier.id, order.commission - order.total),
        Line(kinds.REVENUE, None, -order.commission),
    )
    if silent or dice.random() < 0.3:
        return
    score = dice.choices((5, 4, 3, 2), weights=(12, 5, 2, 1))[0]
    facts = order_facts(order=order, holder=courier, before=order.state, by=CUSTOMER)
    told.note(REVIEWED, at, customer.id, **facts, score=score)
    rows.add(
        Review(
            order=order,
            customer=customer,
            service_id=order.service_id,
            courier=courier,
            score=score,
            text=dice.choice(PRAISE) if score > 3 else "",
            created_at=at,
        )
    )
