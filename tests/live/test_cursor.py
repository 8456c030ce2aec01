"""The snapshot cursor: whoever reads the log by it misses nothing and reads nothing twice."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import Event
from tenants.journal.selectors import (
    Cursor,
    CursorTooOld,
    InvalidCursor,
    event_cursor,
    events_after,
    events_missed,
)
from tests.live.writing import offer_event, order_event, under, write_for_a_while
from tests.support.database import SOME_DAY, admin_connection, fixed_id

WRITERS, EVENTS = 8, 40


@contextmanager
def late_commit(tenant: TenantRef, seq: int) -> Iterator[None]:
    """Another transaction draws its id before the body runs, and commits after it."""
    drawn, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            order_event(seq)
            drawn.set()
            release.wait(10)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(under(tenant, hold))
        drawn.wait(10)
        try:
            yield
        finally:
            release.set()
            held.result(10)


def test_an_event_that_commits_late_is_read(alpha: TenantRef):
    with tenant_scope(alpha):
        start = event_cursor()
        with late_commit(alpha, seq=1):
            order_event(2)
            first = events_after(start, limit=10)
            last_id = Event.objects.latest("id").id
        second = events_after(first.end, limit=10)
        assert [event.seq for event in first.events] == [2]
        assert [event.seq for event in second.events] == [1]
        assert events_after(second.end, limit=10).events == []
        # The twin: whoever remembers the last id never sees the late one.
        assert not Event.objects.filter(id__gt=last_id).exists()
        assert Event.objects.filter(seq=1).exists()


def test_nothing_is_lost_or_doubled_under_writers_with_delayed_commits(alpha: TenantRef):
    done = threading.Event()
    read: list[tuple[str, int]] = []
    by_id: list[int] = []
    with tenant_scope(alpha), ThreadPoolExecutor(WRITERS) as pool:
        cursor, last_id = event_cursor(), 0
        running = write_for_a_while(alpha, pool, orders=WRITERS, events=EVENTS, delay=0.01)
        while not done.is_set():
            if all(future.done() for future in running):
                done.set()
            # A page of three, and half of the time resumed in its middle, as a client would.
            page = events_after(Cursor.parse(str(cursor)), limit=3)
            taken, cursor = page.events, page.end
            if len(taken) > 1 and random.random() < 0.5:  # noqa: S311
                taken = taken[:-1]
                cursor = page.after(taken[-1], page.base)
            read += [(event.stream, event.seq) for event in taken]
            fresh = Event.objects.filter(id__gt=last_id).order_by("id")
            by_id += list(fresh.values_list("id", flat=True))
            last_id = max(by_id, default=0)
        for page in events_missed(cursor, at_most=1000):
            read += [(event.stream, event.seq) for event in page.events]
        by_id += Event.objects.filter(id__gt=last_id).values_list("id", flat=True)
        for future in running:
            future.result()
    assert len(read) == len(set(read)) == WRITERS * EVENTS
    for number in range(1, WRITERS + 1):
        of_stream = [seq for stream, seq in read if stream == f"order:{fixed_id(number)}"]
        assert of_stream == list(range(1, EVENTS + 1))
    assert len(by_id) < WRITERS * EVENTS, "the naive reader lost nothing: the race is not there"


def test_reads_are_narrowed_by_kind_and_stream(alpha: TenantRef):
    with tenant_scope(alpha):
        start = event_cursor()
        order_event(1)
        order_event(1, fixed_id(2))
        offer_event(2, fixed_id(3))
        stream = f"order:{fixed_id(1)}"
        assert [e.kind for e in events_after(start, limit=9, stream=stream).events] == [
            "order.noted",
            "offer.made",
        ]
        assert [e.seq for e in events_after(start, limit=9, kinds="offer.").events] == [2]


def test_too_much_missed_is_refused_with_a_fresh_cursor(alpha: TenantRef):
    with tenant_scope(alpha):
        start = event_cursor()
        for seq in range(1, 5):
            order_event(seq)
        assert sum(len(page.events) for page in events_missed(start, at_most=4)) == 4
        with pytest.raises(CursorTooOld) as refused:
            events_missed(start, at_most=3)
        assert events_missed(Cursor.parse(refused.value.cursor), at_most=3)[-1].events == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "12345678.",
        "12345678.0:5:",
        "12345678.9:5:",
        "12345678.5:9:10",
        "12345678.5:9:4",
        "12345678.5:9:7,6",
        "12345678.5:9:6,6",
        "12345678.5:9:6,",
        "12345678.05:9:",
        "12345678.5:9:\n",
        " 12345678.5:9:",
        "12345678.5:9:/5:9:/",
        "12345678.5:9:/5:9:/-1",
        "12345678.5:9:/5:9:/1/2",
        "12345678.٥:٩:",
        "1234567g.5:9:",
        "12345678.5:99999999999999999999:",
        "12345678.5:9:" + "6," * 5000 + "7",
        "12345678.5:9:'); DROP TABLE journal_event; --",
    ],
)
def test_what_is_no_cursor_is_refused_before_it_reaches_the_database(text: str):
    with pytest.raises(InvalidCursor):
        Cursor.parse(text)


def test_a_cursor_is_good_for_one_tenant_of_one_server_only(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        ours = event_cursor()
        assert Cursor.parse(str(ours)) == ours
        future = Cursor(ours.epoch, type(ours.snapshot).parse("1:9000000000000:"))
        for wrong in (Cursor("00000000", ours.snapshot), future):
            with pytest.raises(InvalidCursor):
                events_after(wrong, limit=1)
    with tenant_scope(beta), pytest.raises(InvalidCursor):
        events_after(ours, limit=1)


def test_the_read_uses_the_index_of_transaction_ids(alpha: TenantRef):
    """In a log of some length, of which the planner knows; in a short one any way is as good."""
    with tenant_scope(alpha):
        for stream in range(30):
            Event.objects.bulk_create(
                Event(stream=f"long:{stream}", seq=seq, kind="x", at=SOME_DAY) for seq in range(100)
            )
    with admin_connection() as admin:
        admin.execute(f'ANALYZE "{alpha.schema}".journal_event')
    with tenant_scope(alpha), connection.cursor() as db:
        # As when nobody's transaction is open: the server's other databases have theirs.
        now = event_cursor().snapshot.xmax
        db.execute(
            "EXPLAIN SELECT id FROM journal_event WHERE xid >= pg_snapshot_xmin(%s::pg_snapshot)"
            " AND NOT pg_visible_in_snapshot(xid, %s::pg_snapshot) ORDER BY id",
            [f"{now}:{now}:"] * 2,
        )
        assert "event_xid" in "".join(row[0] for row in db.fetchall())
