"""What a service is, in one declaration."""

from tenants.catalog.declaration.declaration import (
    DURATION_MINUTES,
    Asked,
    Declaration,
    default_declaration,
)
from tenants.catalog.declaration.work import MAX_STOPS, Need, StopDeclaration, StopKind

__all__ = [
    "DURATION_MINUTES",
    "MAX_STOPS",
    "Asked",
    "Declaration",
    "Need",
    "StopDeclaration",
    "StopKind",
    "default_declaration",
]
