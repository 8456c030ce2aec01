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


class Service(TenantModel):
    """What the operator offers: the draft being edited, and which version is sold now.

    `declaration` is described in declarations.py. `price_from` (minor units of `price_currency`)
    and the rating columns are set from above.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        DELISTED = "delisted"

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="services")
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
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "position", "id"], name="service_storefront")]

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


class Media(TenantModel):
    """A picture of a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="media")
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = TextsField(default=dict)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
