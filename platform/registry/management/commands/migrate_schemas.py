"""manage.py migrate_schemas: django-tenants' command, under our scopes and with our grants."""

from typing import Any

from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from kernel.tenancy import platform_scope
from registry.schemas import schema_grant
from registry.selectors import schemas_to_migrate


class Command(MigrateSchemasCommand):  # type: ignore[misc]
    """Bring the platform's schema and every tenant's up to date, one after the other."""

    help = (
        "Bring the platform's schema (--shared), every tenant's (--tenant), one (--schema NAME) "
        "or, with none of these, all up to date."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        one = options["schema_name"]
        every = not (options["shared"] or options["tenant"] or one)
        if options["shared"] or every:
            super().handle(*args, **{**options, "shared": True, "tenant": False})
        if not (options["tenant"] or one or every):
            return
        with platform_scope():
            schemas = [one] if one else schemas_to_migrate()
        for schema in schemas:
            super().handle(
                *args, **{**options, "shared": False, "tenant": True, "schema_name": schema}
            )
            with platform_scope():
                schema_grant(schema)
