"""Bookings and what they come from. Times are instants; a range holds its start, not its end."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from kernel.tenancy.models import TenantModel


class TsTzRange(Func):
    """PostgreSQL's range of two instants, `[starts, ends)`."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class BookingState(models.TextChoices):
    """Where a booking is in its life; states.py has the moves."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DONE = "done"


ACTIVE = (BookingState.HELD, BookingState.BOOKED)
"""States in which a booking takes the courier's time."""


class BookingTerms(TenantModel):
    """How the operator takes appointments, once they have said so. `only` holds it to one row."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    lead_minutes = models.PositiveIntegerField()
    horizon_days = models.PositiveSmallIntegerField()
    notice_minutes = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="terms_only_one")]


class Booking(TenantModel):
    """A courier's time for a customer, in one of the courier's lanes, at a position.

    `blocked_until` is its end and the courier's buffer. `seq` counts its events, under this row's
    lock. `order_id` is set from above: the order that took the hold.
    """

    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, related_name="bookings"
    )
    customer = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="bookings")
    service = models.ForeignKey(
        "catalog.Service", on_delete=models.PROTECT, related_name="bookings"
    )
    state = models.CharField(max_length=10, choices=BookingState)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_until = models.DateTimeField()
    lane = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    order_id = models.UUIDField(null=True)
    seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="booking_no_two_at_once",
                expressions=[
                    ("courier", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "blocked_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=ACTIVE),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), blocked_until__gte=F("ends_at")),
                name="booking_forwards",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.HELD) | Q(held_until__isnull=False),
                name="booking_hold_ends",
            ),
            models.UniqueConstraint(
                fields=["order_id"],
                condition=Q(state=BookingState.BOOKED),
                name="booking_one_an_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "id"], name="booking_by_start"),
            models.Index(fields=["customer", "-starts_at"], name="booking_of_customer"),
            models.Index(fields=["courier", "-starts_at"], name="booking_of_courier"),
            models.Index(
                fields=["held_until"], condition=Q(state=BookingState.HELD), name="booking_held"
            ),
        ]


class Reschedule(TenantModel):
    """One side's wish to move a booking; the other side's word decides. One open at a time."""

    class State(models.TextChoices):
        ASKED = "asked"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="reschedules")
    by_customer = models.BooleanField()
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], condition=Q(state="asked"), name="reschedule_one_at_a_time"
            )
        ]


class Recurrence(TenantModel):
    """A visit that comes again, at the same time of the wall clock. `first_on` is a local date.

    `minutes` are after local midnight. Planned so far up to and with `planned_to`.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly"
        BIWEEKLY = "biweekly"
        MONTHLY = "monthly"

    customer = models.ForeignKey(
        "access.Person", on_delete=models.PROTECT, related_name="recurrences"
    )
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+")
    courier = models.ForeignKey(
        "couriers.Courier", on_delete=models.PROTECT, null=True, related_name="+"
    )
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    minutes = models.PositiveSmallIntegerField()
    duration_minutes = models.PositiveSmallIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    planned_to = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-created_at"], name="recurrence_of_customer")]


class Occurrence(TenantModel):
    """One day of a recurrence: booked, or missed for a reason that the customer is told."""

    class Miss(models.TextChoices):
        NO_SLOT = "no_slot"
        OUTSIDE_ZONES = "outside_zones"
        NOT_ON_SALE = "not_on_sale"
        PAUSED = "paused"

    recurrence = models.ForeignKey(Recurrence, on_delete=models.CASCADE, related_name="occurrences")
    date = models.DateField()
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="occurrence"
    )
    missed = models.CharField(max_length=14, choices=Miss, null=True)
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["recurrence", "date"], name="occurrence_once_a_day"),
            models.CheckConstraint(
                condition=Q(booking__isnull=False, missed=None)
                | Q(booking=None, missed__isnull=False),
                name="occurrence_booked_or_missed",
            ),
        ]


class Shift(TenantModel):
    """When couriers work on demand: so many seats, perhaps in one zone.

    The counts are of its sign-ups, under this row's lock.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    zone = models.ForeignKey("places.Zone", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_count = models.PositiveSmallIntegerField(default=0)
    waiting_count = models.PositiveSmallIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_forwards"),
            models.CheckConstraint(
                condition=Q(confirmed_count__lte=F("seats")), name="shift_not_overfull"
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "id"], name="shift_by_start")]


class ShiftSignUp(TenantModel):
    """A courier's place in a shift, with the shift's times, which never change."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed"
        WAITING = "waiting"
        LEFT = "left"

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="sign_ups")
    courier = models.ForeignKey("couriers.Courier", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "courier"],
                condition=~Q(state="left"),
                name="shift_sign_up_once",
            ),
            ExclusionConstraint(
                name="shift_no_two_at_once",
                expressions=[
                    ("courier", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="confirmed"),
            ),
        ]
