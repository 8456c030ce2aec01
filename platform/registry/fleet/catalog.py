"""What PostgreSQL's own catalog says of the tenants' schemas and roles, beside what it should say.

A fixed number of questions to a server, however many tenants it has. What should be is what
`registry.schemas` makes; only what differs leaves the server.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connections, transaction
from psycopg import sql

from kernel.tenancy import tenant_scope
from registry.database import APP_ROLE, OWNER_ALIAS, OWNER_ROLE
from registry.fleet import nobody
from registry.schemas import APPEND_ONLY, schema_grant

NAME: Final = "^t_[0-9a-f]{12}$"
"""What `new_schema_name` gives: schemas and roles of other names are not ours to judge."""

_SCHEMAS: Final = """
SELECT known.name, n.oid IS NOT NULL, r.oid IS NOT NULL, pg_get_userbyid(n.nspowner),
    ARRAY(
        SELECT item::text FROM unnest(n.nspacl) item WHERE item::text NOT LIKE %(owner)s || '=%%'
    ),
    array_remove(ARRAY[
        CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
        CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
        CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN r.rolreplication THEN 'REPLICATION' END,
        CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END
    ], NULL),
    ARRAY(
        SELECT concat_ws(
            ' ', pg_get_userbyid(member), admin_option, inherit_option, set_option
        )
        FROM pg_auth_members WHERE roleid = r.oid AND pg_get_userbyid(member) <> %(owner)s
    ),
    ARRAY(SELECT pg_get_userbyid(roleid) FROM pg_auth_members WHERE member = r.oid)
FROM unnest(%(schemas)s::text[]) known (name)
LEFT JOIN pg_namespace n ON n.nspname = known.name
LEFT JOIN pg_roles r ON r.rolname = known.name
"""

_RELATIONS: Final = """
SELECT n.nspname, c.relname, c.relkind = 'S', pg_get_userbyid(c.relowner)
FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT item::text FROM unnest(c.relacl) item WHERE item::text NOT LIKE %(owner)s || '=%%'
    ) AS items
) granted
WHERE n.nspname = ANY(%(schemas)s) AND c.relkind = ANY('{r,p,S,v,m,f}') AND (
    pg_get_userbyid(c.relowner) <> %(owner)s
    OR granted.items <> CASE
        WHEN c.relkind NOT IN ('r', 'p') OR c.relname = 'django_migrations' THEN '{}'
        WHEN c.relname = ANY(%(append_only)s) THEN ARRAY[n.nspname || '=ar/' || %(owner)s]
        ELSE ARRAY[n.nspname || '=arwd/' || %(owner)s]
    END
)
ORDER BY 1, 2
"""

_ORPHANS: Final = """
SELECT nspname FROM pg_namespace WHERE nspname ~ %(name)s AND NOT nspname = ANY(%(known)s)
ORDER BY 1
"""

# Roles belong to the whole cluster: one that owns or may do anything in any database is somebody's.
_ORPHAN_ROLES: Final = """
SELECT rolname FROM pg_roles r
WHERE rolname ~ %(name)s AND NOT rolname = ANY(%(known)s)
    AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = rolname)
    AND NOT EXISTS (
        SELECT FROM pg_shdepend
        WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND dbid <> 0
    )
ORDER BY 1
"""

_INVALID_INDEXES: Final = """
SELECT n.nspname, c.relname FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND (n.nspname = ANY(%(schemas)s) OR n.nspname = 'public')
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = i.indexrelid)
ORDER BY 1, 2
"""


@dataclass
class CatalogLook:
    """What was found on one server.

    `drift` has by schema what is not as it should be, in words; `absent` are the schemas that are
    not there; `orphans` and `orphan_roles` are nobody's; an invalid index is (schema, index).
    """

    absent: list[str] = field(default_factory=list)
    drift: dict[str, list[str]] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)
    orphan_roles: list[str] = field(default_factory=list)
    invalid_indexes: list[tuple[str, str]] = field(default_factory=list)


def catalog_look(server: str, *, schemas: Collection[str], known: Collection[str]) -> CatalogLook:
    """Compare `schemas` of `server` with what should be; what is not `known` is nobody's.

    Raises `Unavailable`.
    """
    look = CatalogLook()
    asked: dict[str, Any] = {
        "owner": OWNER_ROLE,
        "append_only": sorted(APPEND_ONLY),
        "name": NAME,
        "schemas": sorted(schemas),
        "known": sorted(known),
    }
    with tenant_scope(nobody("t_none", server)), connections[OWNER_ALIAS].cursor() as cursor:

        def rows(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question, asked)
            return list(cursor.fetchall())

        for schema, there, *row in rows(_SCHEMAS):
            if not there:
                look.absent.append(schema)
            elif found := list(_differences(schema, *row)):
                look.drift[schema] = found
        for schema, relation, is_sequence, owner in rows(_RELATIONS):
            kind = "sequence" if is_sequence else "table"
            what = f"owned by {owner}" if owner != OWNER_ROLE else "granted otherwise"
            look.drift.setdefault(schema, []).append(f"{kind} {relation} is {what}")
        look.orphans = [schema for (schema,) in rows(_ORPHANS)]
        look.orphan_roles = [role for (role,) in rows(_ORPHAN_ROLES)]
        look.invalid_indexes = [(schema, index) for schema, index in rows(_INVALID_INDEXES)]
    return look


def _differences(
    schema: str,
    has_role: bool,
    owner: str,
    grants: list[str],
    attributes: list[str],
    members: list[str],
    member_of: list[str],
) -> list[str]:
    found = []
    if owner != OWNER_ROLE:
        found.append(f"the schema is owned by {owner}")
    if not has_role:
        return [*found, "its role is not there"]
    if grants != [f"{schema}=U/{OWNER_ROLE}"]:
        found.append("the schema is granted otherwise")
    if attributes:
        found.append(f"the role is {', '.join(attributes)}")
    if members != [f"{APP_ROLE} f f t"]:
        found.append(f"the role is granted otherwise than to {APP_ROLE} WITH INHERIT FALSE")
    if member_of:
        found.append(f"the role is a member of {', '.join(member_of)}")
    return found


def drift_mend(server: str, schema: str) -> None:
    """Give role and schema what they should have, and take away what they should not.

    What needs a superuser, because a superuser did it, stays. Raises the database's errors.
    """
    with (
        tenant_scope(nobody(schema, server)),
        transaction.atomic(using=OWNER_ALIAS),
        connections[OWNER_ALIAS].cursor() as cursor,
    ):
        asked: dict[str, Any] = {
            "owner": OWNER_ROLE,
            "append_only": sorted(APPEND_ONLY),
            "schemas": [schema],
        }
        cursor.execute(_SCHEMAS, asked)
        _, _, has_role, _, grants, attributes, members, member_of = cursor.fetchone()
        cursor.execute(_RELATIONS, asked)
        relations = [(name, is_sequence) for _, name, is_sequence, _ in cursor.fetchall()]

        def run(statement: str, **parts: sql.Composable) -> None:
            role = sql.Identifier(schema)
            cursor.execute(
                sql.SQL(statement).format(role=role, app=sql.Identifier(APP_ROLE), **parts)
            )

        if not has_role:
            run("CREATE ROLE {role} NOLOGIN")
        for attribute in attributes:
            run("ALTER ROLE {role} {no}", no=sql.SQL(f"NO{attribute}"))
        for member in {line.split()[0] for line in members} - {APP_ROLE}:
            run("REVOKE {role} FROM {member}", member=sql.Identifier(member))
        for other in member_of:
            run("REVOKE {other} FROM {role}", other=sql.Identifier(other))
        run("GRANT {role} TO {app} WITH ADMIN FALSE, INHERIT FALSE, SET TRUE")
        for grantee in _grantees(grants):
            run("REVOKE ALL ON SCHEMA {role} FROM {grantee}", grantee=grantee)
        for name, is_sequence in relations:
            what = sql.SQL("SEQUENCE" if is_sequence else "TABLE")
            relation = sql.Identifier(schema, name)
            cursor.execute(
                "SELECT relacl::text[] FROM pg_class WHERE oid = %s::regclass",
                [f'"{schema}"."{name}"'],
            )
            for grantee in _grantees(cursor.fetchone()[0] or []):
                parts = {"what": what, "relation": relation, "grantee": grantee}
                run("REVOKE ALL ON {what} {relation} FROM {grantee}", **parts)
        schema_grant(schema)


def orphan_has_rows(server: str, schema: str) -> bool:
    """Whether any table of `schema`, but for its ledger of migrations, has a row."""
    with tenant_scope(nobody(schema, server)), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)"
            " AND relkind IN ('r', 'm', 'f') AND relname <> 'django_migrations'",
            [f'"{schema}"'],
        )
        tables = [name for (name,) in cursor.fetchall()]
        if not tables:
            return False
        some = sql.SQL(" OR ").join(
            sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(schema, table))
            for table in tables
        )
        cursor.execute(sql.SQL("SELECT {}").format(some))
        return bool(cursor.fetchone()[0])


def _grantees(items: list[str]) -> list[sql.Composable]:
    """To whom, besides the owner, the items of an access list grant something."""
    names = {item.partition("=")[0].strip('"') for item in items} - {OWNER_ROLE}
    return [sql.Identifier(name) if name else sql.SQL("PUBLIC") for name in sorted(names)]
