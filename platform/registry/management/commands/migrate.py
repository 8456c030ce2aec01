"""manage.py migrate: the same as migrate_schemas, since there is no schema but theirs."""

from registry.management.commands.migrate_schemas import Command

__all__ = ["Command"]
