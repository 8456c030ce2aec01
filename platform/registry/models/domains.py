"""Hosts that a tenant says are its own, until it has proven it."""

from django.db import models

from kernel.ids import new_id


class DomainClaim(models.Model):
    """A tenant is asked to put `token` into the DNS of `host`. Then it becomes a `Domain`.

    Several tenants may claim the same host: a claim keeps nobody out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("Tenant", on_delete=models.CASCADE, related_name="domain_claims")
    host = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "host"], name="domain_claim_unique")
        ]
