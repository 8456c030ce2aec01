"""Rows of the tests' own tenant app, which has no models, and what its tables are made of."""

from typing import Any

from django.db import connections

from kernel.crypto import decrypt, encrypt
from kernel.ids import new_id
from kernel.tenancy import TenantRef, tenant_scope


def run(tenant: TenantRef, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The answer to a statement of the tenant's own role."""
    with tenant_scope(tenant), connections["default"].cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []


def parcel(tenant: TenantRef, code: str, weight: int = 1) -> None:
    """A parcel on a shelf of its own."""
    with tenant_scope(tenant):
        sealed = encrypt(code.encode())
    shelf = new_id()
    run(tenant, "INSERT INTO releases_shelf (id, name) VALUES (%s, %s)", shelf, str(shelf))
    run(
        tenant,
        "INSERT INTO releases_parcel (id, code, weight, shelf_id) VALUES (%s, %s, %s, %s)",
        *(new_id(), sealed, weight, shelf),
    )


def codes(tenant: TenantRef) -> list[str]:
    """The parcels' codes, as the tenant reads them."""
    rows = run(tenant, "SELECT code FROM releases_parcel")
    with tenant_scope(tenant):
        return sorted(decrypt(bytes(code)).decode() for (code,) in rows)


SHAPE = """
WITH tables AS (
    SELECT c.oid, relname, relkind, relacl FROM pg_class c
    WHERE relnamespace = to_regnamespace(%(schema)s) AND relkind IN ('r', 'S')
)
SELECT 'table', relname, relkind::text, relacl::text, NULL, NULL FROM tables
UNION ALL
SELECT 'column', relname, attnum || ' ' || attname, format_type(atttypid, atttypmod),
       concat_ws(' ', attnotnull, attidentity, attcollation::regcollation),
       pg_get_expr(adbin, adrelid)
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND attnum > 0
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
SELECT 'index', relname, pg_get_indexdef(indexrelid), indisvalid::text, NULL, NULL
FROM tables t JOIN pg_index ON indrelid = t.oid
UNION ALL
SELECT 'constraint', relname, conname, pg_get_constraintdef(c.oid), convalidated::text, NULL
FROM tables t JOIN pg_constraint c ON conrelid = t.oid
UNION ALL
SELECT 'trigger', relname, pg_get_triggerdef(g.oid), tgenabled::text, NULL, NULL
FROM tables t JOIN pg_trigger g ON tgrelid = t.oid AND NOT tgisinternal
UNION ALL
SELECT 'sequence', t.relname, seqtypid::regtype::text, seqmax::text,
       (SELECT r.relname || '.' || attname FROM pg_depend
        JOIN pg_class r ON r.oid = refobjid
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype IN ('a', 'i')), NULL
FROM tables t JOIN pg_sequence ON seqrelid = t.oid
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid), NULL, NULL, NULL
FROM pg_proc WHERE pronamespace = to_regnamespace(%(schema)s)
"""


def shape(admin: Any, schema: str) -> list[tuple[str, ...]]:
    """All that a schema is made of, as text in which the schema is called S."""
    rows = admin.execute(SHAPE, {"schema": schema}).fetchall()
    return sorted(tuple(str(cell).replace(schema, "S") for cell in row) for row in rows)
