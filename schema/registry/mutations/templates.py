"""How owners write starter templates."""

from typing import Any, cast

import strawberry
from strawberry.relay import GlobalID
from strawberry.scalars import JSON

from kernel import clock
from registry.templates import editing
from registry.templates.format import TemplateBroken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.core.texts import TextInput, texts_of
from schema.registry.types.templates import TemplateVersion

DATA = "All that an operator begins with, as `templateFormat` describes it."
NOTE = "What is new in this version; up to 500 characters."


@strawberry.input(description="A new starter template.")
class TemplateCreateInput:
    """Its key and its first version."""

    key: str = strawberry.field(description="3 to 40 of a-z, 0-9 and _; a letter first.")
    data: JSON = strawberry.field(description=DATA)
    note: str = strawberry.field(default="", description=NOTE)


@strawberry.input(description="The next version of a starter template.")
class TemplateEditInput:
    """What it is to be, and which version was edited."""

    key: str = strawberry.field(description="The template's key.")
    data: JSON = strawberry.field(description=DATA)
    based_on: int = strawberry.field(
        description="The version that was edited: refused if there is a newer one."
    )
    note: str = strawberry.field(default="", description=NOTE)


@strawberry.input(description="What an operator has on sale now, as a starter template.")
class TemplateFromTenantInput:
    """Whose, and what it becomes."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    key: str = strawberry.field(description="The template's key.")
    based_on: int | None = strawberry.field(
        default=None,
        description="The newest version of the template, which this one follows; null for a new "
        "template.",
    )
    title: list[TextInput] | None = strawberry.field(
        default=None, description="What it is called; needed for a new template."
    )
    summary: list[TextInput] | None = strawberry.field(
        default=None, description="What for; needed for a new template."
    )
    note: str = strawberry.field(default="", description=NOTE)


@strawberry.type(description="The template is there for new operators.")
class TemplateCreateSuccess:
    """Version 1."""

    version: TemplateVersion = strawberry.field(description="Its first version.")


@strawberry.type(description="New operators begin with this version.")
class TemplateEditSuccess:
    """The new version."""

    version: TemplateVersion = strawberry.field(description="The new version.")


@strawberry.type(description="New operators begin with this version.")
class TemplateFromTenantSuccess:
    """The new version."""

    version: TemplateVersion = strawberry.field(description="The new version.")


@strawberry.type
class TemplateMutations:
    """Root mutations of starter templates."""

    @mutation(right=Audience.OWNER, refusals=[editing.TemplateKeyTaken, TemplateBroken])
    def template_create(self, info: Info, input: TemplateCreateInput) -> TemplateCreateSuccess:
        """Write a new template. It is tried first, in several currencies."""
        version = editing.template_create(
            owner=owner_of(info.context),
            key=input.key,
            data=cast(Any, input.data),
            note=input.note,
            at=clock.now(),
        )
        return TemplateCreateSuccess(version=cast(TemplateVersion, version))

    @mutation(right=Audience.OWNER, refusals=[editing.TemplateChanged, TemplateBroken])
    def template_edit(self, info: Info, input: TemplateEditInput) -> TemplateEditSuccess:
        """Write a template's next version. Operators that have begun keep what they have."""
        version = editing.template_edit(
            owner=owner_of(info.context),
            key=input.key,
            data=cast(Any, input.data),
            based_on=input.based_on,
            note=input.note,
            at=clock.now(),
        )
        return TemplateEditSuccess(version=cast(TemplateVersion, version))

    @mutation(
        right=Audience.OWNER,
        refusals=[editing.TemplateKeyTaken, editing.TemplateChanged, TemplateBroken],
    )
    def template_from_tenant(
        self, info: Info, input: TemplateFromTenantInput
    ) -> TemplateFromTenantSuccess:
        """Make a template of what an operator has on sale now, or the next version of one."""
        version = editing.template_from_tenant(
            owner=owner_of(info.context),
            key=input.key,
            tenant_id=row_id(input.tenant_id, "Tenant"),
            based_on=input.based_on,
            title=None if input.title is None else texts_of(input.title),
            summary=None if input.summary is None else texts_of(input.summary),
            note=input.note,
            at=clock.now(),
        )
        return TemplateFromTenantSuccess(version=cast(TemplateVersion, version))
