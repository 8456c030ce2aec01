"""Sending a table, working it off in the background, and the catalogue as a table."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kernel.files import FileTooLarge, Upload
from kernel.jobs import defer
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput
from kernel.tables import TableFormat, TableRow, table_read, table_text
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.imports.plan import FIELDS, Plan
from tenants.catalog.imports.table import columns_check, columns_of, rows_of
from tenants.catalog.models import CatalogImport, Category, Line, Service
from tenants.catalog.search.index import search_refresh
from tenants.catalog.services import publishing_lock

MAX_ROWS: Final = 10_000
MAX_PROBLEMS: Final = 100
MAX_CHANGES: Final = 500
STEP: Final = 250
"""Rows between two notes of how far it is."""

_State = CatalogImport.State
ENDS: Final = frozenset({_State.DONE, _State.REFUSED})


@transaction.atomic
def import_start(*, actor: Actor, upload: Upload, dry_run: bool, at: datetime) -> CatalogImport:
    """Read a table of services and have it worked off; a `dry_run` says what it would change.

    Raises `FileTooLarge` and `TableBroken`.
    """
    actor.require(Right.CATALOG_MANAGE)
    limit = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise FileTooLarge(max_bytes=limit)
    rows = table_read(upload.read(), max_rows=MAX_ROWS)
    if rows:
        columns_check(rows[0].cells)
    sent = CatalogImport.objects.create(
        dry_run=dry_run,
        total=len(rows),
        rows=[[row.number, row.cells] for row in rows],
        created_by=actor.person_id,
        created_at=at,
    )
    defer("catalog.import", import_id=str(sent.id))
    return sent


def import_run(*, import_id: UUID, at: datetime) -> None:
    """Check every row, then write all of them in one transaction, or none.

    Run again after a worker died, it begins anew; once it is finished it does nothing.
    """
    sent = CatalogImport.objects.get(id=import_id)
    if sent.state in ENDS:
        return
    plan = _plan()
    # Noted before the plan changes them: what is written is what was checked against just these.
    as_read = _marks(plan.services.values())
    problems, changes = _checked(sent, plan)
    sent.made, sent.changed, sent.same = len(plan.made), len(plan.changed), plan.same
    sent.problems, sent.changes = problems, changes
    sent.checked, sent.finished_at, sent.rows = sent.total, at, []
    if problems or sent.dry_run:
        sent.state = _State.REFUSED if problems else _State.DONE
        sent.save()
        return
    CatalogImport.objects.filter(id=sent.id).update(state=_State.WRITING, checked=sent.total)
    with transaction.atomic():
        # Whoever makes shelves meanwhile, publishes or runs this import as well, comes after it.
        transaction_lock("catalog.categories")
        publishing_lock()
        now = CatalogImport.objects.select_for_update().get(id=import_id)
        if now.state in ENDS:
            return
        # A save that is under way is waited for and then seen; one that comes now waits.
        if _marks(_locked()) != as_read:
            raise CatalogMoved
        _write(plan, by=sent.created_by, at=at)
        sent.state = _State.DONE
        sent.save()


class CatalogMoved(Exception):
    """Somebody changed the catalogue while a table was checked; the job tries again."""


def imports_listed() -> QuerySet[CatalogImport]:
    """Tables that were sent, the newest first."""
    return CatalogImport.objects.order_by("-id")


def catalog_table(*, actor: Actor, format: TableFormat = TableFormat.CSV) -> str:
    """Every draft as a table that `import_start` reads. Three queries."""
    actor.require(Right.CATALOG_MANAGE)
    services = list(Service.objects.select_related("line").order_by("position", "id"))
    shelves = {shelf.id: shelf for shelf in Category.objects.all()}
    return table_text(format, columns_of(services), rows_of(services, shelves, brand_language()))


def _plan() -> Plan:
    return Plan(
        language=brand_language(),
        shelves={shelf.id: shelf for shelf in Category.objects.all()},
        lines={line.key: line for line in Line.objects.all()},
        services={service.id: service for service in Service.objects.select_related("line")},
    )


def _locked() -> QuerySet[Service]:
    """Every service, locked against whoever changes one, and not against whoever orders it."""
    locked = Service.objects.select_for_update(no_key=True).order_by("id")
    return locked.only("id", "revision", "updated_at")


def _marks(services: Iterable[Service]) -> set[tuple[UUID, int, datetime]]:
    """Which services there are, and which save and change of each was the last."""
    return {(service.id, service.revision, service.updated_at) for service in services}


def _checked(sent: CatalogImport, plan: Plan) -> tuple[list[Any], list[Any]]:
    """What is wrong with the rows, and what they change."""
    problems: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for count, (number, cells) in enumerate(sent.rows):
        if count % STEP == 0:
            CatalogImport.objects.filter(id=sent.id).update(state=_State.CHECKING, checked=count)
        try:
            what = plan.add(TableRow(number, cells))
        except InvalidInput as invalid:
            problems.append({"row": number, "column": invalid.field, "reason": invalid.reason})
            if len(problems) >= MAX_PROBLEMS:
                break
            continue
        if what != "same" and len(changes) < MAX_CHANGES:
            changes.append({"row": number, "name": _name(cells, plan), "what": what})
    return problems, changes


def _name(cells: Mapping[str, str], plan: Plan) -> str:
    return cells.get(f"name.{plan.language.casefold()}") or cells.get("id", "")


def _write(plan: Plan, *, by: UUID, at: datetime) -> None:
    Category.objects.bulk_create(plan.new_shelves)
    for service in plan.made:
        service.created_at = service.updated_at = at
        service.saved_by = by
    for service in plan.changed:
        service.updated_at = at
        service.saved_by = by
        service.revision += 1
    Service.objects.bulk_create(plan.made, batch_size=500)
    # An insert that meets its row: nine times as fast as an update of many rows by cases.
    Service.objects.bulk_create(
        plan.changed,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_COLUMNS, "updated_at", "revision", "saved_by"],
    )
    search_refresh(Service.objects.filter(id__in=[service.id for service in plan.changed]))


_COLUMNS: Final = tuple(name.removesuffix("_id") for name in FIELDS)
