"""Files of rows into an empty schema, checked row by row against what was signed."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

import django.db
import psycopg
from django.db import connections

from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.manifest import Manifest, TableFacts
from registry.archives.packing import unpack
from registry.archives.progress import Gauge, Progress, silent
from registry.archives.refusals import ArchiveBroken
from registry.archives.tables import (
    checksums,
    columns_of,
    loading,
    sequence_values,
    sequences_set,
    table_copy_in,
    tables_of,
)
from registry.database import OWNER_ALIAS
from registry.fleet.settle import tables_analyze

_UNFIT: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    django.db.DataError,
    django.db.IntegrityError,
)
"""What PostgreSQL raises for rows that cannot be in these tables; Django's where it hears of it."""

type Pieces = Iterable[bytes | memoryview]
type Convert = Callable[[str, TableFacts, Pieces], Pieces]
"""Turns the text of a table's rows into another, in the same columns."""


def rows_load(
    target: TenantRef,
    manifest: Manifest,
    open_table: Callable[[str], IO[bytes]],
    *,
    progress: Progress = silent,
    convert: Convert | None = None,
) -> None:
    """Fill the schema of `target`, which has the tables of the manifest's migrations and no row.

    All of it or nothing. Unless `convert` changes them, every row is proven to be as it was.
    Raises `ArchiveBroken`.
    """
    gauge = Gauge(progress, total=sum(table.size for table in manifest.tables.values()))
    try:
        with tenant_scope(target), loading(target.schema) as cursor:
            tables = tables_of(target.schema)
            _fit_check(target, manifest, tables)
            for name in tables:
                facts = manifest.tables[name]
                with open_table(name) as file:
                    pieces: Pieces = _counted(unpack(file, facts.size), gauge)
                    if convert is not None:
                        pieces = convert(name, facts, pieces)
                    table_copy_in(cursor, target.schema, name, pieces, columns=facts.columns)
            sequences_set(cursor, target.schema, manifest.sequences)
            if convert is None:
                found = checksums(cursor, target.schema)
                for name, facts in manifest.tables.items():
                    if found[name] != {"rows": facts.rows, "sum": facts.sum}:
                        raise ArchiveBroken(f"the rows of {name} are not what was written")
    except _UNFIT as error:
        # Its text may quote a row.
        raise ArchiveBroken(
            f"the rows do not fit the tables ({type(error).__name__}): take another one"
        ) from error
    tables_analyze(target)


def _fit_check(target: TenantRef, manifest: Manifest, tables: list[str]) -> None:
    """Raises `ArchiveBroken` unless schema and manifest have the same tables and columns."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        columns = {name: columns_of(cursor, target.schema, name) for name in tables}
        sequences = set(sequence_values(cursor, target.schema))
    said = {name: facts.columns for name, facts in manifest.tables.items()}
    if columns != said or sequences != set(manifest.sequences):
        different = sorted(
            name for name in columns.keys() | said.keys() if columns.get(name) != said.get(name)
        )
        raise ArchiveBroken(
            f"its tables are not those of its migrations: {', '.join(different) or 'sequences'}"
        )


def _counted(pieces: Iterable[bytes], gauge: Gauge) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        gauge.add(len(piece))
