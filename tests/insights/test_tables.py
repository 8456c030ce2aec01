"""Reports as tables: numbers stay numbers, words stay words, in both languages."""

import csv
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Service
from tests.insights.conftest import Fact, Past

TABLE = """query($part: ReportPart!, $format: TableFormat! = CSV) {
  reportTable(firstOn: "2026-05-04", lastOn: "2026-05-05", part: $part, format: $format)
}"""
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def ordered(past: Callable[[TenantRef], Past], tenant: TenantRef) -> Past:
    """Two orders of a service whose name a spreadsheet would calculate."""
    mine = past(tenant)
    mine.add(Fact(NOON, total=1250, commission=99), Fact(NOON, total=1251, commission=1))
    with tenant_scope(tenant):
        Service.objects.filter(id=mine.services[0].service_id).update(
            name={"en": "=1+1", "zh-Hans": "=1+1"}
        )
    return mine


def csv_of(mine: Past, part: str, language: str = "en") -> list[list[str]]:
    text = mine.on.finn.api.run(TABLE, {"part": part}, language=language)["reportTable"]
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_csv_of_services_calculates_nothing(alpha: TenantRef, past: Callable[[TenantRef], Past]):
    heading, row = csv_of(ordered(past, alpha), "SERVICES")
    assert heading[:3] == ["Service", "Placed", "Completed"]
    assert dict(zip(heading, row, strict=True)) == {
        "Service": "'=1+1",
        "Placed": "2",
        "Completed": "2",
        "Cancelled": "0",
        "Returned": "0",
        "Turnover": "25.01",
        "Commission": "1.00",
        "Average order": "12.51",
        "Currency": "CNY",
    }


def test_an_xlsx_can_be_added_up(alpha: TenantRef, past: Callable[[TenantRef], Past]):
    mine = ordered(past, alpha)
    answer = mine.on.finn.api.run(TABLE, {"part": "SERVICES", "format": "XLSX"})
    book = load_workbook(BytesIO(b64decode(answer["reportTable"])))
    heading, row = book.worksheets[0].iter_rows()
    cells = {name.value: cell for name, cell in zip(heading, row, strict=True)}
    assert (cells["Service"].value, cells["Service"].data_type) == ("=1+1", "s")
    assert (cells["Turnover"].value, cells["Turnover"].data_type) == (25.01, "n")
    assert (cells["Placed"].value, cells["Placed"].data_type) == (2, "n")


@pytest.mark.parametrize(
    ("part", "english", "chinese", "first"),
    [
        ("TIME", "From", "起", ["2026-05-04", "2026-05-04", "2"]),
        ("SERVICES", "Service", "服务", ["'=1+1", "2"]),
        ("ZONES", "Zone", "区域", ["Outside every zone", "2"]),
        ("COURIERS", "Courier", "骑手", ["Tomas B.", "2", "0"]),
        ("DEMAND", "Weekday", "星期", ["Monday", "12:00", "2"]),
    ],
)
def test_each_part_is_a_table(
    alpha: TenantRef,
    past: Callable[[TenantRef], Past],
    part: str,
    english: str,
    chinese: str,
    first: list[str],
):
    mine = ordered(past, alpha)
    rows = csv_of(mine, part)
    assert rows[0][0] == english
    assert rows[1][: len(first)] == first
    assert csv_of(mine, part, "zh-Hans")[0][0] == chinese


def test_a_table_tells_of_its_own_operator_alone(
    alpha: TenantRef, beta: TenantRef, past: Callable[[TenantRef], Past]
):
    there = ordered(past, beta)
    mine = past(alpha)
    assert csv_of(mine, "SERVICES")[1:] == []
    assert csv_of(there, "SERVICES")[1][5] == "25.01"
