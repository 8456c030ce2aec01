"""What a table would make of the catalogue: worked out in memory, from what is read once."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from kernel.refusals import InvalidInput
from kernel.tables import TableRow
from tenants.catalog.declaration import Declaration, default_declaration
from tenants.catalog.imports.table import Wanted, row_read
from tenants.catalog.models import Category, Line, Service
from tenants.catalog.selectors import MAX_DEPTH
from tenants.catalog.services import MAX_CATEGORIES, duration_check

FIELDS: Final = (
    "category_id",
    "line_id",
    "kind",
    "name",
    "summary",
    "description",
    "declaration",
    "duration_minutes",
    "position",
)
"""What an import may change of a draft."""


@dataclass
class Plan:
    """The catalogue as it was read, and what is to become of it."""

    language: str
    shelves: dict[UUID, Category]
    lines: dict[str, Line]
    services: dict[UUID, Service]
    new_shelves: list[Category] = field(default_factory=list)
    made: list[Service] = field(default_factory=list)
    changed: list[Service] = field(default_factory=list)
    same: int = 0

    def __post_init__(self) -> None:
        self._paths: dict[tuple[UUID | None, str], UUID] = {}
        for shelf in self.shelves.values():
            name = shelf.name.get(self.language)
            if name:
                self._paths.setdefault((shelf.parent_id, name), shelf.id)
        self._named: dict[str, list[UUID]] = {}
        for service in self.services.values():
            self._named.setdefault(service.name.get(self.language, ""), []).append(service.id)
        self._taken: dict[str, int] = {}

    def add(self, row: TableRow) -> str:
        """Take a row in; answers "made", "changed" or "same".

        Raises `InvalidInput`, whose field is the column.
        """
        wanted = row_read(row)
        key = wanted.key(self.language)
        if not key:
            raise InvalidInput(field=f"name.{self.language}", reason="needed")
        service = self._known(wanted)
        # A row by its id and another by its name can be about one service.
        mark = str(service.id) if service else key
        if mark in self._taken:
            raise InvalidInput(
                field="id" if wanted.id else f"name.{self.language}",
                reason=f"row {self._taken[mark]} is about the same service",
            )
        self._taken[mark] = row.number
        if service is None:
            self.made.append(self._made(wanted))
            return "made"
        before = _values(service)
        self._set(service, wanted)
        if _values(service) == before:
            self.same += 1
            return "same"
        self.changed.append(service)
        return "changed"

    def _known(self, wanted: Wanted) -> Service | None:
        if wanted.id is not None:
            if wanted.id not in self.services:
                raise InvalidInput(field="id", reason="there is no such service")
            return self.services[wanted.id]
        found = self._named.get(wanted.key(self.language), [])
        if len(found) > 1:
            raise InvalidInput(field="id", reason="two services are called so: say which by its id")
        return self.services[found[0]] if found else None

    def _made(self, wanted: Wanted) -> Service:
        for column, value in (("kind", wanted.kind), ("category", wanted.category)):
            if value is None:
                raise InvalidInput(field=column, reason="needed for a new service")
        assert wanted.kind is not None
        service = Service(
            kind=wanted.kind, name={}, declaration=default_declaration(wanted.kind).serialise()
        )
        self._set(service, wanted)
        return service

    def _set(self, service: Service, wanted: Wanted) -> None:
        if wanted.kind is not None and wanted.kind != service.kind:
            if service.version_id is not None:
                raise InvalidInput(field="kind", reason="fixed once a version is published")
            service.kind = wanted.kind
            service.declaration = default_declaration(wanted.kind).serialise()
        if wanted.line is not None:
            service.line = self._line(wanted.line)
        if service.line is not None and service.line.kind != service.kind:
            raise InvalidInput(field="line", reason=f"a line of kind {service.line.kind}")
        for name, given in wanted.texts.items():
            texts = {**getattr(service, name), **given}
            setattr(service, name, {tag: text for tag, text in texts.items() if text})
            own = getattr(service, name)
            if self.language not in own and (own or name == "name"):
                raise InvalidInput(field=f"{name}.{self.language}", reason="needed")
        if "duration_minutes" in wanted.columns:
            service.duration_minutes = wanted.duration_minutes
        try:
            duration_check(service.duration_minutes, Declaration.parse(service.declaration))
        except InvalidInput as invalid:
            raise InvalidInput(field="duration_minutes", reason=invalid.reason) from None
        if wanted.position is not None:
            service.position = wanted.position
        # Last, since it makes shelves: a row that is refused makes none.
        if wanted.category is not None:
            service.category_id = self._shelf(wanted.category)

    def _line(self, key: str) -> Line | None:
        if not key:
            return None
        if key not in self.lines:
            raise InvalidInput(field="line", reason="there is no such line")
        return self.lines[key]

    def _shelf(self, path: tuple[str, ...]) -> UUID:
        if len(path) > MAX_DEPTH:
            raise InvalidInput(field="category", reason=f"at most {MAX_DEPTH} levels")
        above: UUID | None = None
        for name in path:
            found = self._paths.get((above, name))
            if found is None:
                found = self._new_shelf(above, name)
            above = found
        assert above is not None
        return above

    def _new_shelf(self, above: UUID | None, name: str) -> UUID:
        if len(self.shelves) >= MAX_CATEGORIES:
            raise InvalidInput(field="category", reason=f"at most {MAX_CATEGORIES} categories")
        # An active shelf has only active ones above it.
        active = above is None or self.shelves[above].active
        shelf = Category(
            parent_id=above,
            name={self.language: name},
            active=active,
            position=len(self.shelves),
        )
        self.shelves[shelf.id] = shelf
        self.new_shelves.append(shelf)
        self._paths[above, name] = shelf.id
        return shelf.id


def _values(service: Service) -> list[object]:
    return [getattr(service, name) for name in FIELDS]
