"""What customers cannot read yet in every language that the operator promises."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from schema.brand.untranslated import MOST
from tenants.brand.models import Bulletin
from tenants.catalog.models import Category, Faq, Service
from tests.support.database import SOME_DAY
from tests.support.factories import CategoryFactory, PlaceFactory, ServiceFactory
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, stage

FOUND = "{ untranslated { kind subjectId serviceId serviceName name languages } }"


@pytest.fixture
def on(alpha: TenantRef) -> Stage:
    return stage(alpha)


def found(on: Stage) -> dict[str, Any]:
    return {row["name"]: row for row in on.ines.api.run(FOUND)["untranslated"]}


def promise(on: Stage, *more: str) -> None:
    mutate(on.ines.api, "brandUpdate", {"language": "en", "moreLanguages": more})


def test_what_lacks_which_language(alpha: TenantRef, beta: TenantRef, on: Stage):
    promise(on, "zh-Hans", "ja")
    both = {"en": "Door", "zh-Hans": "门"}
    with tenant_scope(alpha):
        CategoryFactory(name={**both, "ja": "ドア"})
        CategoryFactory(name={**both, "ja": "ドア"}, active=False)
        shelf = CategoryFactory(name={"en": "Pets"})
        CategoryFactory(name={"en": "Old pets"}, active=False)
        service = ServiceFactory(
            category=Category.objects.get(id=shelf.id),
            name={"en": "Walk", "zh-Hans": "遛狗", "ja": "散歩"},
            summary={},
            description={"en": "An hour", "zh-Hans": "一小时"},
        )
        ServiceFactory(name={"en": "Gone"}, state=Service.State.DELISTED)
        faq = Faq.objects.create(
            service=service, question={"en": "When?"}, answer={"en": "Now", "ja": "今"}, position=0
        )
        over = {"text": {}, "audience": "everybody", "shown_from": SOME_DAY, "updated_at": SOME_DAY}
        Bulletin.objects.create(title={"en": "Rain"}, **over)
        ended = clock.now() - timedelta(days=1)
        Bulletin.objects.create(title={"en": "Snow"}, shown_until=ended, **over)
    with tenant_scope(beta):
        CategoryFactory(name={"en": "Another's"})
    seen = found(on)
    assert {"Door", "Old pets", "Gone", "Snow", "Another's"}.isdisjoint(seen)
    assert seen["Pets"]["languages"] == ["zh-Hans", "ja"]
    assert seen["Pets"]["subjectId"] == global_id("Category", shelf.id)
    assert seen["Walk"] == {
        "kind": "SERVICE",
        "subjectId": global_id("Service", service.id),
        "serviceId": None,
        "serviceName": None,
        "name": "Walk",
        "languages": ["ja"],
    }
    assert seen["When?"]["subjectId"] == global_id("ServiceFaq", faq.id)
    assert seen["When?"]["serviceId"] == global_id("Service", service.id)
    assert seen["When?"]["serviceName"] == "Walk"
    assert seen["When?"]["languages"] == ["zh-Hans", "ja"]
    assert seen["Rain"]["kind"] == "BULLETIN"
    promise(on, "zh-Hans")
    assert "Walk" not in found(on)


def test_there_is_an_end_to_it(alpha: TenantRef, on: Stage):
    promise(on, "zh-Hans")
    with tenant_scope(alpha):
        PlaceFactory.create_batch(MOST + 1, name={"en": "Gate"})
    assert len(on.ines.api.run(FOUND)["untranslated"]) == MOST


@pytest.mark.parametrize("who", ["maya", "tomas", "dora"])
def test_whoever_manages_the_brand_reads_it(on: Stage, who: str):
    with pytest.raises(Refused, match="FORBIDDEN"):
        getattr(on, who).api.run(FOUND)
