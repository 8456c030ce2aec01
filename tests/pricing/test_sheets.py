"""Price rules in a spreadsheet: written, changed, sent again, all of its rows or none."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from openpyxl import Workbook

from kernel.refusals import InvalidInput
from kernel.tables import table_read
from kernel.tenancy import TenantRef, tenant_scope
from tenants.pricing.conditions import when_parse
from tenants.pricing.models import Rounding, Rule, Step
from tenants.pricing.params import params_parse, params_serialise
from tenants.pricing.services.cells import cells_of, read_cells
from tests.pricing.test_steps import any_rule
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import RuleFactory, ServiceFactory, ZoneFactory
from tests.support.stage import mutate, nothing_changes

CHANGES = "changes { row kind step cells { column before after } }"


def sent(tenant: TenantRef, content: bytes | str, *, dry_run: bool = False) -> Any:
    content = content.encode() if isinstance(content, str) else content
    upload = SimpleUploadedFile("rules.csv", content, "application/octet-stream")
    ines = cast(tenant).ines.api
    select = f"{CHANGES} }} ... on TableBrokenError {{ row column reason"
    return mutate(
        ines, "priceTableImport", {"dryRun": dry_run}, select, language="en", upload=upload
    )


def table(tenant: TenantRef) -> str:
    return str(cast(tenant).ines.api.run("{ priceTable }")["priceTable"])


def rows(tenant: TenantRef) -> list[dict[str, Any]]:
    with tenant_scope(tenant):
        return list(Rule.objects.order_by("id").values())


def some_rules(tenant: TenantRef) -> None:
    with tenant_scope(tenant):
        service = ServiceFactory(name={"zh-Hans": "代取快递", "en": "Parcel pick-up"})
        zones = sorted(str(ZoneFactory().id) for _ in range(2))
        RuleFactory()
        RuleFactory(service=service, params={"amount": 300}, priority=3, active=False)
        RuleFactory(
            step=Step.DISTANCE,
            params={"bands": [{"up_to": 1000, "amount": 0}], "per_km": 150},
            round_to=10,
            rounding=Rounding.UP,
            valid_until=SOME_DAY,
        )
        RuleFactory(
            step=Step.OPTION,
            params={"field": "extras", "amounts": {"mop": 300, "oven": 0}, "free_units": 0},
        )
        RuleFactory(
            step=Step.PEAK,
            label={"zh-Hans": "=高峰", "en": 'Peak, "rush"', "de": "Stoßzeit"},
            params={"percent_bps": 2000},
            when={
                "weekdays": [1, 5],
                "hours": {"from": "22:00", "to": "06:00"},
                "dates": {"to": "2099-02-04"},
                "days": ["holiday", "working"],
                "zones_from": zones,
                "zones_to": zones[:1],
                "distance_meters": {"at_least": 3000},
                "weight_grams": {"at_least": 1, "at_most": 500},
                "urgent": False,
                "answers": [
                    {"field": "rooms", "at_least": 3, "at_most": 5},
                    {"field": "kind", "is": ["wall", "floor"]},
                    {"field": "lift", "is": [True]},
                    {"field": "rooms", "is": [3, 4]},
                ],
            },
        )
        RuleFactory(step=Step.TAX, params={"rate_bps": 1900, "included": True})


def xlsx(cells: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in cells:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_was_written_changes_nothing_when_it_comes_back(alpha: TenantRef, beta: TenantRef):
    some_rules(alpha)
    before = table(alpha)
    assert '"Peak, ""rush"""' in before
    assert "代取快递" in before
    for content in (before.encode(), before.lstrip("\ufeff").encode("gb18030")):
        with nothing_changes(alpha):
            assert sent(alpha, content)["changes"] == []


def test_rows_change_rules_add_rules_and_leave_the_others(alpha: TenantRef):
    some_rules(alpha)
    base, *others = rows(alpha)
    assert cast(alpha).ines
    content = (
        "id,step,service,label:zh-Hans,label:en,amount,per_km,free_meters\n"
        f"{base['id']},base,,起步价,Start,700,,\n"
        "\n"
        ",distance,parcel PICK-UP,距离,Way,,120,500\n"
    )
    with nothing_changes(alpha):
        told = sent(alpha, content, dry_run=True)["changes"]
    assert [(change["row"], change["kind"], change["step"]) for change in told] == [
        (2, "CHANGED", "BASE"),
        (4, "ADDED", "DISTANCE"),
    ]
    assert told[0]["cells"] == [
        {"column": "label:en", "before": "Base", "after": "Start"},
        {"column": "label:zh-Hans", "before": "base", "after": "起步价"},
        {"column": "amount", "before": "500", "after": "700"},
    ]
    assert {"column": "per_km", "before": "", "after": "120"} in told[1]["cells"]
    assert sent(alpha, content)["changes"] == told
    after = rows(alpha)
    assert len(after) == len(others) + 2
    changed = next(row for row in after if row["id"] == base["id"])
    assert (changed["params"], changed["label"]["en"]) == ({"amount": 700}, "Start")
    assert [row for row in after if row in others] == others
    added = next(row for row in after if row not in [*others, changed])
    assert added["params"] == {"free_meters": 500, "per_km": 120}
    assert (added["rounding"], added["active"], added["when"]) == ("half_up", True, {})
    with nothing_changes(alpha):
        assert sent(alpha, content.replace("\n,distance,", "\n,base,"))["row"] == 4


def test_xlsx_and_gbk_are_read(alpha: TenantRef):
    heading = ["step", "label:zh-Hans", "amount", "weekdays", "active"]
    sent_rows = [["base", "起步价", 500, None, True], ["base", "周末", 700, "6 7", True]]
    assert len(sent(alpha, xlsx([heading, *sent_rows]))["changes"]) == 2
    text = "\n".join(",".join(map(str, row)) for row in (heading, ["base", "夜间", 9, "", "true"]))
    assert len(sent(alpha, text.encode("gbk"))["changes"]) == 1
    labels = [row["label"]["zh-Hans"] for row in rows(alpha)]
    assert sorted(labels) == sorted(["起步价", "周末", "夜间"])


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("step", "", "one of base"),
        ("step", "bsae", "one of base"),
        ("step", "promotion", "no rule sets"),
        ("amount", "", "required"),
        ("amount", "5.5", "not as in the export"),
        ("amount", str(2**53), "a whole number between"),
        ("amount", "-1", "a whole number between"),
        ("per_km", "5", "no parameter of base"),
        ("service", "nobody's", "no such service"),
        ("service", "double", "several services"),
        ("id", "7", "there is no such rule"),
        ("hours", "22", "a local time like"),
        ("hours", "09:00-09:00", "an empty window"),
        ("dates", "2026-02-04", "not as in the export"),
        ("dates", "2026-02-04..2026-02-03", "an empty window"),
        ("weekdays", "8", "1 for Monday"),
        ("zones_to", "01a203be-9e07-75ca-89bc-e34cbf633ea0", "there is no such zone"),
        ("answers", "rooms", "not as in the export"),
        ("valid_from", "2026-01-01T00:00", "not as in the export"),
        ("priority", "5000", "between"),
        ("rounding", "sideways", "not as in the export"),
        ("label:en", "x" * 61, ""),
        ("bands", "1000", "not as in the export"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    alpha: TenantRef, column: str, cell: str, reason: str
):
    with tenant_scope(alpha):
        for _ in range(2):
            ServiceFactory(name={"zh-Hans": "重名", "en": "Double"})
    columns = ["id", "step", "service", "label:zh-Hans", "label:en", "amount"]
    columns += [] if column in columns else [column]
    good = {"step": "base", "label:zh-Hans": "起步价", "amount": "500"}
    lines = [good, good, {**good, column: cell}, good]
    content = "\n".join(
        [",".join(columns), *(",".join(line.get(name, "") for name in columns) for line in lines)]
    )
    assert cast(alpha).ines
    with nothing_changes(alpha):
        answer = sent(alpha, content)
    assert (answer["code"], answer["row"]) == ("TABLE_BROKEN", 4)
    assert answer["column"] == ("label" if column.startswith("label") else column)
    assert reason in answer["reason"]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("", 1),
        ("step,colour\nbase,red", 1),
        ("step,step\nbase,base", 1),
        ("step\n" + "base\n" * 1001, 1002),
        (b"PK\x03\x04 no xlsx", 1),
        (b"step\n\xff\xff\xff", 2),
    ],
)
def test_what_is_no_table_is_refused(alpha: TenantRef, content: bytes | str, row: int):
    assert cast(alpha).ines
    with nothing_changes(alpha):
        answer = sent(alpha, content)
    assert (answer["code"], answer["row"]) == ("TABLE_BROKEN", row)


def test_a_rule_is_there_once(alpha: TenantRef):
    with tenant_scope(alpha):
        key = RuleFactory().id
    content = f"id,priority\n{key},1\n{key},2\n"
    assert cast(alpha).ines
    with nothing_changes(alpha):
        answer = sent(alpha, content)
    assert (answer["row"], answer["column"]) == (3, "id")


def test_only_whoever_manages_prices_may(alpha: TenantRef):
    assert cast(alpha).maya.api.error_code("{ priceTable }") == "FORBIDDEN"


@given(any_rule())
def test_every_rule_comes_back_as_it_was(drawn: dict[str, Any]):
    step = Step(drawn["step"])
    when = when_parse(step, drawn["when"]).serialise()
    params = params_serialise(params_parse(step, drawn["params"]))
    rule = Rule(
        step=step,
        label={"en": "x"},
        params=params,
        when=when,
        priority=drawn["priority"],
        round_to=drawn["round_to"],
        rounding=Rounding(drawn["rounding"]),
    )
    read = read_cells(cells_of(rule))
    assert params_serialise(params_parse(step, read["params"])) == params
    assert when_parse(step, read["when"]).serialise() == when
    for name in ("step", "label", "priority", "round_to", "rounding", "active"):
        assert read[name] == getattr(rule, name)


def test_the_heading_is_needed():
    with pytest.raises(InvalidInput):
        read_cells(table_read(b"amount\n5", max_rows=5)[0].cells)
