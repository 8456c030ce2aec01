"""Reads of the starter templates: by owners all, by an operator's staff their own."""

from typing import Annotated, Final, cast

import strawberry
from strawberry.scalars import JSON

from kernel import clock
from kernel.tenancy import current_tenant
from kernel.texts import text_in
from registry.selectors import template_by_key, templates_current
from registry.templates.changes import template_changes, template_standing
from registry.templates.format import template_format
from schema.core.context import Info
from schema.core.fields import query
from schema.core.rights import Audience
from schema.registry.types.templates import (
    Template,
    TemplateChange,
    TemplateStanding,
    TemplateVersion,
    template_change,
)
from tenants.access.rights import Right

MAX_CHANGES: Final = 1000


@strawberry.type
class TemplateQueries:
    """Root query fields of starter templates."""

    @query(right=Audience.OWNER)
    def templates(self, info: Info) -> list[TemplateVersion]:
        """The starter templates, each in its newest version."""
        return cast(list[TemplateVersion], templates_current())

    @query(right=Audience.OWNER)
    def template(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="A template's key.")],
    ) -> Template | None:
        """A starter template with all its versions; null when there is none of this key."""
        return cast(Template | None, template_by_key(key))

    @query(right=Audience.OWNER)
    def template_format(self, info: Info) -> JSON:
        """The format of a template's data, as JSON Schema (draft 2020-12)."""
        return cast(JSON, template_format())

    @query(right=(Right.BRAND_MANAGE, Right.CATALOG_MANAGE))
    def template_version(self, info: Info) -> TemplateStanding | None:
        """What this operator began with; null for one that began with no template."""
        standing = template_standing(current_tenant())
        if standing is None:
            return None
        return TemplateStanding(
            key=standing.key,
            title=text_in(standing.title, info.context.language, "en"),
            number=standing.number,
            newest=standing.newest,
        )

    @query(right=(Right.BRAND_MANAGE, Right.CATALOG_MANAGE))
    def template_changes(self, info: Info) -> list[TemplateChange]:
        """What this operator has changed since it began, by section; 1,000 changes at most.

        For an operator that began with no template everything was added.
        """
        changes = template_changes(current_tenant(), at=clock.now())
        return [template_change(change) for change in changes[:MAX_CHANGES]]
