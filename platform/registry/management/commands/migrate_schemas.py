"""manage.py migrate_schemas: django-tenants' command, under our scopes and with our grants.

The slow and known path beside `fleet migrate`: it takes a second for a schema where that takes
milliseconds, and asks Django's own executor what to do with each.
"""

from typing import Any

from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from kernel.tenancy import tenant_scope
from registry.fleet import FleetSchema, Kind, nobody, schemas_known
from registry.schemas import schema_grant


class Command(MigrateSchemasCommand):  # type: ignore[misc]
    """Bring the platform's schema and every tenant's up to date, one after the other."""

    help = (
        "Bring the platform's schema (--shared), every tenant's (--tenant), one (--schema NAME) "
        "or, with none of these, all up to date. `fleet migrate` does the same a hundred times "
        "faster."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        one = options["schema_name"]
        every = not (options["shared"] or options["tenant"] or one)
        if options["shared"] or every:
            super().handle(*args, **{**options, "shared": True, "tenant": False})
        if not (options["tenant"] or one or every):
            return
        for schema in _one(one) if one else schemas_known():
            # Bound, for data migrations that read what is encrypted.
            with tenant_scope(schema.ref()):
                super().handle(
                    *args,
                    **{**options, "shared": False, "tenant": True, "schema_name": schema.schema},
                )
                schema_grant(schema.schema)


def _one(name: str) -> list[FleetSchema]:
    known = [one for one in schemas_known() if one.schema == name]
    return known or [FleetSchema(name, nobody(name).server, None, Kind.BLANK)]
