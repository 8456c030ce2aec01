"""Couriers whom a customer follows: their own list, of those who may work."""

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Person
from tenants.couriers.models import Courier
from tenants.talk.following import MAX_FOLLOWED
from tenants.talk.models import Following
from tests.support.database import SOME_DAY
from tests.support.factories import PersonFactory
from tests.support.factories_orders import CourierFactory
from tests.support.ids import global_id
from tests.support.stage import Member, mutate, mutation, nothing_changes, stage

FOLLOWED = "{ followedCouriers { displayName rating courierId } }"


def follow(member: Member, courier: Courier, *, followed: bool = True) -> dict:
    given = {"courierId": global_id("Courier", courier.id), "followed": followed}
    return mutate(member.api, "courierFollow", given)


def names(member: Member) -> list[str]:
    return [row["displayName"] for row in member.api.run(FOLLOWED)["followedCouriers"]]


def test_whom_one_follows(alpha: TenantRef, django_assert_num_queries):
    on_stage = stage(alpha)
    maya, noor = on_stage.maya, on_stage.noor
    follow(maya, on_stage.courier)
    for _ in range(2):
        follow(maya, on_stage.other)
    assert (names(maya), names(noor)) == (["Rita K.", "Tomas B."], [])
    with tenant_scope(alpha):
        Courier.objects.filter(id=on_stage.other.id).update(state=Courier.State.FROZEN)
    assert names(maya) == ["Tomas B."]
    with nothing_changes(alpha):
        assert follow(maya, on_stage.other)["code"] == "NOT_FOUND"
        given = {
            "input": {"courierId": global_id("Courier", on_stage.courier.id), "followed": True}
        }
        assert on_stage.ines.api.error_code(mutation("courierFollow"), given) == "FORBIDDEN"
    # The session with its rights, and the couriers.
    with django_assert_num_queries(2):
        names(maya)
    follow(maya, on_stage.courier, followed=False)
    assert names(maya) == []


def test_what_is_followed_is_bounded_and_goes_with_the_person(alpha: TenantRef):
    on_stage = stage(alpha)
    with tenant_scope(alpha):
        for _ in range(MAX_FOLLOWED):
            courier = CourierFactory(person_id=PersonFactory().id)
            Following.objects.create(person_id=on_stage.noor.id, courier=courier, since=SOME_DAY)
    with nothing_changes(alpha):
        assert follow(on_stage.noor, on_stage.courier)["code"] == "INVALID_INPUT"
        follow(on_stage.noor, courier)
    with tenant_scope(alpha):
        Person.objects.filter(id=on_stage.noor.id).delete()
        assert Following.objects.count() == 0
