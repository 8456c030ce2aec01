"""Reads of money."""

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import actor_of
from schema.core.scalars import money_of
from schema.payments.types import CourierEarnings, LedgerAccount
from tenants.access.rights import Right
from tenants.ledger import models as ledger
from tenants.ledger.selectors import accounts_listed
from tenants.payments.selectors import courier_earnings


@strawberry.type
class PaymentQueries:
    """Root query fields of money."""

    @query(right=Right.FULFIL_AS_COURIER)
    def courier_earnings(self, info: Info) -> CourierEarnings:
        """What the caller earns here."""
        earnings = courier_earnings(actor_of(info.context))
        return CourierEarnings(
            courier_id=earnings.courier_id,
            balance=money_of(earnings.owed, earnings.currency),
            cash_held=money_of(earnings.cash_held, earnings.currency),
        )

    @connection(DjangoListConnection[LedgerAccount], right=Right.LEDGER_READ)
    def ledger_accounts(self, info: Info) -> QuerySet[ledger.Account]:
        """The accounts of the operator's books with their balances."""
        return accounts_listed()
