"""Background work of the catalogue."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from tenants.catalog.imports.run import import_run as run


@job("catalog.import")
def import_run(*, import_id: str) -> None:
    """Work a table off that an operator sent."""
    run(import_id=UUID(import_id), at=clock.now())
