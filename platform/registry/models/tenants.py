"""Tenants, the hosts that lead to them, and how they stand."""

from typing import Any

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from kernel.ids import new_id
from kernel.tenancy import MAIN, TenantRef, TenantState, Terms
from registry.hosts import skeleton_of


class Tenant(TenantMixin):  # type: ignore[misc]
    """One operator's instance. The schema's name is opaque and permanent; the slug may change.

    `terms` is what its plan allows (`kernel.tenancy.Terms`), a copy that billing keeps up to date.
    Since `moving_since` it is being copied to another server, and read-only.
    """

    class State(models.TextChoices):
        PREPARING = TenantState.PREPARING
        TRIAL = TenantState.TRIAL
        ACTIVE = TenantState.ACTIVE
        PAST_DUE = TenantState.PAST_DUE
        SUSPENDED = TenantState.SUSPENDED
        ARCHIVED = TenantState.ARCHIVED
        ERASED = TenantState.ERASED

    # Schemas are made by provisioning, never by saving a row.
    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    template_version = models.ForeignKey(
        "TemplateVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State, default=State.PREPARING)
    server = models.CharField(max_length=40, default=MAIN)
    moving_since = models.DateTimeField(null=True)
    terms: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    sandbox_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(skeleton_of("slug"), name="tenant_skeleton")]

    def ref(self) -> TenantRef:
        """This tenant as the layers below know it."""
        terms = self.terms
        return TenantRef(
            id=self.id,
            slug=self.slug,
            schema=self.schema_name,
            state=TenantState(self.state),
            wrapped_key=bytes(self.wrapped_key),
            server=self.server,
            moving=self.moving_since is not None,
            terms=Terms(
                plan=terms.get("plan", ""),
                limits=terms.get("limits", {}),
                features=frozenset(terms.get("features", ())),
                rate=terms.get("rate"),
            ),
        )


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name that leads to a tenant: ours, or one that it has proven to own.

    One of a tenant's domains is primary; from one that `redirects`, browsers are sent on to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    verified_at = models.DateTimeField(null=True)
    redirects = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]


class StateChange(models.Model):
    """Why a tenant's standing changed, and by whom: an owner, or billing (then `account` is null).

    Append-only.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=12, choices=Tenant.State)
    after = models.CharField(max_length=12, choices=Tenant.State)
    reason = models.CharField(max_length=500)
    account = models.ForeignKey(
        "OwnerAccount", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
