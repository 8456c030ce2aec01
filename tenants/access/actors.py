"""Who is asking: what a service is told about its caller."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.refusals import AccessDenied
from tenants.access.rights import STAFF_RIGHTS, Right


@dataclass(frozen=True, slots=True)
class Impersonated:
    """It is the platform's owner who speaks, for `reason`, until a time."""

    id: UUID
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person and the rights they hold now."""

    person_id: UUID
    session_id: UUID
    rights: frozenset[Right]
    impersonation: Impersonated | None = None

    @property
    def is_staff(self) -> bool:
        """Whether this person works in the operator's back office."""
        return bool(self.rights & STAFF_RIGHTS)

    def require(self, right: Right) -> None:
        """Raises `AccessDenied` unless the actor holds `right`."""
        if right not in self.rights:
            raise AccessDenied("FORBIDDEN")


@dataclass(frozen=True, slots=True)
class System:
    """The product itself: a job or an event acts, not a person."""

    person_id: None = None


SYSTEM = System()

type AnyActor = Actor | System
