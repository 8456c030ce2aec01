"""What a row of a catalogue's table says, and rows out of services."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kernel.refusals import InvalidInput
from kernel.tables import TableBroken, TableRow
from kernel.texts import language_is_known, line_checked
from tenants.catalog.models import Category, Service, ServiceKind
from tenants.catalog.services import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    SUMMARY_LENGTH,
    prose_checked,
)

PLAIN: Final = ("id", "kind", "line", "category", "duration_minutes", "position")
TEXTS: Final = {"name": NAME_LENGTH, "summary": SUMMARY_LENGTH, "description": DESCRIPTION_LENGTH}
"""Columns of texts are called `name.en`, `summary.zh-Hans` and so on; how long a text may be."""

SEPARATOR: Final = ">"
"""Between the shelves of a path, the highest first."""

POSITIONS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row asks for; None where its column is not there. Texts may be blank: taken away."""

    id: UUID | None
    kind: ServiceKind | None
    line: str | None
    category: tuple[str, ...] | None
    duration_minutes: int | None
    position: int | None
    texts: Mapping[str, Mapping[str, str]]
    columns: frozenset[str]

    def key(self, language: str) -> str:
        """By what the row is known in the table: the id, else the name."""
        return str(self.id) if self.id else self.texts.get("name", {}).get(language, "")


def columns_check(columns: Collection[str]) -> None:
    """Raises `TableBroken` for a column that nobody knows."""
    for column in columns:
        if column not in PLAIN and _text_column(column) is None:
            raise TableBroken(1, column[:40], "no column of this table")


def row_read(row: TableRow) -> Wanted:
    """Raises `InvalidInput`, whose field is the column."""
    cells = row.cells
    texts: dict[str, dict[str, str]] = {}
    for column, cell in cells.items():
        part = _text_column(column)
        if part is not None:
            name, tag = part
            texts.setdefault(name, {})[tag] = _text(cell, column, name)
    kind = cells.get("kind")
    category = cells.get("category")
    return Wanted(
        id=_uuid(cells["id"]) if cells.get("id") else None,
        kind=_kind(kind) if kind else None,
        line=cells.get("line"),
        category=_path(category) if category else None,
        duration_minutes=_whole(cells, "duration_minutes", 960),
        position=_whole(cells, "position", POSITIONS),
        texts=texts,
        columns=frozenset(cells),
    )


def columns_of(services: Iterable[Service]) -> list[str]:
    """The columns that these services need."""
    tags: dict[str, set[str]] = {name: set() for name in TEXTS}
    for service in services:
        for name, found in tags.items():
            found |= getattr(service, name).keys()
    return [*PLAIN, *(f"{name}.{tag}" for name in TEXTS for tag in sorted(tags[name]))]


def rows_of(
    services: Iterable[Service], shelves: Mapping[UUID, Category], language: str
) -> Iterator[dict[str, str]]:
    """A row for each draft, as `row_read` reads it."""
    for service in services:
        yield {
            "id": str(service.id),
            "kind": service.kind,
            "line": service.line.key if service.line else "",
            "category": f" {SEPARATOR} ".join(path_of(shelves, service.category_id, language)),
            "duration_minutes": str(service.duration_minutes or ""),
            "position": str(service.position),
            **{
                f"{name}.{tag}": text
                for name in TEXTS
                for tag, text in getattr(service, name).items()
            },
        }


def path_of(shelves: Mapping[UUID, Category], shelf: UUID | None, language: str) -> list[str]:
    """The names of the shelf and those above it, the highest first."""
    path: list[str] = []
    while shelf is not None:
        name: dict[str, str] = shelves[shelf].name
        path.insert(0, name.get(language) or next(iter(name.values()), ""))
        shelf = shelves[shelf].parent_id
    return path


_TAGS: Final[dict[str, str | None]] = {}


def _text_column(column: str) -> tuple[str, str] | None:
    """`name.zh-hans` is ("name", "zh-Hans"); None for what is no column of texts."""
    name, _, tag = column.partition(".")
    if name not in TEXTS or not tag or len(tag) > 12:
        return None
    if tag not in _TAGS:
        if len(_TAGS) > 1000:
            _TAGS.clear()
        _TAGS[tag] = _cased(tag)
    known = _TAGS[tag]
    return None if known is None else (name, known)


def _cased(tag: str) -> str | None:
    """A language's tag as BCP 47 writes it: the script begins with a capital."""
    parts = tag.split("-")
    parts[1:] = [part.title() if len(part) == 4 else part.upper() for part in parts[1:]]
    known = "-".join(parts)
    return known if language_is_known(known) else None


def _text(cell: str, column: str, name: str) -> str:
    if not cell:
        return ""
    if name == "description":
        given = {"en": cell}
        checked = prose_checked(given, field=column, max_length=TEXTS[name], language=None)
        return checked["en"]
    return line_checked(cell, field=column, max_length=TEXTS[name])


def _uuid(cell: str) -> UUID:
    try:
        return UUID(cell)
    except ValueError:
        raise InvalidInput(field="id", reason="no id; leave it blank for a new service") from None


def _kind(cell: str) -> ServiceKind:
    try:
        return ServiceKind(cell)
    except ValueError:
        raise InvalidInput(field="kind", reason=f"one of {', '.join(ServiceKind)}") from None


def _path(cell: str) -> tuple[str, ...]:
    names = (name.strip() for name in cell.split(SEPARATOR))
    return tuple(line_checked(name, field="category", max_length=NAME_LENGTH) for name in names)


def _whole(cells: Mapping[str, Any], column: str, most: int) -> int | None:
    cell = cells.get(column, "")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()) or int(cell[:12]) > most:
        raise InvalidInput(field=column, reason=f"a whole number up to {most}")
    return int(cell)
