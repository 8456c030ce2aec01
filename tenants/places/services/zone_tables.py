"""The zones as a table (CSV or XLSX), beside GeoJSON: a row is a feature.

Columns: `id`, `name` in the operator's language, `name:en` and the like in others, `priority`,
`services` (a list of ids as JSON), `geometry` (a GeoJSON Polygon or MultiPolygon).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import orjson

from kernel.refusals import InvalidInput
from kernel.tables import TableBroken, TableFormat, TableRow, table_read, table_text
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.places.models import Zone
from tenants.places.selectors import zones_active
from tenants.places.services.limits import tag_cased

MAX_ROWS: Final = 1_000
COLUMNS: Final = ("id", "name", "priority", "services", "geometry")


def zones_table(*, actor: Actor, format: TableFormat) -> str:
    """Every zone in use as a table that `zones_import` reads."""
    actor.require(Right.PLACES_MANAGE)
    language, zones = brand_language(), list(zones_active())
    others = sorted({tag for zone in zones for tag in zone.name} - {language})
    columns = [*COLUMNS[:2], *(f"name:{tag}" for tag in others), *COLUMNS[2:]]
    return table_text(format, columns, (_row(zone, language) for zone in zones))


def is_table(content: bytes) -> bool:
    """Whether a file is meant as a table: it is a workbook, or its first line has the heading."""
    first = content.lstrip().partition(b"\n")[0]
    is_json = first.startswith((b"{", b"["))
    return content.startswith(b"PK") or (not is_json and b"geometry" in first.lower())


def features_read(content: bytes) -> tuple[list[dict[str, Any]], list[int]]:
    """A feature for each row, and the number of its row. Raises `TableBroken`."""
    rows = table_read(content, max_rows=MAX_ROWS)
    if not rows:
        raise TableBroken(1, "", "there are no rows")
    columns = rows[0].cells
    for column in ("name", "geometry"):
        if column not in columns:
            raise TableBroken(1, column, "this column is missing")
    for column in columns:
        if column not in COLUMNS and not column.startswith("name:"):
            raise TableBroken(1, column[:40], "no such column; there are " + ", ".join(COLUMNS))
    return [_feature(row) for row in rows], [row.number for row in rows]


@contextmanager
def in_table(rows: list[int]) -> Iterator[None]:
    """What is wrong with a feature is wrong with its row. Raises `TableBroken` for it."""
    try:
        yield
    except InvalidInput as invalid:
        first, number, *path = invalid.field.split(".")
        if first != "features" or not number.isdigit():
            raise
        column = ".".join(path).removeprefix("properties.")
        raise TableBroken(rows[int(number)], column, invalid.reason) from None


def _row(zone: Zone, language: str) -> dict[str, str]:
    return {
        **{f"name:{tag}": text for tag, text in zone.name.items()},
        "id": str(zone.id),
        "name": zone.name.get(language, ""),
        "priority": str(zone.priority),
        "services": orjson.dumps(zone.services).decode(),
        "geometry": orjson.dumps(zone.polygon).decode(),
    }


def _feature(row: TableRow) -> dict[str, Any]:
    cells = row.cells
    names = {
        f"name:{tag_cased(column.removeprefix('name:'))}": text
        for column, text in cells.items()
        if column.startswith("name:")
    }
    priority = cells.get("priority", "")
    if priority and not priority.lstrip("-").isdecimal():
        raise TableBroken(row.number, "priority", "a whole number is expected")
    try:
        geometry = orjson.loads(cells["geometry"])
    except orjson.JSONDecodeError:
        raise TableBroken(row.number, "geometry", "a GeoJSON geometry is expected") from None
    return {
        "type": "Feature",
        "id": cells.get("id") or None,
        "properties": {
            **names,
            "name": cells["name"],
            "priority": int(priority[:12]) if priority else None,
            "services": cells.get("services") or None,
        },
        "geometry": geometry,
    }
