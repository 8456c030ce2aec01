"""A sandbox: the same business, and nobody's personal data."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings as django_settings

from kernel.contacts import phone_index
from kernel.crypto import EncryptedTextField
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.archives.arrivals import NameTaken
from registry.archives.clone import Cloned, tenant_clone
from registry.archives.masks import DROPPED
from registry.archives.refusals import ArchiveRefused
from registry.models import Tenant
from tenants.access.models import Grant, Person, Session
from tenants.access.rights import ADMINISTRATOR
from tenants.access.services.invitations import invitation_accept
from tenants.brand.models import Settings
from tenants.catalog.models import Media
from tenants.couriers.models import Courier, Document
from tenants.orders.models import Item, Order, Proof, Stop
from tenants.places.models import Address
from tenants.pricing.models import Quote
from tenants.talk.models import Review
from tests.registry.archives.business import Business, event_write, files_of, sums
from tests.registry.conftest import catalog
from tests.support.database import SOME_DAY, fixed_id
from tests.support.stage import nothing_changes


def clone(row: Tenant, slug: str = "twin", **how) -> Cloned:
    with platform_scope():
        return tenant_clone(tenant=row, slug=slug, at=SOME_DAY, **how)


def models() -> list[Any]:
    labels = {name.rpartition(".")[2] for name in django_settings.TENANT_APPS}
    return [model for model in apps.get_models() if model._meta.app_label in labels]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def values(tenant: TenantRef, only: set[str] | None = None) -> set[Any]:
    """Every text and float in every column, decrypted; of the models or fields `only`."""
    found: set[Any] = set()
    with tenant_scope(tenant):
        for model in models():
            for row in model._default_manager.values():
                for field in model._meta.concrete_fields:
                    label = f"{model._meta.label}.{field.name}"
                    if only is None or label in only:
                        found |= {
                            leaf
                            for leaf in leaves(row[field.attname])
                            if isinstance(leaf, str | float) and leaf != ""
                        }
    return found


PERSONAL = {
    "access.Person.name",
    "access.Person.phone",
    "access.Person.email",
    "brand.Settings.support_phone",
    "couriers.Courier.display_name",
    "couriers.Courier.introduction",
    "couriers.Courier.review_note",
    "couriers.Presence.latitude",
    "orders.Order.note",
    "orders.Item.name",
    "orders.Stop.latitude",
    "talk.Review.text",
    "places.Address.latitude",
}
WORDS = ("contact_name", "phone", "text", "door", "parcel_code")


def personal(tenant: TenantRef) -> set[Any]:
    """What of the tenant's is somebody's own."""
    with tenant_scope(tenant):
        documents = [
            *Address.objects.values_list("details", flat=True),
            *Stop.objects.values_list("address", flat=True),
            *(stop for stops in Quote.objects.values_list("stops", flat=True) for stop in stops),
        ]
    of_documents = {document.get(word) for document in documents for word in WORDS}
    return (values(tenant, PERSONAL) | of_documents) - {None, ""}


def test_nothing_of_anybody_is_in_it(shop: Business, row: Tenant):
    originals = personal(shop.tenant)
    assert {"alpha-Maya", "+8613800137100", "alpha-praise", "Ring twice"} <= originals
    twin = clone(row).tenant.ref()
    texts = values(twin)
    assert originals & texts == set()
    words = [original for original in originals if isinstance(original, str) and len(original) > 3]
    everything = "\n".join(text for text in texts if isinstance(text, str))
    assert [word for word in words if word in everything] == []


def test_it_is_the_same_business(shop: Business, row: Tenant):
    before = sums(shop.tenant)
    sandbox = clone(row).tenant
    assert sums(shop.tenant) == before
    twin = sandbox.ref()
    assert (sandbox.state, sandbox.sandbox_of_id) == (TenantState.TRIAL, row.id)
    assert (sandbox.terms, sandbox.server) == (row.terms, row.server)
    assert bytes(sandbox.wrapped_key) != bytes(row.wrapped_key)
    after = sums(twin)
    dropped = {apps.get_model(label)._meta.db_table for label in DROPPED}
    for table, facts in before.items():
        assert after[table]["rows"] == (0 if table in dropped else facts["rows"]), table
    kept = ("payments_payment", "ledger_entry", "journal_event", "catalog_service", "access_grant")
    assert all(after[table] == before[table] for table in kept)
    changed = ("access_person", "orders_stop", "orders_order", "pricing_quote", "talk_review")
    assert all(after[table] != before[table] for table in changed)
    event_write(twin, 1)
    event_write(shop.tenant, 1)


def test_the_same_person_is_the_same_stand_in(shop: Business, row: Tenant):
    twin = clone(row).tenant.ref()
    with tenant_scope(shop.tenant):
        maya = Person.objects.get(id=shop.people.maya.id)
        people = Person.objects.count()
        quotes = Quote.objects.get(id=shop.done.quote_id).stops
    with tenant_scope(twin):
        masked = Person.objects.get(id=maya.id)
        assert masked.phone.startswith("+999") and masked.name != maya.name
        assert Person.objects.get(phone_index=phone_index(masked.phone)) == masked
        phones = [person.phone for person in Person.objects.all() if person.phone]
        assert len(set(phones)) == len(phones) > 1
        assert Person.objects.count() == people
        address = Address.objects.get(person_id=maya.id)
        assert address.details["phone"] == masked.phone
        assert Settings.objects.get().support_phone.startswith("+999")
        order = Order.objects.get(id=shop.done.id)
        stops = Quote.objects.get(id=order.quote_id).stops
        assert [stop["phone"] for stop in stops] == [
            stop.address["phone"] for stop in order.stops.all()
        ]
        moved = [abs(a["latitude"] - b["latitude"]) for a, b in zip(stops, quotes, strict=True)]
        assert all(0 <= degrees < 0.006 for degrees in moved) and any(moved)
        assert [stop["kind"] for stop in stops] == [stop["kind"] for stop in quotes]
        assert Courier.objects.get(id=fixed_id(531)).display_name
        assert {item.name for item in Item.objects.all()}.isdisjoint({"alpha-thing"})
        assert Review.objects.get().score == 5


def test_brand_and_catalogue_come_along_and_other_files_are_stand_ins(shop: Business, row: Tenant):
    originals = files_of(shop.tenant)
    twin = clone(row).tenant.ref()
    files = files_of(twin)
    assert set(files) == set(originals)
    with tenant_scope(twin):
        kept = {Settings.objects.get().logo, Media.objects.get().file}
        named = {
            Document.objects.get().file,
            *Proof.objects.exclude(file="").values_list("file", flat=True),
        }
    assert {path for path in files if files[path] == originals[path]} == kept
    for path in named & set(files):
        assert files[path].startswith(b"RIFF")


def test_nobody_can_sign_in_but_who_is_invited(shop: Business, row: Tenant):
    cloned = clone(row, invite="Tester@Example.com")
    with tenant_scope(cloned.tenant.ref()):
        assert not Session.objects.exists()
        assert set(Person.objects.values_list("password", flat=True)) == {""}
        token = str(cloned.invitation_url).partition("token=")[2]
        invitation_accept(token=token, password="a long pass phrase", at=SOME_DAY)
        person = Person.objects.exclude(password="").get()
        assert person.email == "tester@example.com"
        assert Grant.objects.get(person=person).role.key == ADMINISTRATOR
    with tenant_scope(shop.tenant):
        assert not Person.objects.filter(id=person.id).exists()


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"slug": "beta"}, NameTaken),
        ({"slug": "no name"}, ArchiveRefused),
        ({"slug": "twin", "invite": "nobody"}, ArchiveRefused),
    ],
)
def test_what_is_asked_for_wrongly_leaves_nothing(
    shop: Business, row: Tenant, before: set[str], how: dict, refusal: type[Exception]
):
    with nothing_changes(shop.tenant), pytest.raises(refusal):
        clone(row, **how)
    assert catalog() == before
    with platform_scope():
        assert not Tenant.objects.filter(sandbox_of=row).exists()


def test_what_fails_on_the_way_leaves_nothing(shop: Business, row: Tenant, before: set[str]):
    def stop(share: float) -> None:
        if share > 0.6:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        clone(row, progress=stop)
    assert catalog() == before
    with platform_scope():
        assert not Tenant.objects.filter(sandbox_of=row).exists()


def test_every_encrypted_value_is_under_the_new_key(shop: Business, row: Tenant):
    twin = clone(row).tenant.ref()
    read = 0
    with tenant_scope(twin):
        for model in models():
            fields = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
            for field in fields:
                read += len(list(model._default_manager.values_list(field.name, flat=True)))
    assert read > 10 and isinstance(twin.id, UUID)
