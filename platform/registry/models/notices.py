"""What the owner tells operators, and what it switches on for them."""

from django.db import models

from kernel.ids import new_id
from kernel.texts import TextsField


class PlatformAnnouncement(models.Model):
    """News for operators' staff; maintenance and incidents stand on the status page as well.

    `plans` are the keys of the plans whose tenants see it; none means all.
    """

    class Kind(models.TextChoices):
        NEWS = "news"
        MAINTENANCE = "maintenance"
        INCIDENT = "incident"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    title = TextsField()
    body = TextsField()
    plans: "models.JSONField[list[str]]" = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    account = models.ForeignKey("OwnerAccount", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]


class Flag(models.Model):
    """Something that is on for a share of the tenants: 0 to 100 per cent, by a stable draw."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]


class FlagOverride(models.Model):
    """A flag is on or off for one tenant, whatever its percentage."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="overrides")
    tenant = models.ForeignKey("Tenant", on_delete=models.CASCADE, related_name="flags")
    on = models.BooleanField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["flag", "tenant"], name="flag_override_unique")
        ]
