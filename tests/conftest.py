"""The run's databases and the fixtures that every test may ask for."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import blocking_manager_key

from kernel.telemetry import root_fields
from kernel.tenancy import TenantRef, platform_scope
from registry.resolver import resolver
from registry.schemas import schema_drop
from tests.support import database
from tests.support.second import Second, another_server


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that nobody started builds the template; each worker copies it."""
    # Every test here has the real database, so there is nothing to guard.
    session.config.stash[blocking_manager_key].unblock()
    if not hasattr(session.config, "workerinput"):
        database.build_template()


@pytest.fixture(scope="session", autouse=True)
def _worker_database() -> None:
    database.copy_template()
    assert resolver.wait_until_listening(20)


@pytest.fixture(scope="session")
def _cleaner(_worker_database: None) -> database.Cleaner:
    return database.Cleaner()


@pytest.fixture(autouse=True)
def _clean(_cleaner: database.Cleaner) -> Iterator[None]:
    for host in (database.ALPHA_HOST, database.BETA_HOST):
        resolver.by_host(host)  # as on a warm server: no test counts this query
    yield
    _cleaner.clean()
    resolver.clear()  # the cleaning itself tells nobody


@pytest.fixture(autouse=True)
def _reads_are_alike() -> Iterator[None]:
    """With COMPARE_READS=1 no lowered answer differs from graphql-core's: see tests/settings.py."""
    before = wrong_reads()
    yield
    assert settings.COMPARE_READS != "1" or wrong_reads() == before


def wrong_reads() -> float:
    """How many answers were lowered wrong."""
    return sum(
        sample.value
        for metric in root_fields.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["answered"] == "wrong"
    )


@pytest.fixture
def only_one_about_roles() -> Iterator[None]:
    """Roles belong to the whole server: no two workers at once make or mend those of nobody's."""
    with database.server_lock("roles"):
        yield


@pytest.fixture(scope="session")
def alpha(_worker_database: None) -> TenantRef:
    """The first tenant: Chinese, CNY."""
    return database.tenant("alpha")


@pytest.fixture(scope="session")
def beta(_worker_database: None) -> TenantRef:
    """The second tenant, with the same keys and names in it: English, GBP."""
    return database.tenant("beta")


@pytest.fixture(scope="session")
def _second(_worker_database: None) -> Iterator[Second]:
    with another_server("second") as second:
        yield second


@pytest.fixture
def second(_second: Second) -> Iterator[Second]:
    """A second database server with no tenant on it."""
    yield _second
    with platform_scope():
        for alias in connections:
            connections[alias].ensure_connection()  # back on the main server, for who comes next
    _second.empty()


@pytest.fixture
def gamma() -> Iterator[TenantRef]:
    """A third tenant, on the main server: one that a test may move, or drop."""
    tenant = database.provisioned("gamma")
    yield tenant
    schema_drop(tenant.schema)
