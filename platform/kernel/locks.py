"""Locks that PostgreSQL holds by name, for what has no row to lock."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections

from kernel.tenancy import current_scope


def transaction_lock(*parts: object) -> None:
    """Wait for the lock that `parts` name within the bound scope; held until the transaction ends.

    Must be called inside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("this lock lasts as long as a transaction, and there is none")
    name = repr((current_scope().label, *parts))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def session_lock(*names: str) -> Iterator[None]:
    """Hold the locks called `names` within the bound scope, whatever transactions come and go.

    It waits for whoever holds one, takes a second connection of the pool meanwhile, and its locks
    die with its process. Of several names, everybody must give those of a kind in one order.
    """
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with own.cursor() as cursor:
            for name in names:
                cursor.execute(
                    "SELECT pg_advisory_lock(hashtextextended(%s, 0))",
                    [f"{current_scope().label} {name}"],
                )
        yield
    finally:
        try:
            if own.connection is not None:
                with own.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock_all()")
        finally:
            own.close()
