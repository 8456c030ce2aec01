"""The questions of a service: written, asked, answered, and drawn by anybody's form."""

from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import InvalidInput
from tenants.catalog.declaration.form import Form
from tenants.catalog.declaration.json_schema import form_schema

FORM: list[dict[str, Any]] = [
    {
        "key": "appliance", "type": "choice", "required": True,
        "label": {"en": "Appliance", "zh-Hans": "家电"},
        "options": [
            {"key": "air_conditioner", "label": {"en": "Air conditioner", "zh-Hans": "空调"}},
            {"key": "fridge", "label": {"en": "Fridge", "zh-Hans": "冰箱"}},
        ],
    },
    {
        "key": "units", "type": "number", "required": True, "least": 1, "most": 6,
        "label": {"en": "How many", "zh-Hans": "几台"}, "unit": {"en": "units", "zh-Hans": "台"},
        "when": {"field": "appliance", "is": ["air_conditioner"]},
    },
    {
        "key": "extras", "type": "choices", "label": {"en": "Extras", "zh-Hans": "加项"},
        "options": [
            {"key": "gas", "label": {"en": "Gas", "zh-Hans": "加氟"}},
            {"key": "filter", "label": {"en": "Filter", "zh-Hans": "滤网"}},
        ],
    },
    {
        "key": "lift", "type": "yes_no",
        "label": {"en": "Is there a lift?", "zh-Hans": "有电梯吗?"},
        "when": {
            "any": [
                {"field": "units", "at_least": 3},
                {
                    "all": [
                        {"field": "extras", "is": ["gas"]},
                        {"not": {"field": "units", "at_most": 1}},
                    ]
                },
            ]
        },
    },
    {"key": "model", "type": "line", "label": {"en": "Model", "zh-Hans": "型号"}},
    {"key": "tracking", "type": "tracking_number", "label": {"en": "Tracking", "zh-Hans": "单号"}},
    {"key": "day", "type": "date", "label": {"en": "Day", "zh-Hans": "日期"}},
    {"key": "photos", "type": "photo", "most": 2, "label": {"en": "Photos", "zh-Hans": "照片"}},
]  # fmt: skip


PHOTOS = [f"01890a5d-ac96-774b-bcce-b302099a805{digit}" for digit in "0123"]


def form(*fields: dict[str, Any]) -> Form:
    return Form.parse({"form": list(fields or FORM)})


def changed(number: int, **changes: Any) -> list[dict[str, Any]]:
    fields = deepcopy(FORM)
    fields[number] |= changes
    return fields


def test_it_is_stored_and_read_again():
    again = form(*form().serialise())
    assert again == form()


def test_answers_are_kept_in_the_forms_order():
    kept = form().answers_checked(
        {"model": " KFR-35 ", "units": 2, "appliance": "air_conditioner", "tracking": "sf123-456"},
        region="CN",
    )
    assert kept == {
        "appliance": "air_conditioner", "units": 2, "model": "KFR-35", "tracking": "SF123-456"
    }  # fmt: skip
    assert list(kept) == ["appliance", "units", "model", "tracking"]
    assert form().figures(kept) == {"appliance": "air_conditioner", "units": 2}


@pytest.mark.parametrize(
    ("answers", "field", "reason"),
    [
        ({}, "appliance", "needs it"),
        ({"appliance": "toaster"}, "appliance", "options"),
        ({"appliance": ["fridge"]}, "appliance", "options"),
        ({"appliance": "air_conditioner"}, "units", "needs it"),
        ({"appliance": "air_conditioner", "units": 0}, "units", "between 1 and 6"),
        ({"appliance": "air_conditioner", "units": 7}, "units", "between 1 and 6"),
        ({"appliance": "air_conditioner", "units": True}, "units", "between 1 and 6"),
        ({"appliance": "air_conditioner", "units": "2"}, "units", "between 1 and 6"),
        ({"appliance": "fridge", "units": 2}, "units", "not asked"),
        ({"appliance": "fridge", "lift": True}, "lift", "not asked"),
        ({"appliance": "fridge", "extras": []}, "extras", "different options"),
        ({"appliance": "fridge", "extras": ["gas", "gas"]}, "extras", "different options"),
        ({"appliance": "fridge", "extras": "gas"}, "extras", "different options"),
        ({"appliance": "fridge", "extras": [["gas"]]}, "extras", "options"),
        ({"appliance": "fridge", "model": "x" * 201}, "model", "200"),
        ({"appliance": "fridge", "model": 5}, "model", "text"),
        ({"appliance": "fridge", "tracking": "a b"}, "tracking", "digits"),
        ({"appliance": "fridge", "day": "2026-02-30"}, "day", "ISO 8601"),
        ({"appliance": "fridge", "photos": PHOTOS[:1]}, "photos", "no such picture"),
        ({"appliance": "fridge", "photos": PHOTOS[0]}, "photos", "one to 2"),
        ({"appliance": "fridge", "photos": PHOTOS[:3]}, "photos", "one to 2"),
        ({"appliance": "fridge", "wheels": 4}, "wheels", "no such question"),
    ],
)
def test_a_wrong_answer_is_named(answers: dict[str, Any], field: str, reason: str):
    with pytest.raises(InvalidInput) as refused:
        form().answers_checked(answers, region="CN")
    assert refused.value.field == f"answers.{field}" and reason in refused.value.reason


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        (changed(0, key="Appliance"), "form.0.key", "small letters"),
        (changed(0, key="units"), "form", "there twice"),
        (changed(0, options=[]), "form.0.options", "nothing to choose"),
        (changed(0, label={}), "form.0.label", "needed"),
        (changed(0, label={"xx": "?"}), "form.0.label", "unknown language"),
        (changed(0, smell=1), "form.0.smell", "unknown"),
        (changed(1, least=9), "form.1.most", "between least and most"),
        (changed(1, most=10**7), "form.1.most", "1000000"),
        (changed(7, most=0), "form.7.most", "one to 6"),
        (changed(7, most=7), "form.7.most", "one to 6"),
        (changed(7, least=1), "form.7.least", "has none"),
        (changed(4, most=1), "form.4.most", "has none"),
        (changed(4, least=1), "form.4.least", "has none"),
        (changed(4, options=FORM[0]["options"]), "form.4.options", "has none"),
        (changed(1, when={"field": "colour", "is": ["red"]}), "form.1.when", "no question"),
        (changed(1, when={"field": "appliance", "is": ["toaster"]}), "form.1.when", "never"),
        (changed(1, when={"field": "appliance", "at_least": 1}), "form.1.when", "never"),
        (changed(3, when={"field": "units", "at_least": 7}), "form.3.when", "never"),
        (changed(3, when={"field": "units", "is": [True]}), "form.3.when", "never"),
        (changed(5, when={"field": "model", "is": ["x"]}), "form.5.when", "in words"),
        (
            changed(1, when={"field": "lift", "is": [True]}),
            "form.1.when",
            "loop: units → lift → units",
        ),
        (changed(0, when={"field": "extras", "is": ["gas"]}), "form.0.when", "asked later"),
        (
            changed(0, when={"field": "appliance", "is": ["fridge"]}),
            "form.0.when",
            "appliance → appliance",
        ),
        (changed(1, when={"all": []}), "form.1.when.all", "list of conditions"),
        (changed(1, when={"is": [1]}), "form.1.when.condition", "expected"),
        (
            changed(1, when={"field": "appliance", "is": ["fridge"], "at_most": 1}),
            "form.1.when.condition",
            "expected",
        ),
        (
            changed(1, when={"not": {"not": {"not": {"not": {"not": {"field": "x", "is": [1]}}}}}}),
            "form.1.when.not.not.not.not.not.condition",
            "levels",
        ),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_with_its_place(fields, path: str, reason: str):
    with pytest.raises(InvalidInput) as refused:
        form(*fields)
    assert refused.value.field == path and reason in refused.value.reason


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 8),
    st.sampled_from(
        ["air_conditioner", "fridge", "toaster", "gas", "2026-03-02", "SF123456", "a b"]
    ),
    st.lists(st.sampled_from(["gas", "filter", "toaster"]), max_size=3),
    st.lists(st.sampled_from([*PHOTOS, PHOTOS[0].upper(), "gas", 5]), max_size=3),
)
ANSWERS = st.dictionaries(
    st.sampled_from([field["key"] for field in FORM] + ["wheels"]), VALUES, max_size=7
)
BETTER = st.fixed_dictionaries(
    {"appliance": st.sampled_from(["air_conditioner", "fridge"])},
    optional={
        "units": st.integers(0, 7),
        "extras": st.lists(st.sampled_from(["gas", "filter"]), max_size=2),
        "lift": st.booleans(),
        "tracking": st.sampled_from(["SF123456", "x"]),
        "photos": st.lists(st.sampled_from([*PHOTOS, "x"]), max_size=3),
    },
)


@given(st.one_of(ANSWERS, BETTER))
def test_its_json_schema_accepts_what_it_accepts(answers: dict[str, Any]):
    answers = {key: value for key, value in answers.items() if value is not None}
    schema = form_schema(form(), language="en", fallback="en")
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(schema, format_checker=checker)
    try:
        form().answers_checked(answers, region="CN", photos=PHOTOS)
        accepted = True
    except InvalidInput:
        accepted = False
    assert validator.is_valid(answers) is accepted


def test_its_json_schema_speaks_the_callers_language():
    schema = form_schema(form(), language="zh-Hans", fallback="en")
    jsonschema.Draft202012Validator.check_schema(schema)
    units = schema["properties"]["units"]
    assert (units["title"], units["x-unit"], units["x-position"]) == ("几台", "台", 1)
    assert schema["properties"]["appliance"]["oneOf"][0]["title"] == "空调"
