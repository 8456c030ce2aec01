"""What a new operator's catalogue begins with, out of its starter template."""

from collections.abc import Mapping
from typing import Any

from kernel.events import Fact
from tenants.catalog.declarations import Declaration, default_declaration
from tenants.catalog.models import Category, Service, ServiceKind, ServiceVersion
from tenants.catalog.services import version_of


def catalog_start(fact: Fact) -> None:
    """The template's categories, with their services published as version 1. Three statements.

    The template's section `catalog` has `categories`, each with `name` and `services`, each with
    kind, name, summary, description, and where the kind's own do not fit, `declaration` and
    `duration_minutes`. They stand in the order in which they are written.
    """
    section = fact.data["template"].get("catalog", {})
    categories: list[Category] = []
    services: list[Service] = []
    for row in section.get("categories", ()):
        category = Category(name=row["name"], position=len(categories))
        categories.append(category)
        for content in row["services"]:
            services.append(_service(content, category, position=len(services), fact=fact))
    versions = [version_of(service, at=fact.at) for service in services]
    for service, version in zip(services, versions, strict=True):
        service.version = version
    Category.objects.bulk_create(categories)
    # A service and its version point to each other; both constraints are checked at the commit.
    Service.objects.bulk_create(services)
    ServiceVersion.objects.bulk_create(versions)


def _service(
    content: Mapping[str, Any], category: Category, *, position: int, fact: Fact
) -> Service:
    kind = ServiceKind(content["kind"])
    stored = content.get("declaration")
    declaration = Declaration.parse(stored) if stored else default_declaration(kind)
    declaration.check(kind)
    return Service(
        category=category,
        kind=kind,
        state=Service.State.PUBLISHED,
        name=content["name"],
        summary=content["summary"],
        description=content["description"],
        declaration=declaration.serialise(),
        duration_minutes=content.get("duration_minutes"),
        position=position,
        created_at=fact.at,
        updated_at=fact.at,
    )
