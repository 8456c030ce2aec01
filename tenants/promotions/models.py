"""What is promised off a price, and every time that the promise was kept.

Amounts are minor units of the operator's currency.
"""

from django.db import models
from django.db.models import F, Q

from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Promotion(TenantModel):
    """An amount or a share off, under conditions; README.md has them in a table.

    `spent` and `uses` count what `budget` and `uses_limit` bound, under this row's lock. `services`
    are ids; none means every service. A `bundle` are the ids of services of which an order of each
    within `bundle_days` makes a set.
    """

    class Audience(models.TextChoices):
        """To whom it is given: everybody, or the two sides of a referral."""

        EVERYBODY = "everybody"
        REFERRED = "referred"
        REFERRER = "referrer"

    name = TextsField()
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYBODY)
    by_code = models.BooleanField(default=False)
    amount = models.BigIntegerField(null=True)
    percent_bps = models.PositiveIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    threshold = models.BigIntegerField(default=0)
    services = models.JSONField(default=list)
    bundle = models.JSONField(default=list, db_default=[])
    bundle_days = models.PositiveSmallIntegerField(null=True)
    first_order = models.BooleanField(default=False)
    stackable = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    budget = models.BigIntegerField(null=True)
    spent = models.BigIntegerField(default=0)
    uses_limit = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    per_person = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, percent_bps=None)
                | Q(amount=None, percent_bps__range=(1, 10_000)),
                name="promotion_amount_or_share",
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0) & (Q(budget=None) | Q(spent__lte=F("budget"))),
                name="promotion_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(uses_limit=None) | Q(uses__lte=F("uses_limit")),
                name="promotion_within_uses",
            ),
            models.CheckConstraint(
                condition=Q(bundle=[], bundle_days=None)
                | (~Q(bundle=[]) & Q(bundle_days__range=(1, 365))),
                name="promotion_bundle_has_days",
            ),
        ]


class Code(TenantModel):
    """A word that makes a promotion apply; `person` alone may use it, if there is one.

    `channel` is where it was handed out, for whoever asks what a campaign brought.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=24, unique=True)
    channel = models.CharField(max_length=60, default="", blank=True)
    person = models.ForeignKey(
        "access.Person", on_delete=models.CASCADE, null=True, related_name="+"
    )
    uses_limit = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses_limit=None) | Q(uses__lte=F("uses_limit")),
                name="code_within_uses",
            )
        ]


class Redemption(TenantModel):
    """A promotion's part in one order. Returned when the order is cancelled."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="redemptions")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, null=True, related_name="redemptions")
    person = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField()
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order_id"], name="redemption_once")
        ]
        indexes = [
            models.Index(fields=["promotion", "person"], name="redemption_of_person"),
            models.Index(fields=["order_id"], name="redemption_of_order"),
        ]


class Purchase(TenantModel):
    """That a person ordered a service, for bundles. Returned when the order is cancelled."""

    person = models.ForeignKey("access.Person", on_delete=models.PROTECT, related_name="+")
    service_id = models.UUIDField()
    order_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="purchase_of_person")]


class BundlePart(TenantModel):
    """A purchase's part in a bundle: it is part of one at most, while that one stands."""

    redemption = models.ForeignKey(Redemption, on_delete=models.CASCADE, related_name="parts")
    purchase = models.OneToOneField(Purchase, on_delete=models.CASCADE, related_name="part")


class Membership(TenantModel):
    """A level that staff gave a customer, which prices may heed, until `valid_until` if there is
    one. The key of the level is the operator's own; what customers read of it is on their prices.
    """

    person = models.OneToOneField(
        "access.Person", on_delete=models.CASCADE, related_name="membership"
    )
    level = models.CharField(max_length=24)
    valid_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["level", "id"], name="membership_by_level")]


class ReferralCode(TenantModel):
    """What a customer gives to friends."""

    person = models.OneToOneField(
        "access.Person", on_delete=models.CASCADE, related_name="referral_code"
    )
    code = models.CharField(max_length=12, unique=True)


class Referral(TenantModel):
    """Who came by whose code. The referrer is rewarded with the first order that is completed."""

    referred = models.OneToOneField(
        "access.Person", on_delete=models.CASCADE, related_name="referral"
    )
    referrer = models.ForeignKey(
        "access.Person", on_delete=models.CASCADE, related_name="referrals"
    )
    at = models.DateTimeField()
    rewarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(referrer=F("referred")), name="referral_of_somebody_else"
            )
        ]
