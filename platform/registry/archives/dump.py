"""A tenant's rows and files into a folder: one moment of it, while everybody goes on writing."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from kernel.crypto import blind_index
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.archives.manifest import FileFacts, Manifest, TableFacts, TenantFacts
from registry.archives.media import MediaFile, media_list, media_open
from registry.archives.packing import Write, pack
from registry.archives.progress import Gauge, Progress
from registry.archives.store import TABLES, Store, table_file
from registry.archives.tables import (
    SequenceValue,
    checksums,
    columns_of,
    sequence_values,
    snapshot,
    table_copy_out,
)
from registry.fleet.releases import tenant_labels
from registry.models import Tenant
from registry.schemas import OWNER_ALIAS

BRAND_SETTINGS: Final = "brand.Settings"


@dataclass(frozen=True, slots=True)
class Rows:
    """The files of rows that stand in a folder now, and which migrations the schema had."""

    tables: dict[str, TableFacts]
    sequences: dict[str, SequenceValue]
    migrations: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Dump:
    """Rows in a draft of the store, and the media they name in the store itself."""

    draft: Path
    rows: Rows
    files: dict[str, FileFacts]


def tenant_dump(
    *, tenant: Tenant, store: Store, id: UUID, known: Mapping[str, FileFacts], progress: Progress
) -> Dump:
    """Begin the draft `id` of the tenant's store, with all its rows; bring its media to the store.

    `known` are files that the store may have, which are not read again unless they have changed.
    """
    draft = store.begin(id)
    gauge = Gauge(progress, total=_size(tenant.ref()))
    # A file is stored before the rows that name it, and removed after them. So what the rows of
    # the moment name is there before it or after it.
    files = _files_kept(store, tenant.schema_name, known, gauge)
    rows = rows_dump(tenant.ref(), draft / TABLES, gauge)
    files |= _files_kept(store, tenant.schema_name, {**known, **files}, gauge)
    return Dump(draft, rows, files)


def rows_dump(tenant: TenantRef, folder: Path, gauge: Gauge) -> Rows:
    """Pack every table of `tenant` into a file of `folder`, all as of one moment."""
    tables: dict[str, TableFacts] = {}
    with tenant_scope(tenant), snapshot(tenant.schema) as cursor:
        migrations = migrations_of(cursor, tenant.schema)
        for name, sums in checksums(cursor, tenant.schema).items():
            columns = columns_of(cursor, tenant.schema, name)
            fill = partial(_fill, cursor, tenant.schema, name, gauge)
            packed = pack(folder / table_file(name), fill)
            tables[name] = TableFacts(
                columns=columns,
                rows=sums["rows"],
                sum=sums["sum"],
                size=packed.size,
                packed=packed.packed,
                sha256=packed.sha256,
            )
        sequences = sequence_values(cursor, tenant.schema)
    return Rows(tables, sequences, migrations)


def manifest_made(
    *,
    id: UUID,
    tenant: Tenant,
    dump: Dump,
    at: datetime,
) -> Manifest:
    """What there is to say of a dump. Platform scope."""
    version = tenant.template_version
    facts = TenantFacts(
        id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        schema=tenant.schema_name,
        state=tenant.state,
        currency=currency_of(tenant.ref()),
        key_check=key_check(tenant.ref()),
        terms=tenant.terms,
        template=(version.template.key, version.number) if version else None,
        domains=sorted(tenant.domains.values_list("domain", flat=True)),
    )
    return Manifest(
        id=id,
        made_at=at,
        tenant=facts,
        migrations=dump.rows.migrations,
        tables=dump.rows.tables,
        sequences=dump.rows.sequences,
        files=dump.files,
    )


def key_check(tenant: TenantRef) -> str:
    """By which it is seen whether two keys are the same; says nothing else of the key.

    It stays when the key is wrapped anew.
    """
    with tenant_scope(tenant):
        return blind_index("archive", "key").hex()


def currency_of(tenant: TenantRef) -> str:
    """What the tenant's customers pay in; '' where it has not been said."""
    with tenant_scope(tenant):
        rows = apps.get_model(BRAND_SETTINGS)._default_manager.using(OWNER_ALIAS)
        return rows.values_list("currency", flat=True).first() or ""


def migrations_of(cursor: CursorWrapper, schema: str) -> list[tuple[str, str]]:
    """The migrations that `schema` has, in the order in which it got them."""
    cursor.execute(
        sql.SQL("SELECT app, name FROM {} WHERE app = ANY(%s) ORDER BY id").format(
            sql.Identifier(schema, "django_migrations")
        ),
        [sorted(tenant_labels())],
    )
    return [(app, name) for app, name in cursor.fetchall()]


def migrations_had(tenant: TenantRef) -> list[tuple[str, str]]:
    """The same of the schema that `tenant` lives in."""
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        return migrations_of(cursor, tenant.schema)


def tenant_of(tenant_id: UUID) -> Tenant:
    """The register's row, with its template, fresh. Any scope."""
    with platform_scope():
        tenant: Tenant = Tenant.objects.select_related("template_version__template").get(
            id=tenant_id
        )
    return tenant


def _size(tenant: TenantRef) -> int:
    """About as many bytes as the rows will be."""
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class"
            " WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'",
            [tenant.schema],
        )
        return int(cursor.fetchone()[0])


def _fill(cursor: CursorWrapper, schema: str, table: str, gauge: Gauge, write: Write) -> int:
    def counted(piece: memoryview) -> None:
        write(piece)
        gauge.add(len(piece))

    return table_copy_out(cursor, schema, table, counted)


def _files_kept(
    store: Store, label: str, known: Mapping[str, FileFacts], gauge: Gauge
) -> dict[str, FileFacts]:
    """Every media file of now, in the store."""
    kept: dict[str, FileFacts] = {}
    new: dict[str, MediaFile] = {}
    for path, media in media_list(label).items():
        facts = known.get(path)
        if facts is not None and _same(facts, media) and store.has(facts):
            kept[path] = facts
        else:
            new[path] = media
    gauge.total += sum(media.size for media in new.values())
    for path, media in new.items():
        # One that is gone again has been removed this very moment, and from the rows before.
        with suppress(FileNotFoundError), media_open(label, path) as source:
            kept[path] = store.file_add(source, media)
        gauge.add(media.size)
    return kept


def _same(facts: FileFacts, media: MediaFile) -> bool:
    return (facts.size, facts.changed_at) == (media.size, media.changed_at)
