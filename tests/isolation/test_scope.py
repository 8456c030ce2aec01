"""The bound scope decides, in threads, tasks and transactions, and after anything that breaks."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections, transaction

from kernel.tenancy import (
    NoScope,
    TenantRef,
    current_scope,
    in_platform,
    in_tenant,
    platform_scope,
    tenant_scope,
)
from kernel.tenancy.models import CrossTenantWrite
from kernel.tenancy.postgresql.base import ScopeChanged
from registry.models import Tenant
from tenants.brand.models import Settings
from tests.support.graphql import Api

CURRENCY = {"alpha": "CNY", "beta": "GBP"}


def currency() -> str:
    return Settings.objects.get().currency


def test_two_hundred_interleaved_requests_on_one_connection():
    apis = {slug: Api(f"{slug}.localhost") for slug in CURRENCY}
    for _ in range(100):
        for slug, api in apis.items():
            assert api.run("{ brand { currency } }")["brand"]["currency"] == CURRENCY[slug]


def test_two_hundred_interleaved_requests_on_sixteen_connections():
    def ask(number: int) -> tuple[str, str]:
        slug = ("alpha", "beta")[number % 2]
        try:
            answer = Api(f"{slug}.localhost").run("{ brand { currency } }")
        finally:
            connections.close_all()
        return CURRENCY[slug], answer["brand"]["currency"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(200)))
    assert [wanted for wanted, _ in answers] == [got for _, got in answers]


def test_a_bare_thread_has_no_scope_and_to_thread_inherits_it(alpha: TenantRef):
    caught: list[BaseException] = []

    def bare() -> None:
        try:
            currency()
        except NoScope as error:
            caught.append(error)
        finally:
            connections.close_all()

    async def inherited() -> str:
        return await asyncio.to_thread(currency)

    with tenant_scope(alpha):
        thread = threading.Thread(target=bare)
        thread.start()
        thread.join()
        assert len(caught) == 1
        assert asyncio.run(inherited()) == "CNY"


def test_in_tenant_binds_each_of_many_tasks(alpha: TenantRef, beta: TenantRef):
    async def gather() -> list[str]:
        tasks = [in_tenant((alpha, beta)[n % 2], currency) for n in range(60)]
        return await asyncio.gather(*tasks)

    assert asyncio.run(gather()) == ["CNY", "GBP"] * 30
    assert asyncio.run(in_platform(Tenant.objects.count)) == 2


def test_an_exception_half_way_leaves_no_scope_behind(alpha: TenantRef, beta: TenantRef):
    with pytest.raises(ZeroDivisionError), tenant_scope(alpha), transaction.atomic():
        Settings.objects.update(currency="XXX")
        raise ZeroDivisionError
    with pytest.raises(NoScope):
        current_scope()
    for tenant in (beta, alpha):
        with tenant_scope(tenant):
            assert currency() == CURRENCY[tenant.slug]


def test_a_roll_back_does_not_take_the_binding_with_it(alpha: TenantRef, beta: TenantRef):
    """A ROLLBACK undoes a SET made inside it; the backend must not believe it still holds."""
    with tenant_scope(beta):
        assert currency() == "GBP"
    with tenant_scope(alpha):
        with pytest.raises(DatabaseError), transaction.atomic():
            Settings.objects.get()
            with connection.cursor() as cursor:
                cursor.execute("SELECT broken")
        assert currency() == "CNY"
        with transaction.atomic():
            with pytest.raises(DatabaseError), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT broken")
            assert currency() == "CNY"


def test_a_transaction_belongs_to_one_scope(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha), transaction.atomic():
        assert currency() == "CNY"
        with pytest.raises(ScopeChanged), tenant_scope(beta):
            currency()
        with pytest.raises(ScopeChanged), platform_scope():
            Tenant.objects.count()
    with tenant_scope(beta), transaction.atomic():
        assert currency() == "GBP"


def test_a_row_is_written_only_under_the_scope_it_was_read_under(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        row = Settings.objects.get()
        lazy = Settings.objects.all()
    with tenant_scope(beta):
        row.currency = "XXX"
        for write in (row.save, row.delete):
            with pytest.raises(CrossTenantWrite):
                write()
        # A queryset is a question, not an answer: it asks whoever is bound when it is evaluated.
        assert lazy.get().currency == "GBP"
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            assert currency() == CURRENCY[tenant.slug]


def test_the_connection_remembers_no_tenant(alpha: TenantRef):
    with pytest.raises(ImproperlyConfigured):
        connection.set_schema(alpha.schema)
    with pytest.raises(NoScope):
        currency()


def test_the_pool_hands_over_no_binding(alpha: TenantRef, beta: TenantRef):
    """A connection returned in mid-transaction comes back rolled back, its SET undone."""
    with tenant_scope(alpha):
        connection.set_autocommit(False)
        currency()
        connection.close()
    with tenant_scope(beta):
        assert currency() == "GBP"


def test_the_scope_is_bound_in_one_message_and_only_when_it_changes(
    alpha: TenantRef, beta: TenantRef
):
    sent: list[bytes] = []
    with tenant_scope(alpha):
        currency()
    driver = connection.connection
    exec_ = driver.pgconn.exec_

    class Wire:
        def __getattr__(self, name: str) -> object:
            return getattr(pgconn, name)

        def exec_(self, statement: bytes) -> object:
            sent.append(statement)
            return exec_(statement)

    pgconn = driver.pgconn
    driver.pgconn = Wire()
    try:
        for tenant in (alpha, alpha, beta, beta, beta):
            with tenant_scope(tenant):
                connection.ensure_connection()
                connection.create_cursor().close()
    finally:
        driver.pgconn = pgconn
    expected = f'SET ROLE "{beta.schema}"; SET search_path TO "{beta.schema}", extensions'
    assert sent == [expected.encode()]
