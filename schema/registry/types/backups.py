"""Backups of tenants."""

from datetime import datetime

import strawberry_django

from kernel import clock
from registry import models
from registry.archives.verifying import is_verifying
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

BackupFailure = models.Backup.Failure
described_enum(
    BackupFailure,
    "What kind of thing a backup failed with.",
    name="BackupFailure",
    STORE="The store could not be written to: no room, no right, no disk.",
    DATABASE="The tenant's database did not answer, or refused.",
    STOPPED="Its worker was stopped half-way.",
    OTHER="Something else: the worker's log says what.",
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
    verified_at: datetime | None = strawberry_django.field(
        description="When it was last read whole and compared; null for never."
    )
    broken: str = strawberry_django.field(
        description="What was wrong with it then, in English; empty for nothing."
    )

    # A function, since 1 and 1.0 are the same share and not the same text.
    @strawberry_django.field(
        only=["share"],
        description="How much of it is made, 0 to 1; null while it waits for a worker.",
    )
    def share(root: models.Backup) -> float | None:
        return root.share

    @strawberry_django.field(only=["failure"], description="Where to look; null without a failure.")
    def failure(root: models.Backup) -> BackupFailure | None:
        return BackupFailure(root.failure) if root.failure else None

    @strawberry_django.field(
        only=["verify_asked_at"], description="Whether a worker is asked to read it whole."
    )
    def verifying(root: models.Backup) -> bool:
        return is_verifying(root, at=clock.now())
