"""Locks that PostgreSQL holds by name, for what has no row to lock."""

from django.db import connection

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
