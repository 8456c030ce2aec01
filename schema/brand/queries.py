"""Reads of the brand."""

import strawberry

from schema.brand.types import Brand
from schema.core.context import Info
from schema.core.fields import query
from schema.core.rights import Audience
from tenants.brand.selectors import brand_settings


@strawberry.type
class BrandQueries:
    """Root query fields of the brand."""

    @query(right=Audience.PUBLIC)
    def brand(self, info: Info) -> Brand:
        """The operator's brand and settings that customers see."""
        return brand_settings()  # type: ignore[return-value]
