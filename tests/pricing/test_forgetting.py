"""Quotes that nobody took up are dropped a month after their end; all others stay."""

from datetime import timedelta

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.pricing.models import Quote, QuoteLine
from tenants.pricing.services import forgetting, quote_take
from tenants.pricing.services.quotes import LIFETIME
from tests.pricing.test_quotes import ask, offered
from tests.support.cast import cast
from tests.support.database import admin_connection
from tests.support.factories_orders import order_placed
from tests.support.stage import stage

MONTH = timedelta(days=30)


def left(tenant: TenantRef) -> tuple[int, bool]:
    with tenant_scope(tenant):
        return Quote.objects.count(), QuoteLine.objects.exists()


def test_a_quote_goes_a_month_after_its_end(alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta):
        ask(cast(tenant).maya, offered(tenant), weightGrams=500)
    now = clock.now()
    with tenant_scope(alpha):
        forgetting.quotes_forget(at=now + MONTH)
    assert left(alpha) == (1, True)
    with tenant_scope(alpha):
        forgetting.quotes_forget(at=now + LIFETIME + MONTH + timedelta(minutes=1))
    assert (left(alpha), left(beta)) == ((0, False), (1, True))


def test_what_was_ordered_stays(alpha: TenantRef):
    people, service = cast(alpha), offered(alpha)
    ask(people.maya, service, weightGrams=500)
    with tenant_scope(alpha):
        (quote,) = Quote.objects.all()
        quote_take(quote_id=quote.id, customer_id=people.maya.id, at=clock.now())
    with tenant_scope(alpha):
        forgetting.quotes_forget(at=clock.now() + timedelta(days=4000))
    assert left(alpha) == (1, True)


def test_an_order_keeps_its_quote(alpha: TenantRef):
    on = stage(alpha)
    with tenant_scope(alpha):
        order = order_placed(on.maya, clock.now())
        forgetting.quotes_forget(at=clock.now() + timedelta(days=4000))
        assert Quote.objects.get().id == order.quote_id


def test_many_go_in_lots(alpha: TenantRef):
    people, service = cast(alpha), offered(alpha)
    for _ in range(3):
        ask(people.maya, service, weightGrams=500)
    with admin_connection() as admin:  # each seven hundred times
        columns = [
            row[0]
            for row in admin.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = 'pricing_quote' AND column_name <> 'id'",
                [alpha.schema],
            )
        ]
        names = ", ".join(columns)
        admin.execute(
            f'INSERT INTO "{alpha.schema}".pricing_quote (id, {names})'
            f' SELECT gen_random_uuid(), {names} FROM "{alpha.schema}".pricing_quote,'
            " generate_series(1, 700)"
        )
    assert left(alpha)[0] > 2 * forgetting.AT_A_TIME
    with tenant_scope(alpha):
        forgetting.quotes_forget(at=clock.now() + 2 * MONTH)
    assert left(alpha) == (0, False)


@pytest.mark.parametrize("hours", [0, 24, 24 * 29])
def test_one_that_is_still_good_or_lapsed_a_moment_ago_stays(alpha: TenantRef, hours: int):
    ask(cast(alpha).maya, offered(alpha), weightGrams=500)
    with tenant_scope(alpha):
        forgetting.quotes_forget(at=clock.now() + timedelta(hours=hours))
    assert left(alpha) == (1, True)
