"""The tables of a tenant that strangers see, and how a change of them is told to every process.

A trigger sends the schema's name to `CHANNEL`, once a transaction, when it commits; `registry`
listens. Migrations of the apps that own such tables call `shown`, tests/architecture knows which.
"""

from typing import Final

from django.db.migrations import RunSQL

CHANNEL: Final = "daiqu_showcase"


def announcer() -> RunSQL:
    """The function of each tenant's schema that tells of a change."""
    return RunSQL(
        f"""
        CREATE FUNCTION showcase_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('{CHANNEL}', TG_TABLE_SCHEMA);
            RETURN NULL;
        END $$;
        """,
        "DROP FUNCTION showcase_changed CASCADE",
    )


def shown(table: str, *, but: str = "") -> RunSQL:
    """Tell of each change of `table`; `but` is a column that counts and may be shown late."""
    old, new = (f"to_jsonb({row}) - '{but}'" if but else f"{row}.*" for row in ("OLD", "NEW"))
    return RunSQL(
        f"""
        CREATE TRIGGER showcase_changed AFTER INSERT OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION showcase_changed();
        CREATE TRIGGER showcase_row_changed AFTER UPDATE ON {table}
            FOR EACH ROW WHEN ({old} IS DISTINCT FROM {new})
            EXECUTE FUNCTION showcase_changed();
        """,
        f"""
        DROP TRIGGER showcase_changed ON {table};
        DROP TRIGGER showcase_row_changed ON {table};
        """,
    )
