"""Guessing is counted before it is judged, so that a refusal cannot take the count back.

For any table with `succeeded` and `at`: people's attempts in a tenant's schema, owners' in the
platform's.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, models, transaction

from kernel.locks import transaction_lock
from kernel.refusals import TooManyAttempts

LIMIT: Final = 5
WINDOW: Final = timedelta(minutes=15)
OF_EMAIL: Final = 100
"""Wrong passwords from all addresses together. From one it is `LIMIT`, so that no stranger locks an
administrator out by knowing the email."""
OF_ADDRESS: Final = 50
"""Wrong passwords, whatever the email: whoever tries one password on everybody is stopped."""


def password_subjects(*, email: str, address: str) -> list[tuple[str, str, int]]:
    """What a try at a password counts against: kind, subject, and how many of it may be wrong.

    `address` is '' where it is not known.
    """
    own = ("password", f"{email} {address}", LIMIT)
    return [
        own,
        ("email", email, OF_EMAIL),
        *([("address", address, OF_ADDRESS)] if address else []),
    ]


def attempt_count[A: models.Model](
    table: type[A],
    *,
    at: datetime,
    limit: int = LIMIT,
    window: timedelta = WINDOW,
    **subject: Any,
) -> A:
    """Count one try at what the columns `subject` name, and commit it.

    Raises `TooManyAttempts` when `limit` have failed within `window`. Must not be called inside a
    transaction: what it writes has to survive the caller's roll-back.
    """
    if connection.in_atomic_block:
        raise RuntimeError("an attempt inside a transaction would be undone with it")
    with transaction.atomic():
        # Parallel guesses are counted one after another.
        transaction_lock(table._meta.label, *subject.values())
        rows = table._default_manager
        failures = rows.filter(**subject, succeeded=False, at__gt=at - window).count()
        if failures < limit:
            return rows.create(**subject, at=at)
    raise TooManyAttempts


def attempt_forgive[A: models.Model](table: type[A], *, at: datetime, **subject: Any) -> None:
    """The try at `at` was right: failures up to it stay on record but count no more."""
    table._default_manager.filter(**subject, at__lte=at).update(succeeded=True)
