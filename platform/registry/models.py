"""Tenants, their hosts, and the people who run the platform. Tables of the platform's schema."""

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from kernel.ids import new_id
from kernel.tenancy import TenantRef, TenantState


class Tenant(TenantMixin):  # type: ignore[misc]
    """One operator's instance. The schema's name is opaque and permanent; the slug may change."""

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
    starter = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State, default=State.PREPARING)
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField()

    def ref(self) -> TenantRef:
        """This tenant as the layers below know it."""
        return TenantRef(
            id=self.id,
            slug=self.slug,
            schema=self.schema_name,
            state=TenantState(self.state),
            wrapped_key=bytes(self.wrapped_key),
        )


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name that leads to a tenant. One of a tenant's domains is primary."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    verified_at = models.DateTimeField(null=True)


class StateChange(models.Model):
    """Why a tenant's standing changed, and by whom. Append-only."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=12, choices=Tenant.State)
    after = models.CharField(max_length=12, choices=Tenant.State)
    reason = models.CharField(max_length=500)
    account = models.ForeignKey("OwnerAccount", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


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


class Onboarding(models.Model):
    """An owner asked for a tenant, under a key: the same key and input give the same tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(OwnerAccount, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    input_hash = models.BinaryField(max_length=32)
    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="onboarding")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="onboarding_key_unique")
        ]
