"""A business with rows of every kind and files, and a store of backups that is empty before."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from kernel.jobs import registered
from kernel.tenancy import TenantRef, platform_scope
from registry.archives.backups import JOB
from registry.archives.portable import tenant_export
from registry.models import Tenant
from registry.schemas import schema_drop
from tests.registry.archives.business import PASSPHRASE, Business, business
from tests.support.database import SOME_DAY, admin_connection


@pytest.fixture(autouse=True)
def store() -> Iterator[Path]:
    """The folder of all backups; nothing is in it, nor among the media."""
    for folder in (settings.BACKUP_ROOT, settings.MEDIA_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
    yield settings.BACKUP_ROOT
    shutil.rmtree(settings.BACKUP_ROOT, ignore_errors=True)


@pytest.fixture
def shop(alpha: TenantRef) -> Business:
    """Alpha with a day's work in it."""
    return business(alpha)


@pytest.fixture
def row(shop: Business) -> Tenant:
    """Alpha's row in the register."""
    with platform_scope():
        return Tenant.objects.get(id=shop.tenant.id)


@pytest.fixture
def archive(shop: Business, row: Tenant, tmp_path: Path) -> Path:
    """Alpha in a file."""
    path = tmp_path / "alpha.daiqu"
    with platform_scope():
        tenant_export(tenant=row, path=path, passphrase=PASSPHRASE, at=SOME_DAY)
    return path


@pytest.fixture
def forgotten(archive: Path, row: Tenant) -> Iterator[Path]:
    """The same, on an installation that has never heard of alpha."""
    with admin_connection() as admin:
        admin.execute("SET session_replication_role = replica")
        tables = admin.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'tenant_id'"
        ).fetchall()
        for (table,) in tables:
            admin.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [row.id])
        admin.execute("DELETE FROM registry_tenant WHERE id = %s", [row.id])
    yield archive
    with platform_scope():
        for tenant in Tenant.objects.filter(id=row.id).exclude(schema_name=row.schema_name):
            schema_drop(tenant.schema_name)


@pytest.fixture
def carry_out() -> Callable[[], None]:
    """Runs the platform's jobs about backups that wait, as a worker would."""

    def run() -> None:
        with admin_connection() as admin:
            jobs = admin.execute(
                "DELETE FROM queue.procrastinate_jobs"
                " WHERE args ->> '_scope' = 'daiqu_platform' OR task_name NOT LIKE 'registry.%'"
                " RETURNING task_name, args - '_scope'"
            ).fetchall()
        with platform_scope():
            for name, arguments in jobs:
                if name == JOB:
                    registered[name].run(**arguments)

    return run
