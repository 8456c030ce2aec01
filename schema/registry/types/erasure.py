"""Erasures of tenants, and their certificates."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.scalars import JSON

from kernel import clock
from registry import models
from registry.erasure import certificate_text, certificate_url, erasure_moves, erasure_row
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.registry.types.owners import Owner
from schema.registry.types.tenants import Tenant

ErasureState = models.Erasure.State
described_enum(
    ErasureState,
    "Where the erasing of a tenant is.",
    name="ErasureState",
    REQUESTED="Asked for; its waiting period runs, or waits for the confirmation.",
    CONFIRMED="Being carried out; there is no way back.",
    CANCELLED="Called off; the tenant is archived still.",
    ERASED="Done, and certified.",
)


class ErasureMove(StrEnum):
    """The moves of the table in registry/states.py that owners make."""

    CANCEL = "cancel"
    CONFIRM = "confirm"


described_enum(
    ErasureMove,
    "What an owner may do with an erasure.",
    CANCEL="erasureCancel: call it off.",
    CONFIRM="erasureConfirm: the waiting period is over, erase the tenant.",
)


@strawberry.type(description="What is left of an erased tenant: that it is erased, and signed so.")
class ErasureCertificate:
    """The signed text, and by whom."""

    content: JSON = strawberry.field(description="What was removed, when, and at whose wish.")
    text: str = strawberry.field(description="The same, byte for byte as it was signed.")
    signature: str = strawberry.field(description="Ed25519, in hexadecimal.")
    public_key: str = strawberry.field(description="The key that signed, in hexadecimal.")
    url: str = strawberry.field(
        description="All of it as a file, on this host, for a quarter of an hour."
    )


@strawberry_django.type(
    models.Erasure, name="Erasure", description="An archived tenant is to be erased, or was."
)
class Erasure(relay.Node):
    """Visible to owners, on the platform's host."""

    id: relay.NodeID[UUID]
    tenant: Tenant = strawberry_django.field(description="Which.")
    reason: str = strawberry_django.field(description="Why.")
    requested_by: Owner = strawberry_django.field(description="Who asked for it.")
    requested_at: datetime = strawberry_django.field(description="When.")
    due_at: datetime = strawberry_django.field(description="From when on it can be confirmed.")
    confirmed_by: Owner | None = strawberry_django.field(description="Who confirmed it.")
    confirmed_at: datetime | None = strawberry_django.field(description="When.")
    cancelled_at: datetime | None = strawberry_django.field(description="When it was called off.")
    erased_at: datetime | None = strawberry_django.field(description="When all was gone.")

    @strawberry_django.field(
        only=["confirmed_at", "cancelled_at", "erased_at"], description="Where it is."
    )
    def state(root: models.Erasure) -> ErasureState:
        return root.state

    @strawberry_django.field(
        only=["confirmed_at", "cancelled_at", "erased_at", "due_at"],
        description="What may be done with it now.",
    )
    def moves(root: models.Erasure) -> list[ErasureMove]:
        return [ErasureMove(move) for move in erasure_moves(root, at=clock.now())]

    @strawberry_django.field(only=["certificate"], description="Once it is done.")
    def certificate(root: models.Erasure) -> ErasureCertificate | None:
        if root.certificate is None:
            return None
        signature = root.certificate["signature"]
        return ErasureCertificate(
            content=root.certificate["certificate"],
            text=certificate_text(root.certificate),
            signature=signature["signature"],
            public_key=signature["public_key"],
            url=certificate_url(root, at=clock.now()),
        )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Erasure], info: Info, **_: Any
    ) -> QuerySet[models.Erasure]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry.type
class WithErasure:
    """A success that answers the erasure."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The erasure as it is now.")
    def erasure(self) -> Erasure:
        return erasure_row(self.row)  # type: ignore[return-value]
