"""What a process keeps of tariffs and versions: each tenant's own, and no more than so many."""

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Service
from tenants.catalog.services import service_publish
from tenants.pricing.kept import Kept
from tests.pricing.test_quotes import ask, offered
from tests.support.cast import cast


def test_of_two_tenants_each_has_its_own(alpha: TenantRef, beta: TenantRef):
    kept = Kept[str](2)
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            assert kept.get("tariff", lambda slug=tenant.slug: slug) == tenant.slug
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            assert kept.get("tariff", lambda: "made again") == tenant.slug


def test_what_was_used_longest_ago_goes(alpha: TenantRef):
    kept = Kept[int](2)
    with tenant_scope(alpha):
        for key in (1, 2, 1, 3):
            kept.get(key, lambda key=key: key)
        assert kept.get(1, lambda: 0) == 1
        assert kept.get(2, lambda: 0) == 0


def test_a_service_that_is_published_anew_is_quoted_as_it_is_now(alpha: TenantRef):
    people, service_id = cast(alpha), offered(alpha)
    assert "code" not in ask(people.maya, service_id, weightGrams=500)
    with tenant_scope(alpha):
        service = Service.objects.get()
        service.declaration = {**service.declaration, "asked": {"weight": "required"}}
        service.save()
        service_publish(actor=people.ines.actor, service_id=service.id, at=clock.now())
    assert ask(people.maya, service_id)["field"] == "weightGrams"
    with tenant_scope(alpha):
        Service.objects.update(state=Service.State.DELISTED)
    assert ask(people.maya, service_id, weightGrams=500)["code"] == "NOT_FOUND"
