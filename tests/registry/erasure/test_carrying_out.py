"""What is confirmed is carried out wholly, whatever stops it, and certified."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from kernel import clock, events
from kernel.ids import new_id
from kernel.jobs import registered
from kernel.tenancy import TenantRef, platform_scope
from registry import erasing
from registry.archives.backups import backup_make
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.archives.refusals import ArchiveBroken
from registry.archives.signing import Signature, signature_check
from registry.erasing import erasure_carry_out
from registry.models import (
    Backup,
    Domain,
    DomainClaim,
    Move,
    Restoration,
    SignUp,
    StateChange,
    Tenant,
)
from registry.provisioning import Provisioning, tenant_provision
from registry.schemas import schema_create
from tests.registry.conftest import catalog
from tests.registry.erasure.leaving import (
    carry_out,
    confirm,
    confirmed,
    files,
    furnish,
    mentions,
    request,
    shown,
)
from tests.registry.test_moves import move
from tests.support.database import BRANDS, PLATFORM_HOST, SOME_DAY
from tests.support.jobs import jobs_waiting, platform_jobs_run
from tests.support.second import another_server
from tests.support.stage import rows
from tests.support.threads import at_once


def test_nothing_is_left_of_it_anywhere(
    gamma: TenantRef,
    alpha: TenantRef,
    beta: TenantRef,
    before: set[str],
    at_due: Callable[[], None],
):
    furnish(alpha)
    with platform_scope():
        backup_make(
            tenant=Tenant.objects.get(id=alpha.id), kind=Backup.Kind.ON_DEMAND, at=clock.now()
        )
    others = rows(alpha) | {"jobs": 0}, rows(beta) | {"jobs": 0}, files(alpha.schema)
    assert mentions("gamma") and files(gamma.schema)
    requested = request(gamma)["erasure"]
    assert (requested["state"], requested["moves"]) == ("REQUESTED", ["CANCEL"])
    assert requested["tenant"]["moves"] == []
    at_due()
    assert shown()["moves"] == ["CANCEL", "CONFIRM"]
    under_way = confirm(requested["id"])["erasure"]
    assert (under_way["state"], under_way["certificate"]) == ("CONFIRMED", None)
    assert platform_jobs_run("registry.erase") == ["registry.erase"]
    erased = shown()
    assert (erased["state"], erased["moves"]) == ("ERASED", [])
    assert erased["tenant"]["state"] == "ERASED"
    assert erased["tenant"]["slug"] == erased["tenant"]["name"]

    assert catalog() == before
    assert mentions("gamma") == {"registry_erasure"}  # the certificate says which it was
    assert mentions(gamma.schema) == {"registry_tenant"}
    assert files(gamma.schema) == [] and not (Path(settings.MEDIA_ROOT) / gamma.schema).exists()
    assert not (Path(settings.BACKUP_ROOT) / str(gamma.id)).exists()
    assert jobs_waiting(gamma, reports=True) == []
    with platform_scope():
        row = Tenant.objects.get(id=gamma.id)
        assert (bytes(row.wrapped_key), row.terms) == (b"", {})
        for table in (Domain, DomainClaim, Backup, Restoration, SignUp):
            assert not table.objects.filter(tenant_id=gamma.id).exists(), table
        last = StateChange.objects.filter(tenant_id=gamma.id).latest("id")
        assert (last.before, last.after) == ("archived", "erased")
    assert Client(headers={"host": "gamma.localhost"}).get("/graphql").status_code == 404

    assert (rows(alpha) | {"jobs": 0}, rows(beta) | {"jobs": 0}, files(alpha.schema)) == others
    assert len(jobs_waiting(alpha)) == 1
    assert list((Path(settings.BACKUP_ROOT) / str(alpha.id)).iterdir())


def test_the_certificate_is_signed_and_can_be_taken_away(gamma: TenantRef):
    sandbox = new_id()
    with platform_scope():
        Tenant.objects.create(
            id=sandbox, slug="gamma-sandbox", name="S", schema_name="t_sandbox", state="trial",
            wrapped_key=b"x", created_at=SOME_DAY, sandbox_of_id=gamma.id,
        )  # fmt: skip
        key = bytes(Tenant.objects.get(id=gamma.id).wrapped_key)
    jobs = len(jobs_waiting(gamma, reports=True))
    assert jobs >= 1
    carry_out(confirmed(gamma))
    certificate = shown()["certificate"]
    content = certificate["content"]
    assert orjson.loads(certificate["text"]) == content
    assert content["tenant"]["id"] == str(gamma.id) and content["tenant"]["slug"] == "gamma"
    assert "Gamma Errands" not in certificate["text"]
    assert content["reason"] == "Contract ended"
    assert content["requested"]["name"] == content["confirmed"]["name"] == "Olga"
    removed = content["removed"]
    assert (removed["files"], removed["file_bytes"], removed["backups"]) == (2, 10, 1)
    assert (removed["jobs"], removed["schemas"], removed["domains"]) == (jobs, 2, 2)
    assert removed["rows"]["orders_order"] == 2 and removed["rows"]["journal_auditentry"] == 2
    assert content["key"]["sha256"] == erasing.hashlib.sha256(key).hexdigest()
    assert content["sandboxes"] == [str(sandbox)]
    assert "No copy is held" in content["statement"] and len(content["not_covered"]) == 3

    signature = Signature(certificate["publicKey"], certificate["signature"])
    signature_check(certificate["text"].encode(), signature)
    with pytest.raises(ArchiveBroken):
        signature_check(certificate["text"].replace("gamma", "delta").encode(), signature)

    client = Client(headers={"host": PLATFORM_HOST})
    response = client.get(certificate["url"])
    assert response.headers["Content-Type"] == "application/json"
    assert "attachment" in response.headers["Content-Disposition"]
    assert orjson.loads(response.content)["certificate"] == content
    assert Client(headers={"host": "alpha.localhost"}).get(certificate["url"]).status_code == 404
    assert client.get(certificate["url"][:-1] + "x").status_code == 404
    assert client.get("/certificates/x").status_code == 404


def test_its_link_ends(gamma: TenantRef, monkeypatch: pytest.MonkeyPatch):
    carry_out(confirmed(gamma))
    url = shown()["certificate"]["url"]
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Client(headers={"host": PLATFORM_HOST}).get(url).status_code == 404


def test_two_workers_at_once_erase_it_once(gamma: TenantRef):
    erasure_id = confirmed(gamma)
    answers = at_once(*[lambda: carry_out(erasure_id)] * 3)
    assert None in answers
    assert all(each is None or isinstance(each, ArchiveBusy) for each in answers), answers
    with platform_scope():
        assert StateChange.objects.filter(tenant_id=gamma.id, after="erased").count() == 1
    carry_out(erasure_id)  # and never again
    assert shown()["state"] == "ERASED"


def test_while_a_copy_is_made_it_waits(gamma: TenantRef):
    erasure_id = confirmed(gamma)
    with archive_lock(gamma.id), pytest.raises(ArchiveBusy):
        carry_out(erasure_id)
    assert rows(gamma) and shown()["state"] == "CONFIRMED"
    assert platform_jobs_run("registry.erase_stuck", "registry.erase") == []
    with platform_scope():
        registered["registry.erase_stuck"].run()
        registered["registry.erase_stuck"].run()
    assert platform_jobs_run("registry.erase") == ["registry.erase"]
    assert shown()["state"] == "ERASED"


def test_billing_hears_of_it_in_the_same_transaction(
    gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    heard: list[UUID] = []

    def listener(fact: events.Fact) -> None:
        heard.append(fact.subject)
        if len(heard) == 1:
            raise ZeroDivisionError

    theirs = events._listeners[erasing.ERASED]
    monkeypatch.setitem(events._listeners, erasing.ERASED, [*theirs, listener])
    erasure_id = confirmed(gamma)
    with pytest.raises(ZeroDivisionError):
        carry_out(erasure_id)
    with platform_scope():
        row = Tenant.objects.get(id=gamma.id)
        assert (row.state, row.slug) == ("archived", "gamma")
        assert Domain.objects.filter(tenant=row).exists()
    carry_out(erasure_id)
    assert heard == [gamma.id] * 2 and shown()["state"] == "ERASED"


def dies_at(number: int, erasure_id: UUID) -> bool:
    """Carry it out in a process of its own that kills itself before the `number`th line; whether
    it did not come that far."""
    for connection in connections.all():
        connection.close()
        connection.close_pool()
    child = os.fork()
    if child == 0:
        lines = count(1)

        def line(*_: object) -> None:
            if next(lines) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        watch = sys.monitoring
        watch.use_tool_id(watch.DEBUGGER_ID, "death")
        watch.register_callback(watch.DEBUGGER_ID, watch.events.LINE, line)
        watch.set_local_events(watch.DEBUGGER_ID, erasure_carry_out.__code__, watch.events.LINE)
        try:
            carry_out(erasure_id)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return not os.WIFSIGNALED(status)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_killed_before_every_step_it_comes_to_its_end(gamma: TenantRef, before: set[str]):
    erasure_id = confirmed(gamma)
    deaths = 0
    while not dies_at(deaths + 1, erasure_id):
        deaths += 1
        assert deaths < 60
    assert deaths >= 10
    erased = shown()
    assert erased["state"] == "ERASED"
    removed = erased["certificate"]["content"]["removed"]
    assert (removed["files"], removed["backups"], removed["rows"]["orders_order"]) == (2, 1, 2)
    assert catalog() == before and files(gamma.schema) == []
    with platform_scope():
        assert StateChange.objects.filter(tenant_id=gamma.id, after="erased").count() == 1


def test_on_the_server_that_it_lives_on_and_where_it_was(
    before: set[str], monkeypatch: pytest.MonkeyPatch
):
    with another_server("third") as third:
        monkeypatch.setattr(settings, "SERVERS_FOR_NEW_TENANTS", ["third"])
        with platform_scope():
            made = tenant_provision(
                slug="delta",
                name="Delta",
                hosts=["delta.localhost"],
                template=None,
                provisioning=Provisioning(
                    brand=BRANDS["beta"],
                    template={},
                    administrator={"email": "d@example.test", "name": "D", "invite_token": "d"},
                ),
                at=SOME_DAY,
            )
            Move.objects.create(
                tenant_id=made.id, source="main", target="third", state="switched",
                started_at=SOME_DAY,
            )  # fmt: skip
        schema_create(made.schema)  # what the move would still have removed
        furnish(made)
        assert third.schemas() == {made.schema}
        move(made, "tenantArchive")
        carry_out(confirmed(made))
        assert third.schemas() == set() and catalog() == before
        with third.admin() as admin:
            jobs = admin.execute("SELECT count(*) FROM queue.procrastinate_jobs").fetchone()
            roles = admin.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 't\\_%'")
            assert (jobs, roles.fetchone()) == ((0,), (0,))
        assert shown()["certificate"]["content"]["removed"]["rows"]["access_role"] == 6
        for connection in connections.all():
            connection.close()
            connection.close_pool()
