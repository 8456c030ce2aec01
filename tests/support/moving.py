"""Moving a tenant as a test does it: at once, and with an ear to what is said."""

from collections.abc import Callable

from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from registry.fleet import move as moving
from registry.fleet.transfer import TableMoved
from registry.models import Move, Tenant


class Heard:
    """What a move said. `at` may act when a step is told, or a table has been sent."""

    def __init__(self, at: Callable[[str], object] = lambda said: None) -> None:
        self._at = at
        self.steps: list[str] = []
        self.tables: list[TableMoved] = []
        self.bytes = 0

    def step(self, text: str) -> None:
        """See `registry.fleet.move.Teller`."""
        self.steps.append(text)
        self._at(text)

    def begins(self, about: int) -> None:
        """See `registry.fleet.transfer.Watch`."""

    def sent(self, count: int) -> None:
        """See there."""
        self.bytes += count

    def table(self, moved: TableMoved) -> None:
        """See there."""
        self.tables.append(moved)
        self._at(moved.name)


def move(tenant: TenantRef, to: str, heard: Heard | None = None) -> Move:
    """Move it. Raises what `tenant_move` raises."""
    return moving.tenant_move(slug=tenant.slug, to=to, now=clock.now, tell=heard or Heard())


def row(tenant: TenantRef) -> Tenant:
    """The register's row of it, as it is now."""
    with platform_scope():
        return Tenant.objects.get(id=tenant.id)
