"""Price rules out of a spreadsheet, and back into one, in the API."""

from typing import Any, cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock
from kernel.files import FileTooLarge
from kernel.tables import TableBroken
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import mutation, query
from schema.core.rights import actor_of
from schema.pricing.types import PriceStep
from tenants.access.rights import Right
from tenants.pricing.services import sheets

PriceRowChangeKind = sheets.ChangeKind
described_enum(
    PriceRowChangeKind,
    "What a row of a table does.",
    name="PriceRowChangeKind",
    ADDED="It is a new rule.",
    CHANGED="It changes a rule.",
)


@strawberry.type(description="A cell that differs from what the rule said.")
class PriceCellChange:
    """Blank is nothing said."""

    column: str = strawberry.field(description="The column's heading.")
    before: str = strawberry.field(description="What the rule said.")
    after: str = strawberry.field(description="What the table says.")


@strawberry.type(description="What a row of a table changes.")
class PriceRowChange:
    """A rule that is added or changed; rows that change nothing are left out."""

    row: int = strawberry.field(description="As the spreadsheet counts; 1 is the heading.")
    kind: PriceRowChangeKind = strawberry.field(description="What it does.")
    step: PriceStep = strawberry.field(description="Which step the rule sets.")
    cells: list[PriceCellChange] = strawberry.field(description="What differs.")


@strawberry.input(description="A table of price rules.")
class PriceTableImportInput:
    """Its columns are those of `priceTable`; which are left out stay as they are."""

    upload: Upload = strawberry.field(
        description="CSV (UTF-8, or GB18030 and GBK) or XLSX; up to 1,000 rows and 5 MB."
    )
    dry_run: bool = strawberry.field(description="True only says what it would change.")


@strawberry.type(description="Read; unless it was a dry run, the rules are now so.")
class PriceTableImportSuccess:
    """The differences."""

    changes: list[PriceRowChange] = strawberry.field(description="Row by row.")


@strawberry.type
class SheetQueries:
    """Root query fields of tables of rules."""

    @query(right=Right.PRICES_MANAGE)
    def price_table(self, info: Info) -> str:
        """Every rule being edited as CSV, to be changed in a spreadsheet and sent again."""
        return sheets.rules_table(actor=actor_of(info.context))


@strawberry.type
class SheetMutations:
    """Root mutations of tables of rules."""

    @mutation(right=Right.PRICES_MANAGE, refusals=[FileTooLarge, TableBroken])
    def price_table_import(
        self, info: Info, input: PriceTableImportInput
    ) -> PriceTableImportSuccess:
        """Add and change rules by a table, all of its rows or none; nothing is published."""
        changes = sheets.rules_import(
            actor=actor_of(info.context),
            upload=cast(Any, input.upload),
            dry_run=input.dry_run,
            at=clock.now(),
        )
        return PriceTableImportSuccess(
            changes=[
                PriceRowChange(
                    row=change.row,
                    kind=change.kind,
                    step=PriceStep(change.rule.step),
                    cells=[
                        PriceCellChange(column=cell.column, before=cell.before, after=cell.after)
                        for cell in change.cells
                    ],
                )
                for change in changes
            ]
        )
