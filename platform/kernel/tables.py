"""Tables that people make in a spreadsheet: CSV in whatever encoding it was saved, or XLSX.

The first row is the heading. Rows are counted as the spreadsheet counts them, from 1, so that what
is wrong is found where it stands.
"""

import csv
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from itertools import chain
from typing import Any, Final
from zipfile import ZipFile

from kernel.refusals import Refusal

MAX_UNPACKED: Final = 60_000_000
"""Bytes of all parts of an XLSX, which is a ZIP file and may say little at great length."""

MAX_COLUMNS: Final = 200
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
"""As spreadsheets save them: UTF-8, and what Excel in China takes for plain text (GBK is in it)."""


class TableFormat(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    XLSX = "xlsx"


type Cell = str | int | Decimal
"""What a table is written with: a text, or an exact number that a spreadsheet may add up."""

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What begins a cell that a spreadsheet would calculate."""


@dataclass(eq=False)
class TableBroken(Refusal):
    """A table cannot be read. `row` counts from 1, the heading; `column` is its heading, or ""."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row by heading, all in small letters; what is blank is "". `number` counts from 1."""

    number: int
    cells: Mapping[str, str]


def table_read(content: bytes, *, max_rows: int) -> list[TableRow]:
    """The rows below the heading, without blank ones. Raises `TableBroken`."""
    rows = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    heading: list[str] = []
    found: list[TableRow] = []
    for number, cells in enumerate(rows, start=1):
        if number == 1:
            heading = _heading(cells)
            continue
        texts = [_plain(cell) for cell in cells]
        if not any(texts):
            continue
        if any(texts[len(heading) :]):
            raise TableBroken(number, "", f"more cells than the {len(heading)} of the heading")
        if len(found) >= max_rows:
            raise TableBroken(number, "", f"at most {max_rows} rows")
        texts += [""] * (len(heading) - len(texts))
        found.append(TableRow(number, dict(zip(heading, texts, strict=False))))
    if not heading:
        raise TableBroken(1, "", "there is no heading")
    return found


def table_write(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """CSV that spreadsheets open as it is meant: marked as UTF-8, and no text is calculated."""
    out = StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        cells = (row.get(column, "") for column in columns)
        writer.writerow(
            [f"'{cell}" if isinstance(cell, str) and _calculated(cell) else cell for cell in cells]
        )
    return out.getvalue()


def workbook_write(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """The same as XLSX of one sheet. A text's cell is of type text, so none is calculated."""
    # 60 ms to import, and few processes ever write one.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    lines = ([row.get(column, "") for column in columns] for row in rows)
    for values in chain([columns], lines):
        cells = []
        for value in values:
            if isinstance(value, str):
                # What is read loses an apostrophe before a formula; one that is there gets another.
                quoted = value.startswith("'") and _calculated(value)
                cell = WriteOnlyCell(sheet, f"'{value}" if quoted else value)
                cell.data_type = "s"
            else:
                cell = WriteOnlyCell(sheet, value)
            cells.append(cell)
        sheet.append(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def table_text(
    format: TableFormat, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]
) -> str:
    """A table to be handed out: CSV as it is, XLSX in base64."""
    if format is TableFormat.CSV:
        return table_write(columns, rows)
    return b64encode(workbook_write(columns, rows)).decode()


def _heading(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if not name:
            raise TableBroken(1, "", "a column has no heading")
        if names.count(name) > 1:
            raise TableBroken(1, name[:40], "there are two of it")
    if not 1 <= len(names) <= MAX_COLUMNS:
        raise TableBroken(1, "", f"between 1 and {MAX_COLUMNS} columns")
    return names


def _plain(cell: str) -> str:
    text = cell.strip()
    quoted = text.startswith("'") and _calculated(text)
    return text[1:] if quoted else text


def _calculated(cell: str) -> bool:
    """Whether a spreadsheet would calculate it, or it would but for apostrophes before it."""
    return cell.lstrip("'").startswith(_FORMULAS)


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableBroken(number, "", str(error)) from None
        if any("\x00" in cell for cell in cells):
            raise TableBroken(number, "", "this is no text")
        yield cells


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    furthest = 0
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    row = content.count(b"\n", 0, furthest) + 1
    raise TableBroken(row, "", "these are no letters in UTF-8, nor in GB18030")


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise TableBroken(1, "", f"more than {MAX_UNPACKED} bytes unpacked")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in cells]
    except TableBroken:
        raise
    except Exception as error:
        # It fails in many ways on a broken file, and in none of them is there a table.
        raise TableBroken(1, "", "this is no XLSX that can be read") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
