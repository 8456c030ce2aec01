"""The catalogue out of a spreadsheet, and back into one."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.file_uploads import Upload
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from kernel.files import FileTooLarge
from kernel.tables import TableBroken
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import connection, mutation, query
from schema.core.reasons import facts_in
from schema.core.rights import actor_of
from schema.core.tables import FORMAT, TableFormat
from tenants.access.rights import Right
from tenants.catalog import models
from tenants.catalog.imports import run

described_enum(
    models.CatalogImport.State,
    "How far a table is.",
    name="CatalogImportState",
    WAITING="Nobody has begun with it.",
    CHECKING="Its rows are being checked.",
    WRITING="All its rows are sound, and are being written, all or none.",
    DONE="Finished; by a dry run nothing was written.",
    REFUSED="Rows are wrong; nothing was written.",
)


@strawberry.type(description="What is wrong with a row of a table.")
class TableProblem:
    """Where, and why."""

    row: int = strawberry.field(description="As the spreadsheet counts; 1 is the heading.")
    column: str = strawberry.field(description="The column's heading.")
    reason: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="What a row of a table changes.")
class TableChange:
    """Which service, and how."""

    row: int = strawberry.field(description="As the spreadsheet counts; 1 is the heading.")
    name: str = strawberry.field(description="The service.")
    what: str = strawberry.field(description="made or changed.")


@strawberry_django.type(
    models.CatalogImport, name="CatalogImport", description="A table of services that was sent."
)
class CatalogImport(relay.Node):
    """Seen by whoever manages the catalogue."""

    id: relay.NodeID[UUID]
    dry_run: bool = strawberry_django.field(description="Whether it only says what it changes.")
    state: models.CatalogImport.State = strawberry_django.field(description="How far it is.")
    total: int = strawberry_django.field(description="Its rows.")
    checked: int = strawberry_django.field(description="The rows that were checked.")
    made: int = strawberry_django.field(description="Services that are new.")
    changed: int = strawberry_django.field(description="Services whose drafts change.")
    same: int = strawberry_django.field(description="Services that are so already.")
    created_at: datetime = strawberry_django.field(description="When it was sent.")
    finished_at: datetime | None = strawberry_django.field(description="When it was finished.")

    @strawberry_django.field(only=["problems"], description="What is wrong, the first 100.")
    def problems(root: models.CatalogImport, info: Info) -> list[TableProblem]:
        language = info.context.language
        return [TableProblem(**facts_in(language, each)) for each in root.problems]

    @strawberry_django.field(only=["changes"], description="What it changes, the first 500.")
    def changes(root: models.CatalogImport) -> list[TableChange]:
        return [TableChange(**each) for each in root.changes]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.CatalogImport], info: Info, **_: Any
    ) -> QuerySet[models.CatalogImport]:
        """All, for whoever manages the catalogue."""
        actor = info.context.actor
        allowed = actor is not None and Right.CATALOG_MANAGE in actor.rights
        return queryset.defer("rows") if allowed else queryset.none()


@strawberry.input(description="A table of services.")
class CatalogImportInput:
    """Its columns are those of `catalogTable`; which are left out stay as they are."""

    upload: Upload = strawberry.field(
        description="CSV (UTF-8, or GB18030 and GBK) or XLSX; up to 10,000 rows and 10 MB."
    )
    dry_run: bool = strawberry.field(
        default=False, description="True only says what it would change."
    )


@strawberry.type(description="Taken; it is worked off in the background.")
class CatalogImportSuccess:
    """The table."""

    catalog_import: CatalogImport = strawberry.field(description="Ask again how far it is.")


@strawberry.type
class ImportQueries:
    """Root query fields of imports."""

    @connection(DjangoListConnection[CatalogImport], right=Right.CATALOG_MANAGE)
    def catalog_imports(self, info: Info) -> QuerySet[models.CatalogImport]:
        """Tables that were sent, the newest first."""
        return run.imports_listed()

    @query(right=Right.CATALOG_MANAGE)
    def catalog_table(
        self,
        info: Info,
        format: Annotated[TableFormat, strawberry.argument(description=FORMAT)] = TableFormat.CSV,
    ) -> str:
        """Every service's draft, to be edited in a spreadsheet and sent again."""
        return run.catalog_table(actor=actor_of(info.context), format=format)


@strawberry.type
class ImportMutations:
    """Root mutations of imports."""

    @mutation(right=Right.CATALOG_MANAGE, refusals=[FileTooLarge, TableBroken])
    def catalog_import(self, info: Info, input: CatalogImportInput) -> CatalogImportSuccess:
        """Make and change drafts by a table, all of its rows or none; nothing is published."""
        sent = run.import_start(
            actor=actor_of(info.context),
            upload=cast(Any, input.upload),
            dry_run=input.dry_run,
            at=clock.now(),
        )
        return CatalogImportSuccess(catalog_import=cast(CatalogImport, sent))
