"""The tree of places out of a table: once, twice, at once, in GB18030, with one bad row."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from openpyxl import Workbook

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.hours import Hours
from tenants.places.hours_text import hours_read, hours_written
from tenants.places.models import Place
from tests.places.test_hours import every_day, some_hours
from tests.support.cast import Member, cast
from tests.support.factories import PlaceFactory
from tests.support.graphql import Api
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once

TOLD = "added changed same someAdded { kind name latitude } someChanged { name }"
EXPORT = "{ placesExport }"
TABLE = """kind,name,name:en,within,latitude,longitude,hours
campus,主校区,Main campus,,31.02,121.43,
building,三号楼,Hall 3,主校区,31.021,121.431,daily 06:00-23:30
floor,1层,,主校区 > 三号楼,,,
room,101,,主校区 > 三号楼 > 1层,,,
station,驿站,Parcels,主校区,31.03,121.44,"mon-fri 08:00-12:00,13:00-20:00; sat 18:00-01:00"
"""


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


def bring(by: Member, content: str | bytes, **options: Any) -> dict:
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("places.csv", raw)
    told = f"{TOLD} }} ... on TableBrokenError {{ row column reason"
    answer: dict = mutate(by.api, "placesImport", options, told, language="en", file=file)
    return answer


def counts(answer: dict) -> tuple[int, int, int]:
    return answer["added"], answer["changed"], answer["same"]


def test_a_campus_in_a_table(alpha: TenantRef, ines: Member):
    with nothing_changes(alpha):
        dry = bring(ines, TABLE, dryRun=True)
    assert counts(dry) == (5, 0, 0)
    assert bring(ines, TABLE) == dry
    with tenant_scope(alpha):
        room = Place.objects.select_related("parent__parent__parent").get(kind="room")
        assert (room.latitude, room.parent.kind) == (31.021, "floor")
        assert room.parent.parent.parent.name == {"zh-Hans": "主校区", "en": "Main campus"}
        station = Place.objects.get(kind="station")
        assert hours_written(Hours.parse(station.hours)) == (
            "mon,tue,wed,thu,fri 08:00-12:00,13:00-20:00; sat 18:00-01:00"
        )
    with nothing_changes(alpha):
        assert counts(bring(ines, TABLE)) == (0, 0, 5)
        out = ines.api.run(EXPORT)["placesExport"]
        assert counts(bring(ines, out)) == (0, 0, 5)
        book = b64decode(ines.api.run("{ placesExport(format: XLSX) }")["placesExport"])
        assert counts(bring(ines, book)) == (0, 0, 5)
    moved = TABLE.replace("31.03,", "31.04,").replace("Hall 3", "Third hall")
    assert counts(bring(ines, moved)) == (0, 2, 3)
    with tenant_scope(alpha):
        assert Place.objects.get(kind="station").latitude == 31.04
        assert Place.objects.get(kind="building").name["en"] == "Third hall"


def test_a_name_with_the_joint_in_it(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        gate = PlaceFactory(name={"zh-Hans": "东门 > 西门"})
        PlaceFactory(name={"zh-Hans": "=1+1"}, parent=gate, latitude=-31.5)
    with nothing_changes(alpha):
        assert counts(bring(ines, ines.api.run(EXPORT)["placesExport"])) == (0, 0, 2)


def test_what_is_not_said_stays(alpha: TenantRef, ines: Member):
    hours = every_day(("08:00", "20:00"), on_2026_10_01=[])
    with tenant_scope(alpha):
        gate = PlaceFactory(name={"zh-Hans": "东门", "en": "East"}, hours=hours.serialise())
    with nothing_changes(alpha):
        assert counts(bring(ines, "kind,name\ngate,东门\n")) == (0, 0, 1)
    assert counts(bring(ines, "kind,name,hours\ngate,东门,daily 09:00-17:00\n")) == (0, 1, 0)
    with tenant_scope(alpha):
        gate.refresh_from_db()
        kept = Hours.parse(gate.hours)
    assert kept.exceptions == hours.exceptions and hours_written(kept) == "daily 09:00-17:00"


def test_gb18030_and_xlsx(alpha: TenantRef, ines: Member):
    assert counts(bring(ines, TABLE.encode("gb18030"))) == (5, 0, 0)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Kind", "Name", "Name:zh-Hans", "Latitude", "Longitude"],
        ["gate", "西门", None, 31.02, 121.5],
        [None] * 5,
    ):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    assert counts(bring(ines, out.getvalue())) == (1, 0, 0)
    with tenant_scope(alpha):
        assert Place.objects.get(kind="gate").name == {"zh-Hans": "西门"}


HEAD = "kind,name,within,latitude,longitude,hours"


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("planet,火星,,1,1,", "kind", "one of campus, building"),
        ("gate,,,1,1,", "name", "a text in zh-Hans is needed"),
        (f"gate,{'x' * 61},,1,1,", "name", "60"),
        ("gate,门,无,1,1,", "within", "no place '无'"),
        ("gate,门,双,1,1,", "within", "2 places '双'"),
        ("floor,1层,,1,1,", "within", "a floor cannot lie alone"),
        ("room,101,深 > 深 > 深 > 深 > 深 > 深,1,1,", "within", "cannot lie in a gate"),
        ("gate,门,深 > 深 > 深 > 深 > 深 > 深,1,1,", "within", "6 deep"),
        ("gate,双,,1,1,", "name", "there are 2"),
        ("gate,好,,1,1,", "name", "row 2 says it already"),
        ("gate,门,,,,", "latitude", "must be said"),
        ("gate,门,,1,,", "longitude", "no number"),
        ("gate,门,,x,1,", "latitude", "no number"),
        ("gate,门,,nan,1,", "latitude", "between -90 and 90"),
        ("gate,门,,121.4,31.0,", "latitude", "between -90 and 90"),
        ("gate,门,,1,1,always", "hours", "no span"),
        ("gate,门,,1,1,someday 08:00-20:00", "hours", "no day"),
        ("gate,门,,1,1,daily 08:00-25:00", "hours", "no time"),
        ("gate,门,,1,1,daily 08:00-12:00; mon 09:00-10:00", "hours", "overlap"),
        ("gate,门,,1,1,,more", "", "more cells"),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_written(
    alpha: TenantRef, ines: Member, row: str, column: str, says: str
):
    with tenant_scope(alpha):
        PlaceFactory.create_batch(2, name={"zh-Hans": "双"})
        deep = None
        for _ in range(6):
            deep = PlaceFactory(name={"zh-Hans": "深"}, parent=deep)
    for dry_run in (True, False):
        with nothing_changes(alpha):
            answer = bring(ines, f"{HEAD}\ngate,好,,1,1,\n{row}\n", dryRun=dry_run)
            assert (answer["row"], answer["column"]) == (3, column)
            assert says in answer["reason"]


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"", ""),
        (b"kind,name\n", ""),
        (b"kind\ngate\n", "name"),
        (b"kind,name,colour\ngate,x,red\n", "colour"),
        (b"kind,name,name\ngate,x,y\n", "name"),
        (b"PK\x03\x04nonsense", ""),
        (b"kind,name\ngate,\xff\xff\xff\n", ""),
    ],
)
def test_what_is_no_table(alpha: TenantRef, ines: Member, content: bytes, column: str):
    with nothing_changes(alpha):
        answer = bring(ines, content)
        assert (answer["code"], answer["column"]) == ("TABLE_BROKEN", column)


def test_row_4812_in_gbk(alpha: TenantRef, ines: Member):
    rows = [f"gate,门{n},,31,121," for n in range(2, 5_002)]
    rows[4_810] = "gate,坏,,91,121,"
    with nothing_changes(alpha):
        answer = bring(ines, "\n".join([HEAD, *rows]).encode("gbk"))
        assert (answer["row"], answer["column"]) == (4_812, "latitude")
    rows[4_810] = "gate,好,,31,121,"
    answer = bring(ines, "\n".join([HEAD, *rows]).encode("gbk"))
    assert counts(answer) == (5_000, 0, 0) and len(answer["someAdded"]) == 100


def test_the_same_table_at_once(alpha: TenantRef, ines: Member):
    answers = at_once(*[lambda: bring(ines, TABLE)] * 3)
    assert sorted(counts(answer) for answer in answers) == [(0, 0, 5), (0, 0, 5), (5, 0, 0)]


@given(hours=some_hours())
def test_hours_in_a_cell_read_back(hours: Hours):
    if written := hours_written(hours):
        assert hours_read(written, field="hours") == hours


def test_days_of_a_week_that_ends():
    assert hours_written(hours_read("sat-mon 10:00-24:00", field="hours")) == (
        "mon,sat,sun 10:00-24:00"
    )
    for wrong in ("mon", "mon-", "mon-fri-sat 08:00-20:00", "- 08:00-20:00", "mon 08:00"):
        with pytest.raises(InvalidInput):
            hours_read(wrong, field="hours")


def test_nobody_else_may(alpha: TenantRef):
    people = cast(alpha)
    document = (
        "mutation ($input: PlacesImportInput!) { placesImport(input: $input) { __typename } }"
    )
    for api, code in (
        (Api("alpha.localhost"), "UNAUTHENTICATED"),
        (people.maya.api, "FORBIDDEN"),
        (people.tomas.api, "FORBIDDEN"),
    ):
        assert api.error_code(EXPORT) == code
        file = SimpleUploadedFile("places.csv", TABLE.encode())
        answer = api.upload_answer(document, {"input": {"file": None}}, {"input.file": file})
        assert answer["errors"][0]["extensions"]["code"] == code
    with tenant_scope(alpha):
        assert not Place.objects.exists()
