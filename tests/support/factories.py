"""Rows for tests, made straight in the tables of the bound scope. Traits say what is special.

with tenant_scope(alpha):
    ZoneFactory(around=(39.99, 116.31))
"""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from kernel.contacts import email_index, phone_index
from kernel.tenancy import current_tenant
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import ADMINISTRATOR, COURIER, CUSTOMER
from tenants.catalog.declaration import default_declaration
from tenants.catalog.models import Category, Media, Service, ServiceKind
from tenants.catalog.search.index import search_refresh
from tenants.catalog.services import version_of
from tenants.places.models import Address, Place, Zone
from tenants.pricing.models import Rule, Step, Tariff
from tests.support.database import SOME_DAY

CAMPUS = (39.9925, 116.3060)
"""Latitude and longitude of what is near everything in the tests."""


def square(around: tuple[float, float], half: float = 0.01) -> dict:
    """A GeoJSON Polygon: a square of `half` degrees each way around (latitude, longitude)."""
    latitude, longitude = around
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    ring = [[longitude + east, latitude + north] for east, north in corners]
    return {"type": "Polygon", "coordinates": [ring]}


class PersonFactory(DjangoModelFactory):
    """Somebody; `customer=True`, `courier=True`, `administrator=True` give roles."""

    class Meta:
        model = Person

    class Params:
        with_phone = factory.Trait(
            phone=factory.Sequence(lambda n: f"+8613900{n:06d}"),
            phone_index=factory.LazyAttribute(lambda person: phone_index(person.phone)),
        )
        with_email = factory.Trait(
            email=factory.Sequence(lambda n: f"person{n}@example.test"),
            email_index=factory.LazyAttribute(lambda person: email_index(person.email)),
            password="!",
        )
        customer = factory.Trait(with_phone=True, role=CUSTOMER)
        courier = factory.Trait(with_phone=True, role=COURIER)
        administrator = factory.Trait(with_email=True, role=ADMINISTRATOR)

    name = factory.Sequence(lambda n: f"Person {n}")
    created_at = SOME_DAY
    role = None

    @classmethod
    def _create(cls, model: type[Person], *args: Any, role: str | None, **kwargs: Any) -> Person:
        person: Person = super()._create(model, *args, **kwargs)
        if role:
            Grant.objects.create(
                person=person, role=Role.objects.get(key=role), granted_at=SOME_DAY
            )
        return person


class PlaceFactory(DjangoModelFactory):
    """A gate on the campus; `parent=` puts it below another place."""

    class Meta:
        model = Place

    kind = Place.Kind.GATE
    name = factory.Sequence(lambda n: {"en": f"Gate {n}", "zh-Hans": f"{n}号门"})
    latitude, longitude = CAMPUS


class ZoneFactory(DjangoModelFactory):
    """A square around (latitude, longitude), a kilometre or so each way."""

    class Meta:
        model = Zone

    class Params:
        around = CAMPUS
        half = 0.01

    name = factory.Sequence(lambda n: {"en": f"Zone {n}", "zh-Hans": f"{n}区"})
    polygon = factory.LazyAttribute(lambda zone: square(zone.around, zone.half))


class AddressFactory(DjangoModelFactory):
    """A free position on the campus; `person=` is needed."""

    class Meta:
        model = Address

    details = {
        "contact_name": "Maya",
        "phone": "+8613800138001",
        "text": "Building 3",
        "door": "301",
    }
    latitude, longitude = CAMPUS
    created_at = SOME_DAY


class CategoryFactory(DjangoModelFactory):
    """A shelf at the top; `parent=` puts it below another."""

    class Meta:
        model = Category

    name = factory.Sequence(lambda n: {"en": f"Shelf {n}", "zh-Hans": f"{n}号货架"})


class ServiceFactory(DjangoModelFactory):
    """A draft of `kind` with its usual declaration; `published` and `delisted` give a version."""

    class Meta:
        model = Service

    class Params:
        published = factory.Trait(
            state=Service.State.PUBLISHED, price_from=500, price_currency="CNY"
        )
        delisted = factory.Trait(state=Service.State.DELISTED)

    category = factory.SubFactory(CategoryFactory)
    kind = ServiceKind.PICK_UP
    name = factory.Sequence(lambda n: {"en": f"Service {n}", "zh-Hans": f"{n}号服务"})
    declaration = factory.LazyAttribute(lambda s: default_declaration(s.kind).serialise())
    created_at = updated_at = SOME_DAY

    @classmethod
    def _create(cls, model: type[Service], *args: Any, **kwargs: Any) -> Service:
        service: Service = super()._create(model, *args, **kwargs)
        if service.state != Service.State.DRAFT:
            service.version = version_of(service, at=SOME_DAY)
            service.version.save(force_insert=True)
            service.save(update_fields=["version"])
            search_refresh(Service.objects.filter(id=service.id))
        return service


class MediaFactory(DjangoModelFactory):
    """A picture of `service=`, of which there is no file."""

    class Meta:
        model = Media

    file = factory.Sequence(lambda n: f"{current_tenant().label}/catalog/{n}.webp")
    width, height = 800, 600
    alt = factory.Sequence(lambda n: {"en": f"Picture {n}", "zh-Hans": f"图片{n}"})
    created_at = SOME_DAY


class RuleFactory(DjangoModelFactory):
    """A general base price of 5.00; `step=`, `params=` and `service=` make it another."""

    class Meta:
        model = Rule

    step = Step.BASE
    label = factory.LazyAttribute(lambda rule: {"en": rule.step.title(), "zh-Hans": rule.step})
    params = {"amount": 500}
    updated_at = SOME_DAY


class TariffFactory(DjangoModelFactory):
    """A tariff of general rules: `prices` are the parameters by step."""

    class Meta:
        model = Tariff

    class Params:
        prices = {
            "base": {"amount": 500},
            "distance": {"free_meters": 1000, "per_km": 150},
            "commission": {"percent_bps": 1500},
        }

    number = factory.LazyFunction(lambda: Tariff.objects.count() + 1)
    currency = "CNY"
    rules = factory.LazyAttribute(
        lambda tariff: [
            {
                "step": step,
                "service_id": None,
                "label": {"en": step.title(), "zh-Hans": step},
                "params": params,
            }
            for step, params in tariff.prices.items()
        ]
    )
    published_at = SOME_DAY
