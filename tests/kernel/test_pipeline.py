"""Several statements in one round trip: as cursors would answer them, and nothing left over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from kernel.pipeline import PREPARED, REMEMBERED, Pipeline
from kernel.statements import rows_by_sql, rows_of_each
from kernel.tenancy import TenantRef, tenant_scope
from registry.servers import login
from tests.support.factories import ZoneFactory

VALUES = (
    "text",
    "",
    7,
    2**40,
    True,
    None,
    1.5,
    Decimal("1.10"),
    b"\x00\xff",
    UUID(int=5),
    datetime(2026, 3, 2, 9, tzinfo=UTC),
    ["a", "b"],
)


@pytest.fixture
def session(alpha: TenantRef) -> Iterator[psycopg.Connection[Any]]:
    """A session of its own, that may make tables."""
    with psycopg.connect(**login(alias="owner"), autocommit=True) as opened:
        yield opened


def prepared(session: psycopg.Connection[Any]) -> int:
    """How many statements of a pipeline the server keeps for this session."""
    count = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'd\\_%'"
    found = session.execute(count).fetchone()
    assert found is not None
    return int(found[0])


def test_each_has_its_rows_with_the_values_that_a_cursor_reads(session: Any):
    pipeline = Pipeline(session)
    questions = [("SELECT $1 AS one, $2 AS two", [value, 1]) for value in VALUES]
    with psycopg.RawCursor(session) as cursor:
        expected = [cursor.execute(sql, values).fetchall() for sql, values in questions]
    for _ in range(3):  # unprepared, being prepared, prepared
        assert pipeline.rows(questions) == expected
    assert pipeline.rows([]) == []


def test_one_that_fails_is_told_and_the_session_goes_on(session: Any):
    pipeline = Pipeline(session)
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            pipeline.rows([("SELECT 1", []), ("SELECT 1 / $1::int", [0]), ("SELECT 3", [])])
        assert pipeline.rows([("SELECT 1 / $1::int", [1])]) == [[(1,)]]
        with pytest.raises(psycopg.errors.UndefinedTable):
            pipeline.rows([("SELECT * FROM nothing_of_the_kind", [])])
    assert session.execute("SELECT 4").fetchone() == (4,)


def test_plans_that_are_gone_or_outdated_are_made_again(session: Any):
    pipeline = Pipeline(session)
    session.execute("CREATE TEMPORARY TABLE t AS SELECT 1 AS a")
    for change in ("DEALLOCATE ALL", "ALTER TABLE t ALTER a TYPE text", "ALTER TABLE t ADD b int"):
        for _ in range(3):
            pipeline.rows([("SELECT * FROM t", [])])
        session.execute(change)
    for _ in range(3):
        assert pipeline.rows([("SELECT * FROM t", [])]) == [[("1", None)]]
    with session.transaction(), pytest.raises(psycopg.errors.InvalidSqlStatementName):
        session.execute("DEALLOCATE ALL")
        pipeline.rows([("SELECT * FROM t", [])])
    assert pipeline.rows([("SELECT * FROM t", [])]) == [[("1", None)]]


def test_a_transaction_that_meets_an_outdated_plan_is_the_last_one_to(session: Any):
    pipeline = Pipeline(session)
    session.execute("CREATE TEMPORARY TABLE t (a varchar(60))")

    def asked() -> list[Any]:
        with session.transaction():
            session.execute("SELECT")
            return pipeline.rows([("SELECT a FROM t", []), ("SELECT 1", [])])

    for _ in range(3):
        asked()
    session.execute("ALTER TABLE t ALTER a TYPE varchar(120)")
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        asked()
    for _ in range(3):
        assert asked() == [[], [(1,)]]
    assert prepared(session) == 2


def test_what_fails_leaves_nothing_prepared(session: Any):
    pipeline = Pipeline(session)
    for number in range(2 * PREPARED):
        for _ in range(2):
            with pytest.raises(psycopg.errors.DivisionByZero):
                pipeline.rows([(f"SELECT {number}", []), (f"SELECT {number} / $1::int", [0])])
    assert pipeline.rows([("SELECT 1 / $1::int", [1])]) == [[(1,)]]
    assert prepared(session) == 0


def test_values_that_cannot_be_sent_are_refused_before_anything_is(session: Any):
    pipeline = Pipeline(session)
    with pytest.raises(psycopg.ProgrammingError):
        pipeline.rows([("SELECT 1", []), ("SELECT $1", [object()])])
    assert pipeline.rows([("SELECT 2", [])]) == [[(2,)]]


def test_much_goes_both_ways_at_once(session: Any):
    """More than the buffers of a connection hold: whoever only sends waits for ever."""
    text = "x" * 3_000_000
    questions = [(f"SELECT $1::text || '{number}'", [text]) for number in range(4)]
    found = Pipeline(session).rows(questions)
    assert [rows[0][0][-1] for rows in found] == ["0", "1", "2", "3"]
    assert {len(rows[0][0]) for rows in found} == {len(text) + 1}


def test_what_is_kept_is_bounded(session: Any):
    pipeline = Pipeline(session)
    for number in range(REMEMBERED + PREPARED + 10):
        for _ in range(3):
            assert pipeline.rows([(f"SELECT {number}", [])]) == [[(number,)]]
    assert prepared(session) == PREPARED
    for number in range(2 * REMEMBERED):
        pipeline.rows([(f"SELECT {number} + 1", [])])
    assert len(pipeline._times) == REMEMBERED


def test_a_session_that_ends_in_the_middle_is_told(session: Any):
    pipeline = Pipeline(session)
    kill = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(psycopg.OperationalError):
        pipeline.rows([("SELECT 1", []), (kill, []), ("SELECT 2", [])])
    assert session.closed


def test_statements_reach_the_bound_tenant_in_and_out_of_transactions(
    alpha: TenantRef, beta: TenantRef
):
    names = {}
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            names[tenant.slug] = ZoneFactory().id
    query = ("SELECT id FROM places_zone WHERE id <> %s AND 5 %% 2 = %s", [UUID(int=1), 1])
    for _ in range(3):
        for tenant in (alpha, beta):
            with tenant_scope(tenant):
                expected = [(names[tenant.slug],)]
                assert rows_of_each([query, query]) == [expected, expected]
                assert rows_by_sql(*query) == expected
                with transaction.atomic():
                    assert rows_of_each([query, query]) == [expected, expected]
