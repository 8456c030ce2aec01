"""GraphQL types of money: what is paid for an order, what couriers earn, the ledger."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.lowering.declare import by_sql, money
from tenants.ledger import models as ledger
from tenants.ledger.selectors import accounts_visible
from tenants.payments import models
from tenants.payments.selectors import earnings_entries, earnings_visible

PaymentState = models.Payment.State
described_enum(
    PaymentState,
    "Where the money for an order is.",
    name="PaymentState",
    DUE="To be paid on delivery.",
    COLLECTED="Taken by the courier.",
    VOID="No longer owed: the order was cancelled or brought back.",
)

AccountKind = ledger.Account.Kind
described_enum(
    AccountKind,
    "What stands on an account of the ledger.",
    name="LedgerAccountKind",
    COURIER_CASH="Cash that a courier holds for the operator; an asset.",
    CLEARING="Collected for orders that are not completed yet; a liability.",
    COURIER_EARNINGS="What is owed to a courier; a liability.",
    REVENUE="The operator's commission; income.",
)


@strawberry_django.type(models.Payment, name="Payment", description="The money for one order.")
class Payment:
    """What the customer pays, or owes."""

    state: PaymentState = strawberry_django.field(description="Where the money is.")
    collected_at: datetime | None = strawberry_django.field(description="When it was taken.")

    @strawberry_django.field(
        only=["amount", "currency"], metadata=by_sql(money("amount")), description="How much."
    )
    def amount(root: models.Payment) -> Money:
        return money_of(root.amount, root.currency)


@strawberry_django.type(
    ledger.Entry, name="EarningsEntry", description="What one order brought its courier."
)
class EarningsEntry(relay.Node):
    """A line of the ledger on a courier's account, as the courier reads it."""

    id: relay.NodeID[UUID]

    @strawberry_django.field(description="When the order was completed.")
    def at(root: ledger.Entry) -> datetime:
        return root.at  # type: ignore[attr-defined, no-any-return]

    @strawberry_django.field(description="The order's number.")
    def order_number(root: ledger.Entry) -> str:
        return root.order_number  # type: ignore[attr-defined, no-any-return]

    @strawberry_django.field(description="What the courier gets: the price less the commission.")
    def amount(root: ledger.Entry) -> Money:
        return money_of(root.earned, root.currency)  # type: ignore[attr-defined]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[ledger.Entry], info: Info, **_: Any
    ) -> QuerySet[ledger.Entry]:
        """A courier's own; all for whoever reads the ledger."""
        return earnings_visible(info.context.actor, queryset)


@strawberry.type(description="What a courier earns with this operator.")
class CourierEarnings:
    """Two balances and the lines behind the first."""

    courier_id: strawberry.Private[UUID]
    balance: Money = strawberry.field(description="What the operator owes the courier.")
    cash_held: Money = strawberry.field(
        description="Cash of customers that the courier holds for the operator."
    )

    @strawberry_django.connection(
        DjangoListConnection[EarningsEntry],
        description="What each completed order brought, the newest first.",
    )
    def entries(self) -> QuerySet[ledger.Entry]:
        return earnings_entries(self.courier_id)


@strawberry_django.type(
    ledger.Account, name="LedgerAccount", description="An account of the operator's books."
)
class LedgerAccount(relay.Node):
    """Double entry: the balances of all accounts sum to zero."""

    id: relay.NodeID[UUID]
    kind: AccountKind = strawberry_django.field(description="What stands on it.")

    @strawberry_django.field(
        only=["owner_id"], description="Whose it is; null for the operator's own."
    )
    def courier_id(root: ledger.Account) -> relay.GlobalID | None:
        return relay.GlobalID("Courier", str(root.owner_id)) if root.owner_id else None

    @strawberry_django.field(
        only=["currency"], description="The sum of its entries, debit positive."
    )
    def balance(root: ledger.Account) -> Money:
        return money_of(root.balance, root.currency)  # type: ignore[attr-defined]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[ledger.Account], info: Info, **_: Any
    ) -> QuerySet[ledger.Account]:
        """For whoever reads the ledger."""
        return accounts_visible(info.context.actor, queryset)
