"""A catalogue out of a spreadsheet: all rows or none, whatever it was saved as."""

import csv
from base64 import b64decode
from contextlib import suppress
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kernel.tables import TableBroken, table_read, table_write
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.imports.run import CatalogMoved, import_run, import_start
from tenants.catalog.models import CatalogImport, Category, Line, Service, ServiceVersion
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import CategoryFactory, ServiceFactory
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import mutate, mutation, nothing_changes

HEADING = ["kind", "category", "name.zh-Hans", "name.en", "duration_minutes"]
IMPORTS = """{ catalogImports { edges { node {
  id state dryRun total checked made changed same finishedAt
  problems { row column reason } changes { row name what }
} } } }"""


def table(*rows: list[str], heading: list[str] = HEADING) -> str:
    out = StringIO()
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue()


def row(number: int) -> list[str]:
    return ["pick_up", "快递 > 代取", f"取快递{number}", f"Parcel {number}", ""]


def sent(content: bytes | str, name: str = "table.csv") -> SimpleUploadedFile:
    content = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, content, "application/octet-stream")


def send(tenant: TenantRef, content: bytes | str, *, dry_run: bool = False) -> dict[str, Any]:
    """Send it, work it off, and see what became of it."""
    ines = cast(tenant).ines.api
    answer = mutate(
        ines, "catalogImport", {"dryRun": dry_run}, "catalogImport { id }", upload=sent(content)
    )
    if "code" in answer:
        return answer
    assert jobs_run(tenant) == ["catalog.import"]
    return ines.run(IMPORTS)["catalogImports"]["edges"][0]["node"]


def counts() -> tuple[int, int]:
    return Category.objects.count(), Service.objects.count()


def xlsx(*rows: list[Any]) -> bytes:
    book, out = Workbook(), BytesIO()
    assert book.active is not None
    for cells in rows:
        book.active.append(cells)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_in_whatever_it_was_saved(alpha: TenantRef, encoding: str):
    content = table(*(row(number) for number in range(30))).encode(encoding)
    done = send(alpha, content)
    assert (done["state"], done["total"], done["checked"], done["made"]) == ("DONE", 30, 30, 30)
    with tenant_scope(alpha):
        assert counts() == (2, 30)
        below = Category.objects.get(parent__isnull=False)
        assert (below.parent.name, below.name) == ({"zh-Hans": "快递"}, {"zh-Hans": "代取"})
        service = Service.objects.get(name__en="Parcel 7")
        assert service.name["zh-Hans"] == "取快递7" and service.state == "draft"
        # The rows are not kept longer than they are needed.
        assert CatalogImport.objects.get().rows == []


def test_xlsx_with_semicolons_and_tabs_too(alpha: TenantRef):
    with tenant_scope(alpha):
        CategoryFactory(name={"zh-Hans": "家政"})
    book = xlsx(HEADING, ["on_site", "家政", "保洁", "Cleaning", 120.0], [None] * 5)
    assert send(alpha, book)["made"] == 1
    for mark in (";", "\t"):
        assert send(alpha, table(row(1)).replace(",", mark))["state"] == "DONE"
    with tenant_scope(alpha):
        assert Service.objects.get(name__en="Cleaning").duration_minutes == 120


def test_what_is_known_is_changed_and_the_rest_left(alpha: TenantRef):
    with tenant_scope(alpha):
        shelf = CategoryFactory(name={"zh-Hans": "甲"})
        one = ServiceFactory(
            category=shelf,
            published=True,
            name={"zh-Hans": "一", "en": "One"},
            summary={"zh-Hans": "好"},
        )
        two = ServiceFactory(category=shelf, name={"zh-Hans": "二"}, position=5)
        Line.objects.create(key="pets", name={"zh-Hans": "宠物"}, kind="pick_up")
    heading = ["id", "name.zh-Hans", "name.en", "line", "category"]
    content = table(
        [str(one.id), "壹", "", "pets", "甲 > 乙"], ["", "二", "", "", ""], heading=heading
    )
    done = send(alpha, content)
    assert (done["state"], done["made"], done["changed"], done["same"]) == ("DONE", 0, 1, 1)
    assert done["changes"] == [{"row": 2, "name": "壹", "what": "changed"}]
    with tenant_scope(alpha):
        one.refresh_from_db()
        assert (one.name, one.summary) == ({"zh-Hans": "壹"}, {"zh-Hans": "好"})
        assert one.line is not None and one.category.name == {"zh-Hans": "乙"}
        # What is on sale is as it was, but stands on its new shelf, and is found there.
        assert ServiceVersion.objects.get().name == {"zh-Hans": "一", "en": "One"}
        assert "乙" in one.search_text and "chongwu" in one.search_text
        two.refresh_from_db()
        assert two.position == 5
    again = send(alpha, content)
    assert (again["changed"], again["same"], again["changes"]) == (0, 2, [])


def test_what_is_exported_comes_back_as_it_was(alpha: TenantRef):
    with tenant_scope(alpha):
        for name in ("=SUM(A1)", "-5", "+86", "@home", 'a,b;c"d', "'quoted"):
            ServiceFactory(name={"zh-Hans": name, "en": name}, description={"zh-Hans": "一\n二"})
    ines = cast(alpha).ines.api
    written = ines.run("{ catalogTable }")["catalogTable"]
    assert "\n=" not in written and ",=" not in written
    done = send(alpha, written)
    assert (done["state"], done["problems"], done["same"]) == ("DONE", [], 6)
    book = b64decode(ines.run("{ catalogTable(format: XLSX) }")["catalogTable"])
    cells = [cell for row in load_workbook(BytesIO(book)).worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}  # none is calculated
    done = send(alpha, book)
    assert (done["state"], done["problems"], done["same"]) == ("DONE", [], 6)


def test_a_dry_run_says_what_would_be_and_writes_nothing(alpha: TenantRef):
    content = table(row(1), row(2))
    done = send(alpha, content, dry_run=True)
    assert (done["state"], done["dryRun"], done["made"]) == ("DONE", True, 2)
    assert done["changes"][1] == {"row": 3, "name": "取快递2", "what": "made"}
    with tenant_scope(alpha):
        assert counts() == (0, 0)


def test_the_bad_row_4812_is_named_and_nothing_is_written(alpha: TenantRef):
    rows = [row(number) for number in range(5000)]
    rows[4810][0] = "teleport"
    done = send(alpha, table(*rows).encode("gbk"))
    assert done["state"] == "REFUSED"
    [problem] = done["problems"]
    assert (problem["row"], problem["column"]) == (4812, "kind")
    with tenant_scope(alpha):
        assert counts() == (0, 0)
    # Letters that are none, in that row.
    content = table(*(row(number) for number in range(5000))).encode("gbk").split(b"\r\n")
    content[4811] = content[4811][:-3] + b"\xff\xff\xff"
    refused = send(alpha, b"\r\n".join(content))
    assert refused["code"] == "TABLE_BROKEN" and refused["message"].startswith("第 4812 行")
    with tenant_scope(alpha):
        assert counts() == (0, 0) and CatalogImport.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "on_site", "line": "pets"}, "line"),
        ({"line": "nothing"}, "line"),
        ({"category": ""}, "category"),
        ({"category": "a > > b"}, "category"),
        ({"category": " > ".join("abcdef")}, "category"),
        ({"category": "长" * 201}, "category"),
        ({"name.zh-hans": ""}, "name.zh-Hans"),
        ({"name.zh-hans": "长" * 201}, "name.zh-hans"),
        ({"name.zh-hans": "a\x07b"}, "name.zh-hans"),
        ({"summary.en": "x" * 301, "summary.zh-hans": "x"}, "summary.en"),
        ({"summary.en": "no Chinese"}, "summary.zh-Hans"),
        ({"description.zh-hans": "长" * 5001}, "description.zh-hans"),
        ({"duration_minutes": "14"}, "duration_minutes"),
        ({"duration_minutes": "961"}, "duration_minutes"),
        ({"duration_minutes": "9" * 5000}, "duration_minutes"),
        ({"duration_minutes": "-60"}, "duration_minutes"),
        ({"duration_minutes": "１２０"}, "duration_minutes"),
        ({"duration_minutes": "1e2"}, "duration_minutes"),
        ({"position": "x"}, "position"),
        ({"id": "1"}, "id"),
        ({"id": str(uuid4())}, "id"),
        ({"name.zh-hans": "已有"}, "id"),
        ({"name.zh-hans": "前行"}, "name.zh-Hans"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(
    alpha: TenantRef, beta: TenantRef, cells: dict[str, str], column: str
):
    with tenant_scope(alpha):
        shelf = CategoryFactory(name={"zh-Hans": "架"})
        ServiceFactory.create_batch(2, category=shelf, name={"zh-Hans": "已有"})
        Line.objects.create(key="pets", name={"zh-Hans": "宠物"}, kind="pick_up")
        before = counts()
    good = {"kind": "pick_up", "category": "架", "name.zh-hans": "新"}
    heading = sorted(good.keys() | cells.keys())
    first = {**good, "name.zh-hans": "前行"}
    rows = [[each.get(name, "") for name in heading] for each in (first, {**good, **cells})]
    done = send(alpha, table(*rows, heading=heading))
    assert [(each["row"], each["column"]) for each in done["problems"]] == [(3, column)]
    with tenant_scope(alpha):
        assert counts() == before


@pytest.mark.parametrize(
    ("content", "row_number"),
    [
        (b"", 1),
        (b"\n\n", 1),
        (b"kind,kind\n", 1),
        (b"kind,,category\n", 1),
        (b"kind,price\npick_up,5\n", 1),
        (b"kind,name.xx-zz-yy\npick_up,5\n", 1),
        (b"kind\npick_up,extra\n", 2),
        (b'kind\n"pick_up\n', 2),
        (b"kind\npick\x00up\n", 2),
        (b"PK\x03\x04 no zip", 1),
        (b"kind\n" + b"a\n" * 10_001, 10_002),
        (b"kind\n" + b"x" * 200_000, 2),
    ],
)
def test_what_is_no_table(alpha: TenantRef, content: bytes, row_number: int):
    assert cast(alpha).ines.rights
    with nothing_changes(alpha):
        refused = send(alpha, content)
        assert refused["code"] == "TABLE_BROKEN"
        assert refused["message"].startswith(f"第 {row_number} 行")


def test_a_broken_book_is_refused_wherever_it_breaks():
    book = xlsx(HEADING, *([*row(number)] for number in range(40)))
    for at in range(0, len(book), 97):
        for broken in (book[:at], book[:at] + bytes([book[at] ^ 0xFF]) + book[at + 1 :]):
            with suppress(TableBroken):
                table_read(broken, max_rows=100)


def test_a_book_that_unpacks_to_more_than_it_says_is_refused(alpha: TenantRef):
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * 61_000_000)
    with pytest.raises(TableBroken, match="TABLE_BROKEN"):
        table_read(out.getvalue(), max_rows=10)


def test_a_job_that_runs_twice_writes_once(alpha: TenantRef):
    mutate(cast(alpha).ines.api, "catalogImport", {}, upload=sent(table(row(1))))
    [job] = jobs_waiting(alpha)
    with tenant_scope(alpha):
        for _ in range(2):
            import_run(import_id=job.arguments["import_id"], at=SOME_DAY)
        assert counts() == (2, 1)
        assert CatalogImport.objects.get().finished_at == SOME_DAY


def test_what_changes_meanwhile_is_not_overwritten(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    from tenants.catalog.imports import run

    ines = cast(alpha).ines.actor
    with tenant_scope(alpha):
        service = ServiceFactory(name={"zh-Hans": "一"})
        content = table(["一", "One"], heading=["name.zh-Hans", "name.en"])
        made = import_start(actor=ines, upload=sent(content), dry_run=False, at=SOME_DAY)
        check = run._checked

        def checked(*given: Any) -> Any:
            Service.objects.update(
                updated_at=SOME_DAY.replace(year=2027), summary={"zh-Hans": "new"}
            )
            return check(*given)

        with monkeypatch.context() as patch:
            patch.setattr(run, "_checked", checked)
            with pytest.raises(CatalogMoved):
                import_run(import_id=made.id, at=SOME_DAY)
        service.refresh_from_db()
        assert service.name == {"zh-Hans": "一"}
        # The job is tried again, on what is there now.
        import_run(import_id=made.id, at=SOME_DAY)
        service.refresh_from_db()
        assert (service.name["en"], service.summary) == ("One", {"zh-Hans": "new"})


def test_only_whoever_manages_the_catalogue_may(alpha: TenantRef, beta: TenantRef):
    send(beta, table(row(1)).replace("zh-Hans", "en-GB").replace("name.en,", "name.en,"))
    maya = cast(alpha).maya.api
    for document in (IMPORTS, "{ catalogTable }"):
        assert maya.error_code(document) == "FORBIDDEN"
    variables = {"input": {"upload": None}}
    files = {"input.upload": sent(table(row(1)))}
    answer = maya.upload_answer(mutation("catalogImport"), variables, files)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    with tenant_scope(beta):
        theirs = CatalogImport.objects.get()
    node = "query ($id: ID!) { node(id: $id) { id } }"
    key = {"id": global_id("CatalogImport", theirs.id)}
    assert cast(alpha).ines.api.run(node, key) == {"node": None}
    assert cast(beta).maya.api.run(node, key) == {"node": None}
    assert cast(beta).ines.api.run(node, key) != {"node": None}


def test_queries_do_not_grow_with_the_rows(alpha: TenantRef, django_assert_num_queries):
    ines = cast(alpha).ines.actor
    for first, size in ((0, 10), (100, 200)):
        content = table(*(row(first + number) for number in range(size)))
        with tenant_scope(alpha):
            made = import_start(actor=ines, upload=sent(content), dry_run=False, at=SOME_DAY)
            # The import; language, shelves, lines, services; progress, its state; BEGIN, two
            # locks, the import, every service locked, the shelves (if any are new), the services,
            # the import, COMMIT.
            with django_assert_num_queries(16 if first == 0 else 15):
                import_run(import_id=made.id, at=SOME_DAY)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_table_that_is_written_is_read_again(cells: list[list[str]]):
    rows = [dict(zip(("one", "two"), each, strict=True)) for each in cells]
    content = table_write(["one", "two"], rows).encode()
    found = [dict(each.cells) for each in table_read(content, max_rows=100)]
    assert found == [each for each in rows if any(each.values())]
