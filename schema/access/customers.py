"""Customers, as the back office lists them: who they are is masked, for `personalData` to tell."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel.masks import name_masked, phone_masked
from kernel.refusals import NotFound
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.keyset import KeysetConnection
from schema.core.scalars import Money, money_of
from schema.promotions.types import Membership
from tenants.access import models, selectors
from tenants.access.rights import Right
from tenants.access.selectors import CustomerSort
from tenants.brand.selectors import brand_region, currency_column

described_enum(
    CustomerSort,
    "In what order customers are listed.",
    name="CustomerSort",
    LAST_ORDER_DOWN="Who ordered last first; those who never did last.",
    LAST_ORDER_UP="Who has not ordered for longest first; those who never did before all.",
    SPENT_DOWN="Who has spent most first.",
    SPENT_UP="Who has spent least first.",
    JOINED_DOWN="Who joined last first.",
    JOINED_UP="Who joined first first.",
)


@strawberry_django.type(
    models.Person, name="Customer", description="Somebody who may order, as the back office sees."
)
class Customer(relay.Node):
    """Visible to whoever sees every order."""

    id: relay.NodeID[UUID]
    joined_at: datetime = strawberry_django.field(
        field_name="created_at", description="When they first signed in."
    )
    orders_count: int = strawberry_django.field(description="How many orders they have placed.")
    last_order_at: datetime | None = strawberry_django.field(
        description="When they placed the last of them."
    )
    membership: Membership | None = strawberry_django.field(
        description="Their level; null without one, and for whoever does not manage prices."
    )

    @strawberry_django.field(
        only=["id"], description="Their Person id, for `personalData` and what else asks for one."
    )
    def person_id(root: models.Person) -> relay.GlobalID:
        return relay.GlobalID("Person", str(root.id))

    @strawberry_django.field(
        only=["name"], description="The first character of their name; `personalData` has it all."
    )
    def masked_name(root: models.Person) -> str:
        return name_masked(root.name)

    @strawberry_django.field(
        only=["phone"],
        description="The last four digits of their phone; `personalData` has it all.",
    )
    def masked_phone(root: models.Person) -> str:
        return phone_masked(root.phone or "")

    @strawberry_django.field(
        only=["spent"],
        annotate={"spent_in": currency_column()},
        description="What their completed orders came to.",
    )
    def spent(root: models.Person) -> Money:
        return money_of(root.spent, root.spent_in)  # type: ignore[attr-defined]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Person], info: Info, **_: Any
    ) -> QuerySet[models.Person]:
        """All who may order, for staff who see every order."""
        actor = info.context.actor
        if actor is None or Right.ORDERS_READ not in actor.rights:
            return queryset.none()
        return selectors.only_customers(queryset)


@strawberry.type
class CustomerQueries:
    """Root query fields of customers."""

    @connection(KeysetConnection[Customer], right=Right.ORDERS_READ)
    def customers(
        self,
        info: Info,
        phone: Annotated[
            str, strawberry.argument(description="Only whose phone this is, all of it.")
        ] = "",
        sort: Annotated[
            CustomerSort, strawberry.argument(description="In what order.")
        ] = CustomerSort.LAST_ORDER_DOWN,
    ) -> QuerySet[models.Person]:
        """Everybody who may order. `first` or `last` is needed."""
        region = brand_region() if phone.strip() else None
        return selectors.customers_listed(phone=phone, region=region, sort=sort)

    @query(right=Right.ORDERS_READ)
    def customer(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="A Customer's id.")],
    ) -> Customer | None:
        """One customer; null when there is none."""
        try:
            return selectors.customer_row(row_id(id, "Customer"))  # type: ignore[return-value]
        except NotFound:
            return None
