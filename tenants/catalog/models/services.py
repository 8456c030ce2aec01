"""Living drafts that are edited, and immutable versions that orders point to."""

from django.db import models

from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Category(TenantModel):
    """A shelf of the catalogue, in a tree. An active one has only active ancestors."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name = TextsField()
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]


class ServiceKind(models.TextChoices):
    """How a service is fulfilled, which decides its stops."""

    PICK_UP = "pick_up"
    BUY_FOR_ME = "buy_for_me"
    DELIVERY = "delivery"
    ON_SITE = "on_site"


class Line(TenantModel):
    """A line of service that the operator declares: pet care, phone repair. Fulfilled as `kind`.

    `hours` (places/hours.py) are when it is taken on, in local time; None is always.
    """

    key = models.CharField(max_length=40, unique=True)
    name = TextsField()
    kind = models.CharField(max_length=12, choices=ServiceKind)
    hours = models.JSONField(null=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]


class Service(TenantModel):
    """What the operator offers: the draft being edited, and which version is sold now.

    `declaration` is described in declaration/. Set from above: `price_from` (minor units of
    `price_currency`), the rating columns, `chosen_count` (orders placed) and `next_slot_at`.
    The search columns are of the published version: see ../README.md. `delists_at` is when it goes
    off sale, or went. `revision` counts how often the draft was saved, `saved_by` did so last.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        DELISTED = "delisted"

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="services")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="services")
    kind = models.CharField(max_length=12, choices=ServiceKind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    name = TextsField()
    summary = TextsField(default=dict)
    description = TextsField(default=dict)
    declaration = models.JSONField(default=dict)
    duration_minutes = models.PositiveIntegerField(null=True)
    position = models.IntegerField(default=0)
    version = models.ForeignKey(
        "ServiceVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    price_from = models.BigIntegerField(null=True)
    price_currency = models.CharField(max_length=3, default="", blank=True)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    chosen_count = models.PositiveIntegerField(default=0)
    next_slot_at = models.DateTimeField(null=True)
    on_sale_since = models.DateTimeField(null=True)
    delists_at = models.DateTimeField(null=True)
    staff_gender = models.CharField(max_length=6, default="", blank=True)
    revision = models.PositiveIntegerField(default=1, db_default=1)
    saved_by = models.UUIDField(null=True)
    search_name = models.TextField(default="", blank=True)
    search_text = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["state", "position", "id"], name="service_storefront"),
            models.Index(fields=["position", "id"], name="service_in_order"),
        ]

    @property
    def sold(self) -> "Service | ServiceVersion":
        """What customers read: the published version, or the draft where there is none yet."""
        return self.version or self


class ServiceVersion(TenantModel):
    """A service as it was published, never changed afterwards: what an order was sold under."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ServiceKind)
    name = TextsField()
    summary = TextsField(default=dict)
    description = TextsField(default=dict)
    declaration = models.JSONField()
    duration_minutes = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_version_unique")
        ]
