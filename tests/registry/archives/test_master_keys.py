"""Master keys are rotated to the end: what old ones have sealed is sealed by the newest."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError
from pytest_django import Settings

from kernel import clock
from kernel.crypto import key_open, sealed_by
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.archives.backups import backup_make, backup_verify
from registry.archives.portable import tenant_import
from registry.archives.signing import own_fingerprint
from registry.fleet.doctor import Finding, Kind, findings
from registry.fleet.keys import ACTION, columns, keys_counted
from registry.models import Backup, OwnerAction, SignUp, Template, Tenant
from tenants.access.models import Person
from tests.registry.archives.business import PASSPHRASE, Business
from tests.registry.archives.test_commands import fleet
from tests.registry.archives.test_killed import killed, waits
from tests.support.database import SOME_DAY, admin_connection
from tests.support.processes import manage

CONTACT = "+447946000111"


@pytest.fixture
def sign_up() -> SignUp:
    """Somebody whose contact the platform knows."""
    with platform_scope():
        return SignUp.objects.create(
            slug="delta", name="Delta", language="en", currency="GBP", time_zone="Europe/London",
            template=Template.objects.first(), plan="", contact_name="Dora", contact=CONTACT,
            email="dora@delta.test", code_digest=bytes(32), created_at=SOME_DAY,
            expires_at=SOME_DAY,
        )  # fmt: skip


def rotate(settings: Settings) -> str:
    """A new master key comes first; the fingerprint of the old one's signatures."""
    fingerprint = own_fingerprint()
    settings.MASTER_KEYS = [Fernet.generate_key().decode(), *settings.MASTER_KEYS]
    return fingerprint


def drop_old(settings: Settings) -> None:
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]


def doctor() -> list[Finding]:
    return [one for one in findings(at=clock.now()) if one.kind == Kind.KEY]


def names(shop: Business) -> str:
    """What only the tenant's own key, as the register has it now, opens."""
    with platform_scope():
        tenant = Tenant.objects.get(id=shop.tenant.id).ref()
    with tenant_scope(tenant):
        return Person.objects.get(id=shop.people.maya.id).name


def test_what_is_sealed_is_all_known(sign_up: SignUp):
    assert [str(column) for column in columns()] == [
        "registry_tenant.wrapped_key",
        "registry_signup.contact_name",
        "registry_signup.contact",
        "registry_signup.email",
    ]
    with platform_scope():
        assert [dict(keys_counted(column)) for column in columns()[1:]] == [{0: 1}] * 3


def test_rotated_rewrapped_and_the_old_key_taken_out(
    shop: Business, sign_up: SignUp, settings: Settings
):
    assert doctor() == []
    fingerprint = rotate(settings)
    assert [one.where.split(",")[0] for one in doctor()] == [str(column) for column in columns()]
    assert all("2 of 2" in one.where and one.mend is None for one in doctor())

    with pytest.raises(CommandError, match="are left under an old key"):
        fleet("rewrap", "--count")
    with platform_scope():
        assert not OwnerAction.objects.filter(action=ACTION).exists()

    said = fleet("rewrap")
    assert "\n0 are under key 2 of 2." in said
    assert f"TRUSTED_SIGNERS={fingerprint}" in said
    with platform_scope():
        written = OwnerAction.objects.filter(action=ACTION).order_by("id").values_list("data")
        assert [data for (data,) in written] == [
            {"of": "registry_tenant.wrapped_key", "values": Tenant.objects.count()},
            *({"of": str(column), "values": 1} for column in columns()[1:]),
        ]
    assert doctor() == []

    with platform_scope():
        before = [*Tenant.objects.order_by("id").values_list("wrapped_key")]
    fleet("rewrap")  # nothing is left to do
    with platform_scope():
        assert [*Tenant.objects.order_by("id").values_list("wrapped_key")] == before
        assert OwnerAction.objects.filter(action=ACTION).count() == 4

    drop_old(settings)
    assert names(shop) == "alpha-Maya"
    with platform_scope():
        assert SignUp.objects.get(id=sign_up.id).contact == CONTACT
    assert doctor() == []


def test_a_key_taken_out_too_early_is_missed(shop: Business, row: Tenant, settings: Settings):
    old = settings.MASTER_KEYS
    rotate(settings)
    drop_old(settings)
    with pytest.raises(InvalidToken):
        key_open(bytes(row.wrapped_key))
    (one,) = doctor()
    assert one.what.endswith("that none of MASTER_KEYS opens") and "put back" in one.how
    with pytest.raises(CommandError, match="are under none of MASTER_KEYS"):
        fleet("rewrap")
    settings.MASTER_KEYS = [*settings.MASTER_KEYS, *old]
    fleet("rewrap")
    drop_old(settings)
    assert names(shop) == "alpha-Maya"


def test_killed_half_way_it_goes_on(shop: Business, sign_up: SignUp, settings: Settings):
    rotate(settings)
    environment = {"MASTER_KEYS": ",".join(settings.MASTER_KEYS)}
    with admin_connection() as somebody, somebody.transaction():
        somebody.execute("SELECT FROM registry_signup FOR UPDATE")
        killed("rewrap", when=waits("UPDATE%registry_signup"), **environment)
        with platform_scope():
            half = [dict(keys_counted(column)) for column in columns()]
            tenants = Tenant.objects.count()
        assert half == [{0: tenants}, {1: 1}, {1: 1}, {1: 1}]
    assert names(shop) == "alpha-Maya"
    with platform_scope():
        assert SignUp.objects.get(id=sign_up.id).contact == CONTACT
    fleet("rewrap")
    assert doctor() == []


def test_a_key_that_was_destroyed_meanwhile_stays_destroyed(
    beta: TenantRef, sign_up: SignUp, settings: Settings
):
    rotate(settings)
    environment = {"MASTER_KEYS": ",".join(settings.MASTER_KEYS)}
    with admin_connection() as admin, ExitStack() as running:
        with admin_connection() as erasing, erasing.transaction():
            erasing.execute("UPDATE registry_tenant SET wrapped_key = '' WHERE id = %s", [beta.id])
            process = running.enter_context(manage("fleet", "rewrap", **environment))
            deadline = time.monotonic() + 60
            while not waits("UPDATE%registry_tenant")(admin):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)
        assert process.wait(60) == 0
    with platform_scope():
        assert bytes(Tenant.objects.get(id=beta.id).wrapped_key) == b""


def test_backups_of_before_stay_good_and_archives_open(
    shop: Business, row: Tenant, settings: Settings
):
    with platform_scope():
        backup = backup_make(tenant=row, kind=Backup.Kind.ON_DEMAND, at=clock.now())
    fingerprint = rotate(settings)
    fleet("rewrap")
    drop_old(settings)
    settings.TRUSTED_SIGNERS = [fingerprint]
    with platform_scope():
        backup_verify(backup)
        row.refresh_from_db()
    assert fleet("restore", "alpha", "--at", str(backup.id))
    assert "Next" in fleet("restore", "alpha", "--swap")
    assert names(shop) == "alpha-Maya"
    fleet("restore", "alpha", "--drop")


def test_an_archive_of_before_can_be_taken_in(
    shop: Business, forgotten: Path, row: Tenant, settings: Settings
):
    fingerprint = rotate(settings)
    drop_old(settings)
    with platform_scope():
        tenant = tenant_import(
            path=forgotten, slug="gamma", passphrase=PASSPHRASE, at=SOME_DAY,
            trusted=frozenset({fingerprint}),
        ).tenant  # fmt: skip
    assert sealed_by(bytes(tenant.wrapped_key)) == 0
    assert names(shop) == "alpha-Maya"
