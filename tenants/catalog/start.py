"""What a new operator's catalogue begins with, out of its starter template, and how it now is.

A template's section `catalog` has `categories`, each with `name`, `services` and perhaps further
`categories` below it. A service has kind, name, perhaps summary and description, and where the
kind's own do not fit, `declaration` and `duration_minutes`. They stand in the order in which they
are written. Within a template a service is known by its English name.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.events import Fact
from kernel.refusals import InvalidInput, within
from tenants.catalog.declaration import Declaration, default_declaration
from tenants.catalog.models import Category, Service, ServiceKind, ServiceVersion
from tenants.catalog.search.index import line_of_shelves, search_set
from tenants.catalog.selectors import MAX_DEPTH, categories_shown, only_on_sale
from tenants.catalog.services import MAX_CATEGORIES, version_of


def catalog_start(fact: Fact) -> None:
    """The template's categories, with their services published as version 1. Three statements.

    Raises `InvalidInput` with the path of a declaration that its kind cannot have, or of a name
    that two services share.
    """
    shelves = _Shelves(fact.at)
    shelves.add(fact.data["template"].get("catalog", {}), parent=None, path="catalog")
    services = shelves.services
    versions = [version_of(service, at=fact.at) for service in services]
    by_id = {shelf.id: shelf for shelf in shelves.categories}
    for service, version in zip(services, versions, strict=True):
        service.version = version
        search_set(service, version=version, shelves=line_of_shelves(by_id, service.category_id))
    Category.objects.bulk_create(shelves.categories)
    # A service and its version point to each other; both constraints are checked at the commit.
    Service.objects.bulk_create(services)
    ServiceVersion.objects.bulk_create(versions)


def catalog_described(fact: Fact) -> None:
    """What the catalogue began with and what is on sale now, both as a template's section."""
    fact.data["began"]["catalog"] = _begun(fact.data["template"].get("catalog", {}))
    fact.data["now"]["catalog"] = _now()


class _Shelves:
    """The rows of a template's section, not saved; parents come before what is below them."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.categories: list[Category] = []
        self.services: list[Service] = []
        self._names: set[str] = set()

    def add(self, section: Mapping[str, Any], *, parent: Category | None, path: str) -> None:
        for number, row in enumerate(section.get("categories", ())):
            here = f"{path}.categories.{number}"
            if here.count("categories") > MAX_DEPTH or len(self.categories) >= MAX_CATEGORIES:
                reason = f"at most {MAX_CATEGORIES} categories, {MAX_DEPTH} deep"
                raise InvalidInput(field=here, reason=reason)
            category = Category(name=row["name"], parent=parent, position=len(self.categories))
            self.categories.append(category)
            for index, content in enumerate(row.get("services", ())):
                with within(f"{here}.services.{index}"):
                    self._add_service(content, category)
            self.add(row, parent=category, path=here)

    def _add_service(self, content: Mapping[str, Any], category: Category) -> None:
        name = content["name"]["en"]
        if name in self._names:
            raise InvalidInput(field="name", reason=f"two services are called {name!a} in English")
        self._names.add(name)
        kind = ServiceKind(content["kind"])
        with within("declaration"):
            declaration = _declaration(content)
            declaration.check(kind)
        self.services.append(
            Service(
                category=category,
                kind=kind,
                state=Service.State.PUBLISHED,
                name=content["name"],
                summary=content.get("summary", {}),
                description=content.get("description", {}),
                declaration=declaration.serialise(),
                duration_minutes=content.get("duration_minutes"),
                position=len(self.services),
                on_sale_since=self.at,
                created_at=self.at,
                updated_at=self.at,
            )
        )


def _declaration(content: Mapping[str, Any]) -> Declaration:
    stored = content.get("declaration")
    return (
        Declaration.parse(stored) if stored else default_declaration(ServiceKind(content["kind"]))
    )


def _begun(section: Mapping[str, Any]) -> dict[str, Any]:
    """The section with everything said that it leaves to the kinds of services."""
    return _shelf(
        services=(
            {**content, "declaration": _declaration(content).serialise()}
            for content in section.get("services", ())
        ),
        categories=({"name": row["name"], **_begun(row)} for row in section.get("categories", ())),
    )


def _now() -> dict[str, Any]:
    """What customers see: shown categories, with the published versions that are on sale."""
    services: dict[UUID, list[ServiceVersion]] = {}
    on_sale = only_on_sale(Service.objects.select_related("version"))
    for service in on_sale.order_by("position", "id"):
        assert service.version is not None
        services.setdefault(service.category_id, []).append(service.version)
    below: dict[UUID | None, list[Category]] = {}
    for category in categories_shown():
        below.setdefault(category.parent_id, []).append(category)

    def shelf(category_id: UUID | None) -> dict[str, Any]:
        return _shelf(
            services=map(_content, services.get(category_id, ()) if category_id else ()),
            categories=(
                {"name": category.name, **shelf(category.id)}
                for category in below.get(category_id, ())
            ),
        )

    return shelf(None)


def _content(version: ServiceVersion) -> dict[str, Any]:
    declaration = Declaration.parse(version.declaration)
    content = {
        "kind": str(version.kind),
        "name": version.name,
        "summary": version.summary,
        "description": version.description,
        "declaration": declaration.serialise(),
        "duration_minutes": version.duration_minutes,
    }
    return {name: value for name, value in content.items() if value}


def _shelf(
    *, services: Iterable[Mapping[str, Any]], categories: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    parts = {"services": list(services), "categories": list(categories)}
    return {name: rows for name, rows in parts.items() if rows}
