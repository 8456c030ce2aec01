"""Couriers, their documents, and whether they are on duty."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel


class Courier(TenantModel):
    """Whoever fulfils orders. The display name is public; the person's name stays encrypted.

    The rating and count columns are set from above (`talk`, `dispatch`), so that lists can show
    and sort by them.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        APPROVED = "approved"
        REJECTED = "rejected"
        FROZEN = "frozen"

    person = models.OneToOneField("access.Person", on_delete=models.PROTECT, related_name="courier")
    display_name = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    introduction = models.CharField(max_length=500, default="", blank=True)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    completed_count = models.PositiveIntegerField(default=0)
    given_back_count = models.PositiveIntegerField(default=0)
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
