"""What is done in a world: orders, bookings, reviews, earnings."""

from datetime import timedelta

from kernel import clock
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
from tenants.couriers.models import Absence, Courier, Presence, WorkingHours
from tenants.dispatch.models import Offer
from tenants.journal.audit import audit_record
from tenants.journal.models import Event
from tenants.ledger.models import Account, Entry, Posting
from tenants.orders.models import Item, Order, OrderState, PaymentMethod, Proof, Stop
from tenants.payments.models import Payment
from tenants.pricing.models import CourierPrice, QuoteLine
from tenants.talk.models import Following, Review
from tests.support.asking import SOON
from tests.support.database import SOME_DAY
from tests.support.factories_orders import CourierFactory, DocumentFactory, QuoteFactory
from tests.support.world_offer import OfferMaker


class WorkMaker(OfferMaker):
    """Makes the rows of people at work, each from those before it."""

    def everything(self) -> None:
        """All that is offered, and what came of it."""
        self.offer()
        self._courier()
        done = self._order(100, OrderState.COMPLETED)
        under_way = self._order(200, OrderState.ARRIVED)
        self._booking()
        self._rest(done, under_way)

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
