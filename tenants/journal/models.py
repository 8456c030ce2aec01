"""Facts that every capability writes: events and idempotency keys."""

from django.db import models
from django.db.models import Func

from kernel.tenancy.models import TenantModel


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's `xid8`: the transaction that wrote the row, never wrapping around."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class Event(models.Model):
    """Something that happened. Append-only; `data` holds ids and figures, never personal data.

    `stream` names what it happened to (`order:<id>`), `seq` counts within the stream from 1, taken
    under that row's lock. `xid` is what the live cursor compares with a snapshot.
    """

    id = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=Func(function="pg_current_xact_id"), editable=False)
    stream = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="event_stream_seq_unique")
        ]
        indexes = [models.Index(fields=["xid"], name="event_xid")]


class IdempotencyKey(TenantModel):
    """A mutation that was carried out once: same key and input give the stored result again."""

    actor_id = models.UUIDField()
    operation = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    input_hash = models.BinaryField(max_length=16)
    result_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "operation", "key"], name="idempotency_key_unique"
            )
        ]


class UsageCount(TenantModel):
    """How much of a meter was used in a period, counted as it happens: see `usage.py`.

    `period` as in `billing.Usage`.
    """

    meter = models.CharField(max_length=20)
    period = models.DateField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meter", "period"], name="usage_count_unique")
        ]


class AuditEntry(models.Model):
    """Who did what in the back office, chained: each line's digest covers the one before.

    Append-only. `data` holds ids and figures, never personal data.
    """

    seq = models.BigIntegerField(primary_key=True)
    actor_id = models.UUIDField(null=True)
    impersonation_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["-seq"]
