"""The people who run the platform, and what they did."""

from typing import Any

from django.db import models

from kernel.ids import new_id


class OwnerAccount(models.Model):
    """Somebody who runs the platform."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    password = models.CharField(max_length=200)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()


class OwnerSession(models.Model):
    """A signed-in owner. The token itself is never stored, only its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(OwnerAccount, on_delete=models.CASCADE, related_name="sessions")
    token_digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class OwnerAttempt(models.Model):
    """One try to sign in as an owner, kept whatever came of it, so that guessing locks."""

    id = models.BigAutoField(primary_key=True)
    email_digest = models.BinaryField()
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email_digest", "at"])]


class OwnerAction(models.Model):
    """What was done to the platform, and by whom: an owner, or a command (then `account` is null).

    Append-only. `action` is an object and a verb, like the mutation's name; `data` holds ids and
    figures, never personal data.
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(OwnerAccount, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    tenant = models.ForeignKey("Tenant", on_delete=models.PROTECT, null=True, related_name="+")
    data: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]


class Impersonation(models.Model):
    """An owner speaks as a tenant's platform support, for a reason, until a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(OwnerAccount, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey("Tenant", on_delete=models.PROTECT, related_name="impersonations")
    reason = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
