"""A declaration written, read, proven and published over the API."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tests.support.cast import cast
from tests.support.factories import CategoryFactory
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

DECLARED = """
  form {
    key type required least most hint { text } label { text all { language text } } unit { text }
    options { key label { text } }
    when {
      test { field options flag atLeast atMost }
      any { test { field atLeast } negated { test { field } } }
    }
  }
  formSchema
  steps { key stop name { text } required photo after when { test { field options } } }
  requirements { certificates exams level gender reason { text } }
  cancellation { stage percentBps }
  notices { state to text { text } }
  price { least most risesWith }
"""
DRAFT = f"id versionNumber draft {{ declared {{ {DECLARED} }} }} declared {{ {DECLARED} }}"
READ = f"query ($id: ID!) {{ service(id: $id) {{ versionNumber declared {{ {DECLARED} }} }} }}"
FINDINGS = "query ($id: ID!) { service(id: $id) { draft { findings { fault path example } } } }"


def text(en: str, zh: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": en}, {"language": "zh-Hans", "text": zh}]


DECLARATION: dict[str, Any] = {
    "form": [
        {
            "key": "appliance",
            "type": "CHOICE",
            "required": True,
            "label": text("Appliance", "家电"),
            "hint": text("What is it?", "哪一种?"),
            "options": [
                {"key": "fridge", "label": text("Fridge", "冰箱")},
                {"key": "cooler", "label": text("Air conditioner", "空调")},
            ],
        },
        {
            "key": "units",
            "type": "NUMBER",
            "least": 1,
            "most": 6,
            "label": text("How many", "几台"),
            "unit": text("units", "台"),
            "when": {"test": {"field": "appliance", "options": ["cooler"]}},
        },
        {
            "key": "lift",
            "type": "YES_NO",
            "label": text("A lift?", "有电梯吗?"),
            "when": {
                "any": [
                    {"test": {"field": "units", "atLeast": 3}},
                    {"negated": {"test": {"field": "units", "atMost": 6}}},
                ]
            },
        },
    ],
    "steps": [
        {"key": "cover", "name": text("Cover the floor", "铺地布"), "required": True},
        {
            "key": "clean",
            "name": text("Clean", "清洗"),
            "photo": "REQUIRED",
            "after": ["cover"],
            "when": {"test": {"field": "appliance", "options": ["cooler"]}},
        },
    ],
    "requirements": {"certificates": ["SKILL"], "exams": ["cooling"], "level": 1},
    "cancellation": [
        {"stage": "PLACED", "percentBps": 0},
        {"stage": "ACCEPTED", "percentBps": 2000},
    ],
    "notices": [{"state": "ARRIVED", "to": "CUSTOMER", "text": text("At your door", "已到门口")}],
    "price": {"least": 100, "most": 90000, "risesWith": ["units"]},
}


@pytest.fixture
def shelf(alpha: TenantRef) -> str:
    with tenant_scope(alpha):
        return global_id("Category", CategoryFactory().id)


def save(tenant: TenantRef, shelf: str, **changes: Any) -> dict[str, Any]:
    given = {
        "categoryId": shelf,
        "kind": "ON_SITE",
        "name": text("Appliance care", "家电清洗"),
        "declaration": DECLARATION | changes,
    }
    return mutate(cast(tenant).ines.api, "serviceSave", given, f"service {{ {DRAFT} }}")


def test_what_is_declared_is_read_as_it_was_written(alpha: TenantRef, shelf: str):
    saved = save(alpha, shelf)["service"]
    declared = saved["draft"]["declared"]
    assert declared == saved["declared"]  # until there is a version
    appliance, units, lift = declared["form"]
    assert appliance["options"][1] == {"key": "cooler", "label": {"text": "Air conditioner"}}
    assert appliance["label"]["all"] == text("Appliance", "家电")
    assert units["when"] == {
        "test": {
            "field": "appliance",
            "options": ["cooler"],
            "flag": None,
            "atLeast": None,
            "atMost": None,
        },
        "any": None,
    }
    assert [part["test"] or part["negated"] for part in lift["when"]["any"]] == [
        {"field": "units", "atLeast": 3},
        {"test": {"field": "units"}},
    ]
    assert declared["formSchema"]["properties"]["units"]["maximum"] == 6
    assert [step["after"] for step in declared["steps"]] == [[], ["cover"]]
    assert declared["requirements"]["exams"] == ["cooling"]
    assert declared["cancellation"] == DECLARATION["cancellation"]
    assert declared["notices"][0]["text"] == {"text": "At your door"}
    assert declared["price"] == DECLARATION["price"]


def test_a_version_keeps_its_declaration(alpha: TenantRef, shelf: str):
    service_id = save(alpha, shelf)["service"]["id"]
    ines = cast(alpha).ines.api
    published = mutate(ines, "servicePublish", {"serviceId": service_id}, "service { state }")
    assert published["service"] == {"state": "PUBLISHED"}
    given = {
        "id": service_id,
        "categoryId": shelf,
        "kind": "ON_SITE",
        "name": text("Another", "另一个"),
    }
    draft = mutate(ines, "serviceSave", given, "service { draft { declared { form { key } } } }")
    assert draft["service"]["draft"]["declared"]["form"] == []
    sold = cast(alpha).maya.api.run(READ, {"id": service_id})["service"]["declared"]
    assert [field["key"] for field in sold["form"]] == ["appliance", "units", "lift"]


def test_what_would_let_people_down_is_not_published(alpha: TenantRef, shelf: str):
    never = {"test": {"field": "units", "atLeast": 4}}
    contradiction = {"all": [never, {"negated": never}]}
    steps = [
        {"key": "cover", "name": text("Cover", "铺"), "required": True, "when": contradiction},
        {"key": "clean", "name": [{"language": "zh-Hans", "text": "清洗"}]},
    ]
    service_id = save(alpha, shelf, steps=steps)["service"]["id"]
    ines = cast(alpha).ines.api
    mutate(ines, "brandUpdate", {"moreLanguages": ["en"]})
    found = ines.run(FINDINGS, {"id": service_id})["service"]["draft"]["findings"]
    assert found == [
        {"fault": "text_missing", "path": "steps.1.name", "example": {"language": "en"}},
        {"fault": "never_done", "path": "steps.0.when", "example": {"required": True}},
    ]
    with nothing_changes(alpha):
        select = "service { id } } ... on DeclarationBrokenError { fault path example others"
        refused = mutate(ines, "servicePublish", {"serviceId": service_id}, select)
    assert refused["code"] == "DECLARATION_BROKEN"
    assert (refused["fault"], refused["path"], refused["others"]) == (
        "text_missing",
        "steps.1.name",
        1,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"form": [DECLARATION["form"][1]]}, "form.0.when"),
        ({"form": [DECLARATION["form"][0]] * 2}, "form"),
        ({"steps": [DECLARATION["steps"][1]]}, "steps.0.after"),
        ({"cancellation": [{"stage": "PLACED", "percentBps": 10001}]}, "cancellation.placed"),
        ({"price": {"risesWith": ["lift"]}}, "price.risesWith"),
        ({"requirements": {"gender": "FEMALE"}}, "requirements.reason"),
    ],
)
def test_what_makes_no_sense_is_not_even_saved(
    alpha: TenantRef, shelf: str, changes: dict[str, Any], field: str
):
    ines = cast(alpha).ines.api
    with nothing_changes(alpha):
        given = {
            "categoryId": shelf,
            "kind": "ON_SITE",
            "name": text("Appliance care", "家电清洗"),
            "declaration": DECLARATION | changes,
        }
        select = "service { id } } ... on InvalidInputError { field"
        refused = mutate(ines, "serviceSave", given, select)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)
