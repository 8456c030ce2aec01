"""Reads of reports."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

from kernel import clock
from schema.core.context import Info
from schema.core.fields import query
from schema.core.tables import FORMAT, TableFormat
from schema.insights.types import Report, ReportPart, ReportStep
from tenants.access.rights import Right
from tenants.brand.selectors import brand_settings
from tenants.insights.periods import period_checked
from tenants.insights.tables import report_table

FirstOn = Annotated[
    date, strawberry.argument(description="The first day, on the operator's calendar.")
]
LastOn = Annotated[
    date, strawberry.argument(description="The last day, within 400 of the first, itself included.")
]


@strawberry.type
class InsightQueries:
    """Root query fields of reports: for whoever reads the books, since that is what they show."""

    @query(right=Right.LEDGER_READ)
    def report(self, info: Info, first_on: FirstOn, last_on: LastOn) -> Report:
        """What the business came to in a period, and in the one before it."""
        settings = brand_settings()
        return Report(
            whole=period_checked(
                first_on=first_on, last_on=last_on, zone=ZoneInfo(settings.time_zone)
            ),
            at=clock.now(),
            currency=settings.currency,
        )

    @query(right=Right.LEDGER_READ)
    def report_table(
        self,
        info: Info,
        first_on: FirstOn,
        last_on: LastOn,
        part: Annotated[ReportPart, strawberry.argument(description="Which part.")],
        by: Annotated[
            ReportStep, strawberry.argument(description="What TIME is divided into.")
        ] = ReportStep.DAY,
        format: Annotated[TableFormat, strawberry.argument(description=FORMAT)] = TableFormat.CSV,
    ) -> str:
        """A part of a report as a table, in the language of the request."""
        settings = brand_settings()
        return report_table(
            period=period_checked(
                first_on=first_on, last_on=last_on, zone=ZoneInfo(settings.time_zone)
            ),
            part=part,
            step=by,
            currency=settings.currency,
            language=info.context.language,
            fallback=settings.language,
            format=format,
            at=clock.now(),
        )
