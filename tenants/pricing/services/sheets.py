"""Price rules out of a spreadsheet, all of its rows or none, and back into one."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.files import FileTooLarge, Upload
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput
from kernel.tables import TableBroken, TableRow, table_read, table_write
from kernel.texts import LANGUAGES, text_in
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.selectors import services_drafted
from tenants.places.selectors import zones_active
from tenants.pricing.models import Rule
from tenants.pricing.selectors import rules_living
from tenants.pricing.services.cells import COLUMNS, LABEL, cells_of, read_cells
from tenants.pricing.services.rules import MAX_RULES, RuleDraft, rule_fill

MAX_BYTES: Final = 5_000_000


class ChangeKind(StrEnum):
    """What a row of a table does."""

    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs from what the rule says; blank is nothing said."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row changes. `row` is as the spreadsheet counts, 1 is the heading."""

    row: int
    kind: ChangeKind
    rule: Rule
    cells: tuple[CellChange, ...]


def rules_table(*, actor: Actor) -> str:
    """Every living rule as CSV, a row each, to be edited in a spreadsheet and sent again."""
    actor.require(Right.PRICES_MANAGE)
    rules = list(rules_living())
    names = _Services()
    labels = [f"{LABEL}{tag}" for tag in dict.fromkeys(tag for rule in rules for tag in rule.label)]
    columns = [*COLUMNS[:3], *labels, *COLUMNS[3:]]
    return table_write(columns, (_written(rule, names) for rule in rules))


@transaction.atomic
def rules_import(*, actor: Actor, upload: Upload, dry_run: bool, at: datetime) -> list[RowChange]:
    """Set rules by a table, all of its rows or none; what it would change, or has changed.

    A row with an `id` changes that rule, one without adds a rule; what the table does not have
    stays, rules as columns. Raises `FileTooLarge` and `TableBroken` for the first row that is
    wrong.
    """
    actor.require(Right.PRICES_MANAGE)
    if upload.size is None or upload.size > MAX_BYTES:
        raise FileTooLarge(max_bytes=MAX_BYTES)
    rows = table_read(upload.read(), max_rows=MAX_RULES)
    transaction_lock("pricing.rules")
    changes = _changes(rows, at=at)
    added = [change.rule for change in changes if change.kind is ChangeKind.ADDED]
    if added and len(added) + Rule.objects.count() > MAX_RULES:
        raise TableBroken(rows[-1].number, "", f"that would be more than {MAX_RULES} rules")
    if not dry_run:
        Rule.objects.bulk_create(added)
        changed = [change.rule for change in changes if change.kind is ChangeKind.CHANGED]
        fields = [field.name for field in Rule._meta.concrete_fields if not field.primary_key]
        Rule.objects.bulk_update(changed, fields)
    return changes


class _Services:
    """Services by their names, in whatever language, and names by services."""

    def __init__(self) -> None:
        services = list(services_drafted(state=None))
        language = brand_language()
        names = {service.id: text_in(service.name, language, language) for service in services}
        often = Counter(name.casefold() for name in names.values())
        self._words = {
            key: name if often[name.casefold()] == 1 else str(key) for key, name in names.items()
        }
        self._found: dict[str, set[UUID]] = {}
        for service in services:
            for word in (str(service.id), *service.name.values()):
                self._found.setdefault(word.strip().casefold(), set()).add(service.id)

    def written(self, service_id: UUID | None) -> str:
        """Its name in the operator's language, or its id where two share that."""
        return self._words[service_id] if service_id else ""

    def read(self, word: str) -> UUID | None:
        """The service of that name or id. Raises `InvalidInput("service")`."""
        if not word:
            return None
        found = self._found.get(word.casefold(), set())
        if len(found) != 1:
            reason = "several services are called that: give the id" if found else "no such service"
            raise InvalidInput(field="service", reason=reason)
        return next(iter(found))


def _written(rule: Rule, services: _Services) -> dict[str, str]:
    return {**cells_of(rule), "service": services.written(rule.service_id)}


def _changes(rows: Sequence[TableRow], *, at: datetime) -> list[RowChange]:
    rules = {str(rule.id): rule for rule in rules_living().select_for_update()}
    services, language = _Services(), brand_language()
    zones = {str(key) for key in zones_active().values_list("id", flat=True)}
    tags = {tag for rule in rules.values() for tag in rule.label} | {*LANGUAGES, language}
    headings = {f"{LABEL}{tag}".casefold(): f"{LABEL}{tag}" for tag in tags}
    changes, seen = [], set()
    for row in rows:
        cells = {headings.get(column, column): text for column, text in row.cells.items()}
        if strange := [
            name for name in cells if name not in COLUMNS and not name.startswith(LABEL)
        ]:
            raise TableBroken(1, strange[0][:40], "no such column")
        key = cells.get("id", "").casefold()
        if key in seen:
            raise TableBroken(row.number, "id", "there is a row of this rule already")
        if key and key not in rules:
            raise TableBroken(row.number, "id", "there is no such rule")
        if key:
            seen.add(key)
        rule = rules.get(key, Rule())
        before = _written(rule, services) if key else {}
        # A new value of one of two that exclude each other is for the row to clear up.
        wanted = {**before, **cells}
        try:
            draft = RuleDraft(
                service_id=services.read(wanted.get("service", "")), **read_cells(wanted)
            )
            rule_fill(rule, draft, language=language, at=at)
        except InvalidInput as invalid:
            raise TableBroken(row.number, _column(invalid.field), invalid.reason) from invalid
        for side in ("zones_from", "zones_to"):
            if not zones.issuperset(rule.when.get(side, ())):
                raise TableBroken(row.number, side, "there is no such zone")
        change = _change(row, rule, before, _written(rule, services))
        if change is not None:
            changes.append(change)
    return changes


def _change(
    row: TableRow, rule: Rule, before: Mapping[str, str], after: Mapping[str, str]
) -> RowChange | None:
    columns = [column for column in {**before, **after} if column != "id"]
    cells = tuple(
        CellChange(column, before.get(column, ""), after.get(column, ""))
        for column in columns
        if before.get(column, "") != after.get(column, "")
    )
    if before and not cells:
        return None
    kind = ChangeKind.CHANGED if before else ChangeKind.ADDED
    return RowChange(row.number, kind, rule, cells)


def _column(field: str) -> str:
    """The column that a field of a rule stands in, of its path in the API."""
    for part in reversed(field.split(".")):
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", part).lower()
        if name in COLUMNS:
            return name
    return "label" if field.startswith("label") else ""
