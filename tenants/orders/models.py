"""An order and what it is made of. What it was sold under never changes afterwards."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.tenancy.models import TenantModel


class OrderState(models.TextChoices):
    """Where an order is in its life; states.py has the moves."""

    PLACED = "placed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    UNDELIVERABLE = "undeliverable"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PaymentMethod(models.TextChoices):
    """How the customer pays."""

    ON_DELIVERY = "on_delivery"


class Order(TenantModel):
    """A quote taken up. `seq` counts its events, under this row's lock.

    `booking` is the courier's time that it was placed with, also once it was given back.
    `due_at` is when it is to be done: its appointment, or the hour it is wanted at, or at once.
    `cancel_fees` is what cancelling costs its customer, basis points by stage, as it was sold;
    `cancellation_fee` (minor units) what it did cost, once it is cancelled.
    """

    number = models.CharField(max_length=20, unique=True)
    quote = models.OneToOneField("pricing.Quote", on_delete=models.PROTECT, related_name="order")
    customer = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="orders")
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="orders")
    version = models.ForeignKey(
        "catalog.ServiceVersion", on_delete=models.PROTECT, related_name="orders"
    )
    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, null=True, related_name="orders"
    )
    booking = models.OneToOneField(
        "booking.Booking", on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=14, choices=OrderState, default=OrderState.PLACED)
    seq = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    commission = models.BigIntegerField()
    payment_method = models.CharField(max_length=12, choices=PaymentMethod)
    urgent = models.BooleanField(default=False)
    note = EncryptedTextField(default="")
    cancel_fees = models.JSONField(default=dict, db_default={"placed": 0})
    cancellation_fee = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField()
    due_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["courier", "-placed_at"], name="order_of_courier"),
            models.Index(fields=["state", "-placed_at"], name="order_by_state"),
            models.Index(fields=["-placed_at", "id"], name="order_board"),
            models.Index(fields=["due_at", "id"], name="order_by_due"),
            models.Index(fields=["total", "id"], name="order_by_total"),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="order_closed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(courier__isnull=False)
                | Q(state__in=[OrderState.PLACED, OrderState.OFFERED, OrderState.CANCELLED]),
                name="order_under_way_has_courier",
            )
        ]


class Stop(TenantModel):
    """A place an order visits, in sequence. `address` is a snapshot: contact, phone, words.

    `pin` is what the customer says at the door; only the customer may read it.
    """

    class Kind(models.TextChoices):
        PICK_UP = "pick_up"
        DROP_OFF = "drop_off"
        ON_SITE = "on_site"

    class State(models.TextChoices):
        PENDING = "pending"
        ARRIVED = "arrived"
        DONE = "done"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    latitude = models.FloatField()
    longitude = models.FloatField()
    address = EncryptedJSONField()
    pin = EncryptedTextField(null=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="stop_position_unique")
        ]


class Item(TenantModel):
    """A thing to be fetched, bought or carried."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["position"]


class Proof(TenantModel):
    """Evidence at a stop, chained: `hash` covers the proof and `previous_hash`."""

    class Kind(models.TextChoices):
        PHOTO = "photo"
        PIN = "pin"

    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=10, choices=Kind)
    courier = models.ForeignKey("couriers.Courier", on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=200, default="", blank=True)
    sha256 = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class StepDone(TenantModel):
    """A step of the work at a stop, done; `key` is its name in the declaration."""

    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="steps_done")
    key = models.CharField(max_length=40)
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, null=True, related_name="+")
    courier = models.ForeignKey("couriers.Courier", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["stop", "key"], name="step_done_once")]
