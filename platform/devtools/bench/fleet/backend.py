"""How much memory a database backend keeps of the tenants it has served."""

from pathlib import Path
from typing import Any, Final

from django.db import connection

from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Tenant

STEPS: Final = (10, 100, 500, 1000, 2000)


def backend_memory() -> dict[str, Any]:
    """Private MB of one backend that reads every table of 10, 100, … tenants without being given
    up, and the largest that any backend gets to when each tenant's request gives its connection
    back, as requests do. Empty where another user's memory cannot be read.
    """
    with platform_scope():
        tenants = [tenant.ref() for tenant in Tenant.objects.order_by("id")[: STEPS[-1]]]
    held: dict[int, float] = {}
    try:
        for number, tenant in enumerate(tenants, 1):
            _touch(tenant)
            if number in STEPS:
                held[number] = _private_mb()
        connection.close()
        largest, backends = 0.0, set()
        for tenant in tenants:
            backends.add(_touch(tenant))
            largest = max(largest, _private_mb())
            connection.close()
    except PermissionError:
        return {}
    return {"held": held, "largest": largest, "backends": len(backends)}


def _touch(tenant: TenantRef) -> int:
    """Read from each of its tables; the backend's process id."""
    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s"
            " AND tablename <> 'django_migrations'",
            [tenant.schema],
        )
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')  # noqa: S608
        process_id: int = connection.connection.info.backend_pid
    return process_id


def _private_mb() -> float:
    process_id = connection.connection.info.backend_pid
    rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    sizes = [int(line.split()[1]) for line in rollup if line.startswith("Private_")]
    return sum(sizes) / 1024
