"""What the platform's master keys have sealed, and sealing it anew by the newest of them.

That is every tenant's key, and the few texts of the platform's own (`SealedTextField`). A tenant's
rows are under its own key, which stays the same: they are not touched.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from kernel.crypto import SealedTextField, rewrap, sealed_by
from registry.audit import owner_action
from registry.models import Tenant

ACTION: Final = "masterKeysRewrap"

AT_ONCE: Final = 200
"""Values that one transaction seals anew. The resolvers hear of each transaction, and ask anew."""

NEWEST: Final = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the platform's schema that holds what a master key has sealed; rows by UUID."""

    table: str
    key: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def columns() -> list[Column]:
    """All of them, the tenants' keys first."""
    meta = Tenant._meta
    found = [Column(meta.db_table, "id", "wrapped_key")]
    for model in apps.get_models():
        meta = model._meta
        found += [
            Column(meta.db_table, str(meta.pk.column), str(field.column))
            for field in meta.concrete_fields
            if isinstance(field, SealedTextField)
        ]
    return found


def keys_counted(column: Column) -> Counter[int | None]:
    """How many values of `column` are under which of `MASTER_KEYS`; see `sealed_by`.

    One query. Platform scope.
    """
    return Counter(sealed_by(value) for _, value in _values(column))


def keys_rewrap(*, at: datetime, tell: Callable[[int], None]) -> None:
    """Seal everything by the newest master key.

    Whole batches are written, each with its line in the audit log, so that it can be killed at any
    time and run again. A value that somebody else has changed meanwhile, such as a tenant's key
    that was destroyed, stays as they have left it. `tell` hears how many more are done. What none
    of the keys opens is left alone. Platform scope, outside a transaction.
    """
    for column in columns():
        old = [one for one in _values(column) if sealed_by(one[1]) not in (NEWEST, None)]
        for batch in batched(old, AT_ONCE):
            _seal_anew(column, batch, at)
            tell(len(batch))


def _values(column: Column) -> Iterator[tuple[UUID, bytes]]:
    """The rows' keys, and what is sealed; an erased tenant's key is empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT {key}, {name} FROM {table} WHERE {name} <> '' ORDER BY {key}").format(
                key=sql.Identifier(column.key),
                name=sql.Identifier(column.name),
                table=sql.Identifier(column.table),
            )
        )
        for row, value in cursor.fetchall():
            yield row, bytes(value)


@transaction.atomic
def _seal_anew(column: Column, batch: tuple[tuple[UUID, bytes], ...], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "UPDATE {table} SET {name} = new.after"
                " FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) new (key, before, after)"
                " WHERE {key} = new.key AND {name} = new.before"
            ).format(
                table=sql.Identifier(column.table),
                name=sql.Identifier(column.name),
                key=sql.Identifier(column.table, column.key),
            ),
            [
                [row for row, _ in batch],
                [value for _, value in batch],
                [rewrap(value) for _, value in batch],
            ],
        )
        data = {"of": str(column), "values": cursor.rowcount}
    owner_action(owner=None, action=ACTION, data=data, at=at)
