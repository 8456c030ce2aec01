"""Starter templates."""

from datetime import datetime
from typing import cast

import strawberry
import strawberry_django
from strawberry.scalars import JSON

from kernel.texts import text_in
from registry import models
from registry.templates.changes import Change, ChangeKind
from schema.core.context import Info
from schema.core.enums import described_enum

described_enum(
    ChangeKind,
    "What became of something that a starter template brought.",
    name="TemplateChangeKind",
    ADDED="It was not in the template.",
    REMOVED="It is there, or on sale, no more.",
    CHANGED="It is another than it was.",
)


@strawberry_django.type(
    models.TemplateVersion,
    name="TemplateVersion",
    description="One state of a starter template; it never changes.",
)
class TemplateVersion:
    """A version; its texts in the caller's language, and its data as it is edited."""

    number: int = strawberry_django.field(description="Counts from 1 within the template.")
    note: str = strawberry_django.field(description="What its author said of it.")
    created_at: datetime = strawberry_django.field(description="When.")
    data: JSON = strawberry_django.field(
        description="All that an operator begins with, as `templateFormat` describes it."
    )

    @strawberry_django.field(select_related=["template"], description="Names the template.")
    def key(root: models.TemplateVersion) -> str:
        return root.template.key

    @strawberry_django.field(only=["data"], description="What the template is called.")
    def title(root: models.TemplateVersion, info: Info) -> str:
        return text_in(root.data["title"], info.context.language, "en")

    @strawberry_django.field(only=["data"], description="What for.")
    def summary(root: models.TemplateVersion, info: Info) -> str:
        return text_in(root.data["summary"], info.context.language, "en")


@strawberry_django.type(
    models.Template, name="Template", description="A starter template, with its history."
)
class Template:
    """Its newest version is what a new operator begins with."""

    key: str = strawberry_django.field(description="Names it.")
    created_at: datetime = strawberry_django.field(description="When its first version was made.")
    versions: list[TemplateVersion] = strawberry_django.field(
        description="Every version, the newest first."
    )


@strawberry.type(description="What this operator began with, and whether there is newer.")
class TemplateStanding:
    """An operator's starter template."""

    key: str = strawberry.field(description="Names the template.")
    title: str = strawberry.field(description="What it is called.")
    number: int = strawberry.field(description="The version that the operator began with.")
    newest: int = strawberry.field(description="The newest version there is by now.")


@strawberry.type(description="Something that this operator has changed since it began.")
class TemplateChange:
    """A difference from the template that it began with."""

    section: str = strawberry.field(
        description="The part of the template: access, brand, places, catalog or pricing."
    )
    path: list[str] = strawberry.field(
        description="Where in the section: fields, and categories and services by their names."
    )
    kind: ChangeKind = strawberry.field(description="What became of it.")
    before: JSON | None = strawberry.field(
        description="As the template had it, money in the operator's currency; null if it had none."
    )
    after: JSON | None = strawberry.field(description="As it is now; null if it is gone.")


def template_change(change: Change) -> TemplateChange:
    """The change as the API answers it."""
    return TemplateChange(
        section=change.section,
        path=list(change.path),
        kind=change.kind,
        before=cast("JSON | None", change.before),
        after=cast("JSON | None", change.after),
    )
