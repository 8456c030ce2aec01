"""A service's life in the catalogue."""

from kernel.transitions import Transitions, move
from tenants.catalog.models import Service

_S = Service.State

STAFF = "staff"

SERVICE_LIFE = Transitions(
    move("publish", [_S.DRAFT, _S.PUBLISHED, _S.DELISTED], _S.PUBLISHED, STAFF),
    move("delist", [_S.PUBLISHED], _S.DELISTED, STAFF),
)
