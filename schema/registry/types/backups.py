"""Backups of tenants."""

from datetime import datetime

import strawberry_django

from registry import models
from schema.core.enums import described_enum
from schema.core.scalars import BigInt

BackupKind = models.Backup.Kind
described_enum(
    BackupKind,
    "Why a backup was made.",
    name="BackupKind",
    NIGHTLY="By the worker, each night.",
    ON_DEMAND="Because an owner asked for it.",
)

BackupState = models.Backup.State
described_enum(
    BackupState,
    "Where the making of a backup is.",
    name="BackupState",
    RUNNING="Asked for, and waiting for a worker or being made.",
    DONE="Whole, and signed.",
    FAILED="Not made; the next night tries again.",
)


@strawberry_django.type(
    models.Backup,
    name="Backup",
    description="A tenant's rows and files as they were at one moment, personal data encrypted.",
)
class Backup:
    """Visible to owners. It is brought back by `manage.py fleet restore`."""

    id: str = strawberry_django.field(description="What `fleet restore --at` takes.")
    kind: BackupKind = strawberry_django.field(description="Why it was made.")
    state: BackupState = strawberry_django.field(description="Where its making is.")
    started_at: datetime = strawberry_django.field(description="The moment that it shows.")
    finished_at: datetime | None = strawberry_django.field(description="When it was whole.")
    rows: BigInt = strawberry_django.field(description="How many rows it has.")
    bytes: BigInt = strawberry_django.field(
        description="What it takes; files that other backups have too are counted in each."
    )
    error: str = strawberry_django.field(description="The kind of failure; empty without one.")
