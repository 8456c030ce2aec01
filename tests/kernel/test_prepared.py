"""A query whose SQL is composed once asks each tenant for what it is asked for at the time."""

from uuid import UUID

import pytest
from django.db.models import QuerySet

from kernel.prepared import Prepared
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.models import Zone
from tests.support.factories import ZoneFactory


def test_it_is_composed_once_and_asked_with_other_values(alpha: TenantRef, beta: TenantRef):
    composed: list[UUID] = []

    def compose(zone_id: UUID) -> QuerySet[Zone]:
        composed.append(zone_id)
        return Zone.objects.filter(id=zone_id, active=True)

    names = Prepared(lambda zone_id: compose(zone_id).values_list("name"), UUID(int=0))
    whole = Prepared(compose, UUID(int=1))
    found = {}
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            zones = ZoneFactory.create_batch(2)
            for zone in zones:
                assert whole.instances(Zone, zone.id) == [zone]
                assert len(names.rows(zone.id)) == 1
            assert whole.instances(Zone, UUID(int=5)) == []
            assert names.rows(UUID(int=5)) == []
            found[tenant.slug] = zones
    assert composed == [UUID(int=1), UUID(int=0)]
    with tenant_scope(beta):
        assert whole.instances(Zone, found["alpha"][0].id) == []


def test_what_it_read_cannot_be_saved_under_another_tenant(alpha: TenantRef, beta: TenantRef):
    whole = Prepared(lambda zone_id: Zone.objects.filter(id=zone_id), UUID(int=0))
    with tenant_scope(alpha):
        [zone] = whole.instances(Zone, ZoneFactory().id)
    with tenant_scope(beta), pytest.raises(RuntimeError):
        zone.save()


def test_it_wants_a_value_for_each_sample(alpha: TenantRef):
    with tenant_scope(alpha), pytest.raises(TypeError):
        Prepared(lambda: Zone.objects.all()).rows(1)
