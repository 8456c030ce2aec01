"""What a Citus cluster must be told where a tenant's schema is made: see fleet/CITUS.md.

Nothing for the servers that `settings.CITUS_SERVERS` does not name.
"""

from django.conf import settings


def schema_settings(server: str) -> tuple[str, ...]:
    """What comes before `CREATE SCHEMA`, in its transaction: Citus then places it on one node.

    Every table made in it goes there too. Only for these schemas: the queue and the extensions
    stay on the coordinator.
    """
    if server not in settings.CITUS_SERVERS:
        return ()
    return (
        "SET LOCAL citus.enable_schema_based_sharding TO on",
        # The ledger's trigger looks at its own schema alone, which is on one node.
        "SET LOCAL citus.enable_unsafe_triggers TO on",
    )


def role_login(server: str) -> str:
    """The attribute of a tenant's role there.

    Citus' coordinator logs in to its nodes as the present role, and one that may not log in is
    refused. Without a password nobody else can, where pg_hba.conf asks for one.
    """
    return "LOGIN" if server in settings.CITUS_SERVERS else "NOLOGIN"
