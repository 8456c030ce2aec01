"""Moves of tenants from one database server to another."""

from datetime import datetime

import strawberry_django

from registry import models
from schema.core.enums import described_enum

ServerMoveState = models.Move.State
described_enum(
    ServerMoveState,
    "Where a move between servers is.",
    name="ServerMoveState",
    COPYING="Its rows are being copied; the source still counts.",
    SWITCHED="The tenant lives on the target; the source is still to be cleaned.",
    DONE="Nothing is left on the source.",
    FAILED="Broken off: the tenant stayed on the source.",
)


@strawberry_django.type(
    models.Move,
    name="ServerMove",
    description="A tenant's move from one database server to another.",
)
class ServerMove:
    """Visible to owners. It is done by `manage.py fleet move`."""

    id: str = strawberry_django.field(description="Its own.")
    source: str = strawberry_django.field(description="The server that it left, by name.")
    target: str = strawberry_django.field(description="The server that it went to.")
    state: ServerMoveState = strawberry_django.field(description="Where it is.")
    started_at: datetime = strawberry_django.field(description="When it began.")
    switched_at: datetime | None = strawberry_django.field(
        description="Since when the tenant lives on the target."
    )
    finished_at: datetime | None = strawberry_django.field(
        description="When it was done, or broken off."
    )
    read_only_seconds: float | None = strawberry_django.field(
        description="For how long nobody could write; null if a kill hid the end of it."
    )
    error: str = strawberry_django.field(description="Why it was broken off; empty otherwise.")

    @strawberry_django.field(
        only=["proof"],
        description="SHA-256 of the checksums that both sides had; null before.",
    )
    def digest(root: models.Move) -> str | None:
        digest: str | None = root.proof.get("digest")
        return digest
