"""Tables and saves at the same time: whoever comes second sees what the first has done."""

import threading
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.declaration import Declaration
from tenants.catalog.imports.run import CatalogMoved, import_run, import_start
from tenants.catalog.models import CatalogImport, Service
from tenants.catalog.services import ServiceChanged, service_save
from tests.catalog.test_imports import sent, table
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY, admin_connection
from tests.support.factories import ServiceFactory
from tests.support.threads import at_once

ROUNDS = 5


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


@pytest.fixture
def service(alpha: TenantRef) -> Service:
    with tenant_scope(alpha):
        return ServiceFactory(name={"zh-Hans": "一"})


def started(by: Member, column: str, text: str) -> UUID:
    content = table(["一", text], heading=["name.zh-Hans", column])
    made = import_start(actor=by.actor, upload=sent(content), dry_run=False, at=SOME_DAY)
    return made.id


def saved(by: Member, service: Service, *, revision: int | None) -> Service:
    """The draft as `service` was read, with another description."""
    return service_save(
        actor=by.actor,
        service_id=service.id,
        revision=revision,
        category_id=service.category_id,
        kind=service.kind,
        name=service.name,
        summary=service.summary,
        description={"zh-Hans": "新"},
        declaration=Declaration.parse(service.declaration),
        duration_minutes=service.duration_minutes,
        position=service.position,
        at=SOME_DAY,
    )


def wait_until_somebody_waits() -> None:
    with admin_connection() as admin:
        while not admin.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        ).fetchone():
            sleep(0.01)


def test_a_save_that_is_under_way_is_not_written_over(
    alpha: TenantRef, ines: Member, service: Service
):
    with tenant_scope(alpha):
        import_id, before = started(ines, "name.en", "One"), service.revision

    def run() -> None:
        with tenant_scope(alpha):
            import_run(import_id=import_id, at=SOME_DAY)

    answers: list[Any] = []
    importing = threading.Thread(target=lambda: answers.extend(at_once(run)))
    with tenant_scope(alpha):
        with transaction.atomic():
            saved(ines, service, revision=service.revision)
            importing.start()
            wait_until_somebody_waits()
        importing.join()
        assert [type(answer) for answer in answers] == [CatalogMoved]
        service.refresh_from_db()
        assert (service.name, service.description) == ({"zh-Hans": "一"}, {"zh-Hans": "新"})
        assert CatalogImport.objects.get().state == CatalogImport.State.WRITING
    run()  # the job is tried again
    with tenant_scope(alpha):
        service.refresh_from_db()
        assert (service.name["en"], service.description) == ("One", {"zh-Hans": "新"})
        assert service.revision == before + 2


def test_without_the_lock_it_would_be(alpha: TenantRef, ines: Member, service: Service):
    """The twin: what the lock stands against is real."""
    read = threading.Event()

    def careless() -> None:
        with tenant_scope(alpha):
            before = Service.objects.get(id=service.id)
            now = Service.objects.values_list("updated_at", "revision").get(id=service.id)
            assert now == (before.updated_at, before.revision)
            read.set()
            before.name = {**before.name, "en": "One"}
            before.save(update_fields=["name", "description"])

    careless_one = threading.Thread(target=lambda: at_once(careless))
    with tenant_scope(alpha):
        with transaction.atomic():
            saved(ines, service, revision=service.revision)
            careless_one.start()
            read.wait()
            wait_until_somebody_waits()
        careless_one.join()
        service.refresh_from_db()
        assert service.description == {}


def test_two_tables_and_a_save_at_once(alpha: TenantRef, ines: Member, service: Service):
    for turn in range(ROUNDS):
        with tenant_scope(alpha):
            service.refresh_from_db()
            before = service.revision
            Service.objects.update(description={})
            names, summaries = (
                started(ines, column, f"{turn}") for column in ("name.en", "summary.zh-Hans")
            )
            service.refresh_from_db()

        def run(import_id: UUID) -> None:
            with tenant_scope(alpha):
                while True:  # as the job is
                    try:
                        return import_run(import_id=import_id, at=SOME_DAY)
                    except CatalogMoved:
                        continue

        def save(read: Service, revision: int) -> Service:
            with tenant_scope(alpha):
                return saved(ines, read, revision=revision)

        imported, told, outcome = at_once(
            lambda names=names: run(names),
            lambda summaries=summaries: run(summaries),
            lambda read=service, before=before: save(read, before),
        )
        assert (imported, told) == (None, None)
        with tenant_scope(alpha):
            service.refresh_from_db()
            assert (service.name["en"], service.summary["zh-Hans"]) == (f"{turn}", f"{turn}")
            if isinstance(outcome, ServiceChanged):
                assert (service.description, service.revision) == ({}, before + 2)
            else:
                assert isinstance(outcome, Service)
                assert (service.description["zh-Hans"], service.revision) == ("新", before + 3)
