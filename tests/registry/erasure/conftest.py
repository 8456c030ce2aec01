"""A third tenant with something of everything in it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from registry.archives.backups import backup_make
from registry.models import (
    Backup,
    DomainClaim,
    Restoration,
    SignUp,
    Template,
    Tenant,
)
from registry.provisioning import Provisioning, tenant_provision
from registry.schemas import new_schema_name, schema_create
from tests.registry.erasure.leaving import furnish
from tests.registry.test_moves import move
from tests.support.database import BRANDS, SOME_DAY
from tests.support.jobs import platform_jobs_run
from tests.support.world import world


@pytest.fixture(autouse=True)
def _empty_stores() -> Iterator[None]:
    """Nothing is among the files and the backups, before or afterwards."""
    for _ in range(2):
        for folder in (settings.BACKUP_ROOT, settings.MEDIA_ROOT):
            shutil.rmtree(folder, ignore_errors=True)
        if _ == 0:
            yield


@pytest.fixture
def gamma(before: set[str]) -> TenantRef:
    """A third tenant with something of everything, archived."""
    with platform_scope():
        made = tenant_provision(
            slug="gamma",
            name="Gamma Errands",
            hosts=["gamma.localhost", "gamma.example"],
            template=None,
            provisioning=Provisioning(
                brand=BRANDS["beta"],
                template={},
                administrator={"email": "g@example.test", "name": "G", "invite_token": "gamma"},
            ),
            at=SOME_DAY,
        )
    world(replace(made, slug="alpha"))  # with alpha's marks
    furnish(made)
    with platform_scope():
        row = Tenant.objects.get(id=made.id)
        DomainClaim.objects.create(tenant=row, host="gamma.test", token="x", created_at=SOME_DAY)
        SignUp.objects.create(
            slug="gamma", name="Gamma", language="en", currency="GBP", time_zone="Europe/London",
            template=Template.objects.first(), plan="", contact_name="Gina Gamma",
            contact="+447946000111", email="gina@gamma.test", code_digest=bytes(32),
            created_at=SOME_DAY, expires_at=SOME_DAY, confirmed_at=SOME_DAY, tenant=row,
        )  # fmt: skip
        backup = backup_make(tenant=row, kind=Backup.Kind.ON_DEMAND, at=clock.now())
        beside = new_schema_name()
        Restoration.objects.create(
            tenant=row, backup=backup, schema_name=beside, state="beside", started_at=SOME_DAY
        )
    schema_create(beside)
    assert "tenant" in move(made, "tenantArchive")
    platform_jobs_run("registry.tenant_tell")
    return made


@pytest.fixture
def at_due(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turns the clock to where the waiting period is over."""

    def turn() -> None:
        later: datetime = clock.now() + timedelta(days=settings.ERASURE_WAIT_DAYS, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)

    return turn
