"""Background work of the catalogue."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from tenants.catalog.delisting import JOB as DELIST
from tenants.catalog.delisting import delist_due
from tenants.catalog.imports.run import import_run as run
from tenants.catalog.photos import SWEEP
from tenants.catalog.photos import photo_sweep as sweep


@job("catalog.import")
def import_run(*, import_id: str) -> None:
    """Work a table off that an operator sent."""
    run(import_id=UUID(import_id), at=clock.now())


@job(SWEEP)
def photo_sweep(*, photo: str) -> None:
    """Remove a picture that a customer sent and no quote has taken."""
    sweep(photo_id=UUID(photo), at=clock.now())


@job(DELIST)
def delist(*, service: str) -> None:
    """Take a service off sale on its day."""
    delist_due(service_id=UUID(service), at=clock.now())
