"""GraphQL types of orders: the order, its stops with their proofs, its history."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import F, QuerySet
from strawberry import relay

from kernel import clock
from kernel.files import signed_url
from schema.catalog.declared.kinds import Need, StopKind
from schema.catalog.types import ServiceVersion
from schema.core.context import Info
from schema.core.rights import actor_of
from schema.core.scalars import Money, money_of
from schema.core.texts import read_text
from schema.couriers.types import CourierFace
from schema.lowering.declare import Words, by_sql, money
from schema.orders.answers import OrderAnswer, answers_shown
from schema.orders.enums import (
    OrderMove,
    OrderRole,
    OrderState,
    PaymentMethod,
    ProofKind,
    StopState,
)
from schema.payments.types import Payment
from schema.talk.types import Review
from tenants.access.rights import Right
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.terms import Audience
from tenants.orders import models
from tenants.orders.selectors import (
    cancel_fee,
    history_column,
    moves_open,
    orders_visible,
    particulars_of,
    steps_done_column,
    stop_states_column,
    stops_visible,
)
from tenants.orders.states import UNDER_WAY, cancel_fee_bps
from tenants.orders.work import Work

if TYPE_CHECKING:
    from schema.booking.types import Booking
    from schema.pricing.types import Quote

LINK_LIFETIME: Final = timedelta(minutes=15)


@strawberry_django.type(models.Proof, name="Proof", description="Evidence at a stop.")
class Proof:
    """Chained: each proof's hash covers the one before it of the same order."""

    kind: ProofKind = strawberry_django.field(description="What kind of evidence.")
    at: datetime = strawberry_django.field(description="When it was given.")

    @strawberry_django.field(
        only=["file"], description="The photo, behind a link that expires; null for a PIN."
    )
    def photo_url(root: models.Proof) -> str | None:
        return signed_url(root.file, at=clock.now(), lifetime=LINK_LIFETIME) if root.file else None

    @strawberry_django.field(only=["hash"], description="Its place in the chain, in hex.")
    def hash(root: models.Proof) -> str:
        return bytes(root.hash).hex()


@strawberry.type(description="Where a stop is and whom to ask for, as far as the viewer may know.")
class StopAddress:
    """A snapshot of when the order was placed."""

    text: str = strawberry.field(description="The written address or the place's name.")
    door: str = strawberry.field(description="Building, room, and what helps to find it.")
    contact_name: str = strawberry.field(
        description="Whom to ask for; a first character where the viewer may not know."
    )
    phone: str = strawberry.field(
        description="E.164 for the customer; its last four digits for anybody else."
    )
    parcel_code: str | None = strawberry.field(
        description="The code to collect with; for the customer, and the courier at work."
    )


@strawberry_django.type(
    models.Stop, name="Stop", description="A place that an order visits, in sequence."
)
class Stop(relay.Node):
    """Seen by whoever sees the order; its particulars depend on who looks."""

    id: relay.NodeID[UUID]
    position: int = strawberry_django.field(description="Counted from 0.")
    kind: StopKind = strawberry_django.field(description="What happens there.")
    state: StopState = strawberry_django.field(description="Where it is.")
    latitude: float = strawberry_django.field(description="WGS-84 degrees.")
    longitude: float = strawberry_django.field(description="WGS-84 degrees.")
    arrived_at: datetime | None = strawberry_django.field(description="When the courier came.")
    done_at: datetime | None = strawberry_django.field(description="When it was completed.")
    proofs: list[Proof] = strawberry_django.field(description="What was shown for it.")

    @strawberry_django.field(only=["address"], description="Where it is and whom to ask for.")
    def address(root: models.Stop) -> StopAddress:
        shown = particulars_of(root)
        return StopAddress(
            text=shown.text,
            door=shown.door,
            contact_name=shown.contact_name,
            phone=shown.phone,
            parcel_code=shown.parcel_code,
        )

    @strawberry_django.field(
        only=["address", "pin"],
        description="What to tell the courier at the door; for the customer's eyes alone.",
    )
    def pin(root: models.Stop) -> str | None:
        return particulars_of(root).pin

    @strawberry_django.field(
        only=["position", "order__version__declaration"],
        select_related=["order__version"],
        description="Whether a photo is asked to complete it.",
    )
    def photo_need(root: models.Stop) -> Need:
        return Declaration.parse(root.order.version.declaration).stops[root.position].photo

    @strawberry_django.field(
        only=["position", "order__version__declaration"],
        select_related=["order__version"],
        description="Whether the customer's PIN is asked to complete it.",
    )
    def pin_need(root: models.Stop) -> Need:
        return Declaration.parse(root.order.version.declaration).stops[root.position].pin

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Stop], info: Info, **_: Any
    ) -> QuerySet[models.Stop]:
        """Those of the orders that the viewer sees."""
        return stops_visible(info.context.actor, queryset)


@strawberry_django.type(
    models.Item, name="OrderItem", description="A thing to be fetched, bought or carried."
)
class OrderItem:
    """As the quote had it."""

    name: str = strawberry_django.field(description="What it is.")
    quantity: int = strawberry_django.field(description="How many.")

    @strawberry_django.field(
        only=["unit_price", "order__currency"],
        select_related=["order"],
        description="What one costs, where it is to be bought.",
    )
    def unit_price(root: models.Item) -> Money | None:
        if root.unit_price is None:
            return None
        return money_of(root.unit_price, root.order.currency)


@strawberry.type(description="One step in an order's history.")
class OrderStep:
    """An event of the order's log. Offers are shown to the back office only."""

    seq: int = strawberry.field(description="Its number among the order's events, rising.")
    kind: str = strawberry.field(description="What happened: order.accepted, offer.expired, …")
    at: datetime = strawberry.field(description="When.")
    by: OrderRole = strawberry.field(description="In which role somebody did it.")
    actor_id: relay.GlobalID | None = strawberry.field(
        description="Who, for the back office; null for others, and where nobody did."
    )
    from_state: OrderState | None = strawberry.field(description="The state before, if it moved.")
    to_state: OrderState | None = strawberry.field(description="The state after, if it moved.")
    reason: str | None = strawberry.field(description="The code of the reason, if one was given.")


@strawberry.type(description="A step of an order's work at one of its stops.")
class OrderWorkStep:
    """In an order in which they can be done."""

    key: str = strawberry.field(description="What `stepComplete` calls it.")
    stop: int = strawberry.field(description="At which stop, by its position.")
    name: str = strawberry.field(description="What is done.")
    hint: str = strawberry.field(description="How it is done; may be empty.")
    required: bool = strawberry.field(description="Whether the stop waits for it.")
    photo: Need = strawberry.field(description="Whether a photo is taken.")
    done_at: datetime | None = strawberry.field(description="When it was done.")
    is_open: bool = strawberry.field(description="Whether it can be done now.")


@strawberry_django.type(models.Order, name="Order", description="A quote taken up.")
class Order(relay.Node):
    """Seen by its customer, its courier, and staff with the right."""

    id: relay.NodeID[UUID]
    number: str = strawberry_django.field(description="What people call it by; cannot be guessed.")
    state: OrderState = strawberry_django.field(description="Where it is in its life.")
    urgent: bool = strawberry_django.field(description="Whether it was ordered as urgent.")
    note: str = strawberry_django.field(description="What the customer asked for, in their words.")
    payment_method: PaymentMethod = strawberry_django.field(description="How it is paid.")
    placed_at: datetime = strawberry_django.field(description="When it was placed.")
    due_at: datetime = strawberry_django.field(
        description="When it is to be done: its appointment, or the hour it is wanted at; when it "
        "was placed, for what is to be done at once."
    )
    accepted_at: datetime | None = strawberry_django.field(description="When a courier took it.")
    delivered_at: datetime | None = strawberry_django.field(description="When it was delivered.")
    closed_at: datetime | None = strawberry_django.field(description="When it ended.")
    version: ServiceVersion = strawberry_django.field(description="What was ordered.")
    quote: Annotated["Quote", strawberry.lazy("schema.pricing.types")] = strawberry_django.field(
        description="The promise it was placed from, with the lines of its price."
    )
    stops: list[Stop] = strawberry_django.field(description="Where it goes, in order.")
    items: list[OrderItem] = strawberry_django.field(description="What it is about.")
    courier: CourierFace | None = strawberry_django.field(description="Who has it.")
    booking: Annotated["Booking", strawberry.lazy("schema.booking.types")] | None = (
        strawberry_django.field(description="The courier's time that was booked for it.")
    )
    payment: Payment | None = strawberry_django.field(description="What is paid for it.")
    review: Review | None = strawberry_django.field(description="What the customer says of it.")

    # An annotation: a joined version would stand in the way of the one that `version` prefetches.
    @strawberry_django.field(
        annotate={"version_name": F("version__name")},
        metadata=by_sql(Words("version_name")),
        description="What was ordered, by name: for lists.",
    )
    def service_name(root: models.Order, info: Info) -> str:
        return read_text(root.version_name, info)  # type: ignore[attr-defined]

    @strawberry_django.field(
        only=["customer_id"],
        description="Who ordered it, for the back office, which may ask for `personalData`.",
    )
    def customer_id(root: models.Order, info: Info) -> relay.GlobalID | None:
        if Right.ORDERS_READ not in actor_of(info.context).rights:
            return None
        return relay.GlobalID("Person", str(root.customer_id))

    @strawberry_django.field(
        only=["total", "currency"],
        metadata=by_sql(money("total")),
        description="What the customer pays.",
    )
    def total(root: models.Order) -> Money:
        return money_of(root.total, root.currency)

    @strawberry_django.field(
        only=["total", "commission", "currency", "customer_id"],
        description="What the courier gets of it; null for the customer.",
    )
    def earning(root: models.Order, info: Info) -> Money | None:
        if root.customer_id == actor_of(info.context).person_id:
            return None
        return money_of(root.total - root.commission, root.currency)

    @strawberry_django.field(
        only=["state", "customer_id", "courier__person_id", "cancel_fees"],
        select_related=["courier"],
        annotate={"stop_states": stop_states_column()},
        description="The steps that the caller may take now.",
    )
    def moves(root: models.Order, info: Info) -> list[OrderMove]:
        states = root.stop_states  # type: ignore[attr-defined]
        return [OrderMove(move) for move in moves_open(actor_of(info.context), root, states)]

    @strawberry_django.field(
        only=["state"],
        annotate={
            "declared": F("version__declaration"),
            "priced_by": F("quote__inputs"),
            "steps_done": steps_done_column(),
            "stop_states": stop_states_column(),
        },
        description="What is to be done at its stops, step by step.",
    )
    def work(root: models.Order, info: Info) -> list[OrderWorkStep]:
        row: Any = root
        done = {each["key"]: datetime.fromisoformat(each["at"]) for each in row.steps_done}
        work = Work.of(row.declared, row.priced_by, done)
        return [
            OrderWorkStep(
                key=step.key,
                stop=step.stop,
                name=read_text(step.name, info),
                hint=read_text(step.hint, info),
                required=step.required,
                photo=step.photo,
                done_at=done.get(step.key),
                is_open=work.is_open(step, state=root.state, stops=row.stop_states),
            )
            for step in work.steps
        ]

    @strawberry_django.field(
        only=["state", "customer_id", "courier__person_id"],
        select_related=["courier"],
        annotate={"declared": F("version__declaration"), "answered": F("quote__answers")},
        description="What the customer answered. Their words are for themselves, for the courier "
        "while the work goes on, and for staff.",
    )
    def answers(root: models.Order, info: Info) -> list[OrderAnswer]:
        row: Any = root
        actor = actor_of(info.context)
        is_own = root.customer_id == actor.person_id
        return answers_shown(
            row.declared,
            row.answered or {},
            info,
            is_own=is_own,
            shows_words=is_own or Right.ORDERS_READ in actor.rights or root.state in UNDER_WAY,
        )

    @strawberry_django.field(
        only=["state", "courier_id", "customer_id"],
        annotate={"declared": F("version__declaration")},
        description="What its service has to say to the caller at this point.",
    )
    def notices(root: models.Order, info: Info) -> list[str]:
        is_customer = root.customer_id == actor_of(info.context).person_id
        told = Audience.CUSTOMER if is_customer else Audience.COURIER
        notices = Declaration.parse(root.declared).notices  # type: ignore[attr-defined]
        return [
            read_text(notice.text, info)
            for notice in notices
            if notice.to is told and notice.state == root.state
        ]

    @strawberry_django.field(
        only=["state", "cancel_fees", "total", "currency"],
        prefetch_related=["items"],
        description="What cancelling would cost the customer now; null where they cannot.",
    )
    def cancel_fee_now(root: models.Order) -> Money | None:
        bps = cancel_fee_bps(root)
        return None if bps is None else money_of(cancel_fee(root, bps), root.currency)

    @strawberry_django.field(
        only=["cancellation_fee", "currency"],
        metadata=by_sql(money("cancellation_fee", nullable=True)),
        description="What cancelling has cost the customer; null unless they did.",
    )
    def cancellation_fee(root: models.Order) -> Money | None:
        if root.cancellation_fee is None:
            return None
        return money_of(root.cancellation_fee, root.currency)

    @strawberry_django.field(
        annotate={"history_rows": lambda info: history_column(actor_of(info.context))},
        description="Everything that happened to it, the oldest first.",
    )
    def history(root: models.Order, info: Info) -> list[OrderStep]:
        by_name = Right.ORDERS_READ in actor_of(info.context).rights
        rows = root.history_rows  # type: ignore[attr-defined]
        return [_step(row, by_name) for row in rows]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Order], info: Info, **_: Any
    ) -> QuerySet[models.Order]:
        """One's own as customer or courier; all, for staff with the right."""
        return orders_visible(info.context.actor, queryset)


def _step(row: Mapping[str, Any], by_name: bool) -> OrderStep:
    data, actor_id = row["data"], row["actor_id"]
    before, after = data.get("from"), data.get("to")
    return OrderStep(
        seq=row["seq"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        by=OrderRole(data["by"]),
        actor_id=relay.GlobalID("Person", actor_id) if actor_id and by_name else None,
        from_state=OrderState(before) if before else None,
        to_state=OrderState(after) if after else None,
        reason=data.get("reason"),
    )
