"""Writes of lines of service."""

from typing import cast

import strawberry
from strawberry.relay import GlobalID

from schema.catalog.content import Line
from schema.catalog.kinds import ServiceKind
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from schema.places.hours import OpeningHoursInput
from tenants.access.rights import Right
from tenants.catalog import lines


@strawberry.input(description="A line of service, made or changed as a whole.")
class LineSaveInput:
    """Without an id, a new one."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    key: str = strawberry.field(description="Its name for programs: small letters, digits, _.")
    name: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 200 characters."
    )
    kind: ServiceKind = strawberry.field(
        description="How its services are fulfilled; fixed while there are any."
    )
    hours: OpeningHoursInput | None = strawberry.field(
        default=None, description="When it is taken on; null for always."
    )
    position: int = strawberry.field(default=0, description="Its place in lists.")


@strawberry.input(description="Which line to take away.")
class LineRemoveInput:
    """One that no service is of."""

    line_id: GlobalID = strawberry.field(description="A Line's id.")


@strawberry.type(description="Saved.")
class LineSaveSuccess:
    """The line."""

    line: Line = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken away.")
class LineRemoveSuccess:
    """The line that was."""

    line_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type
class LineMutations:
    """Root mutations of lines of service."""

    @mutation(right=Right.CATALOG_MANAGE)
    def line_save(self, info: Info, input: LineSaveInput) -> LineSaveSuccess:
        """Declare a line of service, or change one."""
        line = lines.line_save(
            actor=actor_of(info.context),
            line_id=row_id(input.id, "Line") if input.id else None,
            key=input.key,
            name=texts_of(input.name),
            kind=input.kind,
            hours=input.hours.checked() if input.hours else None,
            position=input.position,
        )
        return LineSaveSuccess(line=cast(Line, line))

    @mutation(right=Right.CATALOG_MANAGE)
    def line_remove(self, info: Info, input: LineRemoveInput) -> LineRemoveSuccess:
        """Take a line away that no service is of."""
        lines.line_remove(actor=actor_of(info.context), line_id=row_id(input.line_id, "Line"))
        return LineRemoveSuccess(line_id=input.line_id)
