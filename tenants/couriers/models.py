"""Couriers, their documents, and whether they are on duty."""

from django.db import models
from django.db.models import F, Q

from kernel.crypto import EncryptedTextField
from kernel.tenancy.models import TenantModel


class Courier(TenantModel):
    """Whoever fulfils orders. The display name is public; the person's name stays encrypted.

    The rating and count columns are set from above (`talk`, `dispatch`), so that lists can show
    and sort by them. `capacity` is how many visits may be booked at one time, `buffer_minutes` what
    is kept free after each. Staff say which `exams` were passed (keys), the `level`, and the
    `gender` where a courier has told it.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        APPROVED = "approved"
        REJECTED = "rejected"
        FROZEN = "frozen"

    class Gender(models.TextChoices):
        FEMALE = "female"
        MALE = "male"

    person = models.OneToOneField("access.Person", on_delete=models.PROTECT, related_name="courier")
    display_name = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    introduction = models.CharField(max_length=500, default="", blank=True)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    completed_count = models.PositiveIntegerField(default=0)
    given_back_count = models.PositiveIntegerField(default=0)
    capacity = models.PositiveSmallIntegerField(default=1)
    buffer_minutes = models.PositiveSmallIntegerField(default=0)
    exams = models.JSONField(default=list, db_default=[])
    level = models.PositiveSmallIntegerField(default=0, db_default=0)
    gender = models.CharField(max_length=6, choices=Gender, default="", db_default="", blank=True)
    qualified_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(max_length=500, default="", blank=True)


class Document(TenantModel):
    """A courier's evidence: an identity card or a certificate, as a stored file."""

    class Kind(models.TextChoices):
        IDENTITY = "identity"
        HEALTH = "health"
        SKILL = "skill"

    class Verdict(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.PENDING)
    file = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Presence(TenantModel):
    """Whether a courier is on duty, and where they were last seen (WGS-84)."""

    courier = models.OneToOneField(Courier, on_delete=models.CASCADE, related_name="presence")
    on_duty = models.BooleanField(default=False)
    since = models.DateTimeField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["courier"], condition=Q(on_duty=True), name="presence_on_duty")
        ]


class Duty(TenantModel):
    """A stretch on duty, open while `ended_at` is null: what fatigue is counted by."""

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="duties")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["courier"], condition=Q(ended_at=None), name="duty_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="duty_forwards"
            ),
        ]
        indexes = [models.Index(fields=["courier", "-began_at"], name="duty_of_courier")]


class WorkingHours(TenantModel):
    """A span of the courier's week, in minutes of the operator's wall clock; see hours.py."""

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    weekday__lte=6,
                    starts__lt=1440,
                    ends__gt=F("starts"),
                    ends__lte=F("starts") + 1440,
                ),
                name="hours_are_a_span",
            )
        ]


class HoursException(TenantModel):
    """A day with other hours: `spans` as [starts, ends], of which none is a day off."""

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="hours_exceptions")
    date = models.DateField()
    spans = models.JSONField(default=list)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["courier", "date"], name="hours_exception_once_a_day")
        ]


class Absence(TenantModel):
    """Leave that a courier asks for. The reason may be an illness: it is encrypted."""

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = EncryptedTextField(default="")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_forwards")
        ]
        indexes = [models.Index(fields=["courier", "ends_at"], name="absence_of_courier")]


class ServiceArea(TenantModel):
    """A zone in which the courier takes appointments; one with none takes them in every zone."""

    courier = models.ForeignKey(Courier, on_delete=models.CASCADE, related_name="areas")
    zone = models.ForeignKey("places.Zone", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["courier", "zone"], name="service_area_once")
        ]
