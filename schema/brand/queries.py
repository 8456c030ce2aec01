"""Reads of the brand."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet

from schema.brand.types import Brand, CalendarDay
from schema.core.context import Info
from schema.core.fields import query
from schema.core.rights import Audience
from tenants.brand import models
from tenants.brand.selectors import brand_row, calendar_days


@strawberry.type
class BrandQueries:
    """Root query fields of the brand."""

    @query(right=Audience.PUBLIC, shared=True)
    def brand(self, info: Info) -> Brand:
        """The operator's brand and settings that customers see."""
        return brand_row()  # type: ignore[return-value]

    @query(right=Audience.PUBLIC, shared=True)
    def calendar_days(
        self, info: Info, year: Annotated[int, strawberry.argument(description="2000 to 2100.")]
    ) -> list[CalendarDay]:
        """The holidays of a year and the days worked for them, in order."""
        days: QuerySet[models.CalendarDay] = calendar_days(year)
        return days  # type: ignore[return-value]
