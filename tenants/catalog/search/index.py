"""What search and its filters read of a service, kept with it whenever it is published."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from tenants.catalog.models import Category, Service
from tenants.catalog.search.words import document

COLUMNS: Final = ("search_name", "search_text", "staff_gender")


def search_set(
    service: Service,
    *,
    version: Any,
    shelves: Iterable[Category],
) -> None:
    """Set the search columns of `service`, unsaved, from `version` and the shelves it is on.

    `version` is the one on sale. A line's name and the shelves' are found by pinyin too.
    """
    service.search_name = document(*version.name.values(), sounds=True)
    around = [*(service.line.name.values() if service.line else ())]
    for shelf in shelves:
        around += shelf.name.values()
    prose = [*version.summary.values(), *version.description.values()]
    service.search_text = document(*around, sounds=True) + document(*prose, sounds=False)
    service.staff_gender = gender_asked(version.declaration)


def gender_asked(declaration: Mapping[str, Any]) -> str:
    """The gender that the declaration's requirements ask of whoever comes; "" for none."""
    return str(declaration.get("requirements", {}).get("gender") or "")


def search_refresh(services: QuerySet[Service]) -> None:
    """Bring the search columns of `services` up to date. Three statements, however many."""
    found = list(services.filter(version__isnull=False).select_related("version", "line"))
    if not found:
        return
    shelves = {shelf.id: shelf for shelf in Category.objects.all()}
    for service in found:
        search_set(
            service, version=service.version, shelves=line_of_shelves(shelves, service.category_id)
        )
    Service.objects.bulk_update(found, COLUMNS, batch_size=500)


def line_of_shelves(shelves: Mapping[UUID, Category], lowest: UUID) -> list[Category]:
    """The shelf and all above it, upwards."""
    line = []
    above: UUID | None = lowest
    while above is not None:
        line.append(shelves[above])
        above = shelves[above].parent_id
    return line
