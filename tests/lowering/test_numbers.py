"""Numbers as Python writes them: a whole float has its nought."""

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Service
from tests.lowering.both import both
from tests.support.world import world


@pytest.mark.parametrize(("total", "count"), [(12, 3), (10, 4), (1, 3), (0, 0)])
def test_a_mean_is_a_float(alpha: TenantRef, total: int, count: int):
    world(alpha)
    with tenant_scope(alpha):
        Service.objects.update(rating_sum=total, rating_count=count)
    document = "{ services(first: 5) { edges { node { rating { average count } } } } }"
    by_sql, by_core = both(alpha, document)
    assert by_sql.decisions == {"services": None}
    assert by_sql.text == by_core.text
