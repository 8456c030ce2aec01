"""The one schema, composed of the capabilities."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.brand.queries import BrandQueries
from schema.core.scalars import BIG_INT, BigInt


@strawberry.type(description="Everything that can be read.")
class Query(BrandQueries):
    """Root of reads."""


schema = strawberry.Schema(
    query=Query,
    config=StrawberryConfig(relay_max_results=100, scalar_map={BigInt: BIG_INT}),
)
