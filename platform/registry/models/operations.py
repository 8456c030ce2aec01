"""What is done to whole schemas, so that it can be resumed and accounted for."""

from typing import Any

from django.db import models

from kernel.ids import new_id
from kernel.tenancy import MAIN


class BlankSchema(models.Model):
    """A schema with every table and no row, waiting for a tenant. Claiming deletes the row.

    `release` is the digest of the migrations it has (`registry.fleet.releases`).
    """

    schema_name = models.CharField(max_length=63, primary_key=True)
    server = models.CharField(max_length=40, default=MAIN)
    release = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["server", "release"])]


class ReleaseFailure(models.Model):
    """A schema that the last release failed in, and is behind since. Mending it deletes the row.

    `error` has no data of the tenant's: a kind of error, and what the database says of its tables.
    One that is `half_way` has some steps of a migration that runs outside a transaction.
    """

    schema_name = models.CharField(max_length=63, primary_key=True)
    migration = models.CharField(max_length=255, blank=True)
    error = models.CharField(max_length=500)
    half_way = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()


class Backup(models.Model):
    """A tenant's rows and files as they were at one moment, in the backup store.

    `share` is how much of it is made, 0 to 1, and null while it waits for a worker. `broken` says
    what was wrong when it was last read whole, at `verified_at`.
    """

    class Kind(models.TextChoices):
        NIGHTLY = "nightly"
        ON_DEMAND = "on_demand"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Failure(models.TextChoices):
        STORE = "store"
        DATABASE = "database"
        STOPPED = "stopped"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("Tenant", on_delete=models.CASCADE, related_name="backups")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    manifest_digest = models.CharField(max_length=64, blank=True)
    share = models.FloatField(null=True)
    failure = models.CharField(
        max_length=12, choices=Failure, blank=True, default="", db_default=""
    )
    error = models.CharField(max_length=500, blank=True)
    verify_asked_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    broken = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        ordering = ["-id"]


class Restoration(models.Model):
    """A backup loaded into a schema beside the tenant's, to look at, then to swap or to drop."""

    class State(models.TextChoices):
        LOADING = "loading"
        BESIDE = "beside"
        SWAPPED = "swapped"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("Tenant", on_delete=models.CASCADE, related_name="restorations")
    backup = models.ForeignKey(Backup, on_delete=models.CASCADE, related_name="+")
    schema_name = models.CharField(max_length=63)
    state = models.CharField(max_length=12, choices=State, default=State.LOADING)
    started_at = models.DateTimeField()
    swapped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class Move(models.Model):
    """A tenant goes to another database server. Whatever stops it, it can be run again.

    `proof` has the checksums of both sides, by table.
    """

    class State(models.TextChoices):
        COPYING = "copying"
        SWITCHED = "switched"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("Tenant", on_delete=models.CASCADE, related_name="moves")
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State, default=State.COPYING)
    started_at = models.DateTimeField()
    switched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    read_only_seconds = models.FloatField(null=True)
    proof: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]


class Erasure(models.Model):
    """An archived tenant is to be erased: asked for, waited for, confirmed, done, certified.

    `survey` is what there was, counted once before anything went; `certificate` is the signed end.
    """

    class State(models.TextChoices):
        REQUESTED = "requested"
        CONFIRMED = "confirmed"
        CANCELLED = "cancelled"
        ERASED = "erased"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("Tenant", on_delete=models.PROTECT, related_name="erasures")
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey("OwnerAccount", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        "OwnerAccount", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    survey: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True)
    certificate: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(cancelled_at=None, erased_at=None),
                name="erasure_one_open",
            )
        ]

    @property
    def state(self) -> State:
        """Where it is; each of its times says that it has come there."""
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        if self.erased_at is not None:
            return self.State.ERASED
        return self.State.CONFIRMED if self.confirmed_at is not None else self.State.REQUESTED
