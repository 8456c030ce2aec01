"""The commands as somebody at a terminal has them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kernel.tenancy import platform_scope
from registry.archives.signing import own_fingerprint
from registry.models import Backup, OwnerAction, Tenant
from tests.registry.archives.business import PASSPHRASE, Business, event_write, sums
from tests.registry.archives.test_backups import flip, parts
from tests.registry.conftest import catalog


def fleet(*arguments: str) -> str:
    """What `manage.py fleet` says. Raises `CommandError`."""
    out = StringIO()
    call_command("fleet", *arguments, stdout=out)
    return out.getvalue()


def test_back_up_look_swap_and_drop(shop: Business, row: Tenant, before: set[str]):
    older = sums(shop.tenant)
    said = fleet("backup", "alpha")
    assert "alpha: backup" in said and "rows" in said
    name = said.split("backup ")[1].split()[0]
    event_write(shop.tenant, 1)
    newer = sums(shop.tenant)
    assert name in fleet("backups", "alpha", "--verify")

    said = fleet("restore", "alpha", "--at", name)
    (line,) = [line for line in said.splitlines() if line.startswith("journal_event")]
    counts = [f"{rows['journal_event']['rows']:,}" for rows in (newer, older)]
    assert line.split() == ["journal_event", *counts, "*"]
    assert "Next: --swap or --drop" in said and fleet("restore", "alpha") == said

    assert "Next: --undo or --drop" in fleet("restore", "alpha", "--swap")
    assert sums(shop.tenant) == older
    assert "is served as it was" in fleet("restore", "alpha", "--undo")
    assert sums(shop.tenant) == newer
    fleet("restore", "alpha", "--swap")
    assert "is gone" in fleet("restore", "alpha", "--drop")
    assert sums(shop.tenant) == older and catalog() == before
    with platform_scope():
        actions = list(OwnerAction.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["tenantRestore", "tenantRestoreBack", "tenantRestore"]


def test_everybody_is_backed_up_and_who_fails_is_named(shop: Business, store: Path):
    with platform_scope():
        beta = Tenant.objects.get(slug="beta")
    store.mkdir(exist_ok=True, parents=True)
    (store / str(beta.id)).write_bytes(b"in the way")
    with pytest.raises(CommandError, match="not backed up: beta"):
        fleet("backup", "--all")
    (store / str(beta.id)).unlink()
    assert "2 of 2 backed up" in fleet("backup", "alpha", "beta")
    with platform_scope():
        states = Backup.objects.order_by("id").values_list("tenant__slug", "state")
        assert list(states) == [
            ("alpha", "done"),
            ("beta", "failed"),
            ("alpha", "done"),
            ("beta", "done"),
        ]


def test_a_backup_that_has_rotted_is_named(shop: Business):
    fleet("backup", "alpha")
    with platform_scope():
        backup = Backup.objects.get()
    flip(parts(backup)["table"], -1)
    with pytest.raises(CommandError, match=str(backup.id)[:13]):
        fleet("backups", "alpha", "--verify")
    with pytest.raises(CommandError, match="is not what was written"):
        fleet("restore", "alpha", "--at", "latest")


def test_a_file_out_and_in_again(
    shop: Business, row: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ARCHIVE_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "alpha.daiqu"
    assert f"Signed by {own_fingerprint()}" in fleet("export", "alpha", "--to", str(path))
    with pytest.raises(CommandError, match="known here"):
        fleet("import", str(path), "--as", "gamma")
    monkeypatch.delenv("ARCHIVE_PASSPHRASE")
    with pytest.raises(CommandError, match="set ARCHIVE_PASSPHRASE"):
        fleet("import", str(path))


def test_a_sandbox_and_its_link(shop: Business):
    said = fleet("clone", "alpha", "--as", "twin", "--invite", "tester@example.com")
    assert "twin is served at twin.localhost" in said
    assert "http://twin.localhost" in said and "token=" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "nobody"),
        ("backups", "nobody"),
        ("restore", "nobody"),
        ("restore", "alpha"),
        ("restore", "alpha", "--at", "latest"),
        ("restore", "alpha", "--swap"),
        ("restore", "alpha", "--undo"),
        ("restore", "alpha", "--drop"),
        ("clone", "nobody", "--as", "twin"),
        ("clone", "alpha", "--as", "beta"),
        ("backup",),
        ("export", "alpha"),
        ("clone", "alpha"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(row: Tenant, before: set[str], arguments):
    with pytest.raises(CommandError) as refused:
        fleet(*arguments)
    assert "\n" not in str(refused.value)
    assert catalog() == before
