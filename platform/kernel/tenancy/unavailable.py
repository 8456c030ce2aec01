"""When no answer is to be had from a database server: whoever asked should ask again soon.

It concerns the tenants of one server alone. The transports answer it as 503, never as a bug. So
they do, as 504, with a question that took longer than a request may (`STATEMENT_SECONDS`): to ask
it again would take as long again.
"""

from typing import Any, Final

import psycopg
from django.db import Error, OperationalError

_LOST: Final = ("08", "57P", "53300")
"""SQLSTATEs of a connection lost or refused: PostgreSQL's appendix A, classes 08, 57P and 53300."""


UNAVAILABLE: Final = "UNAVAILABLE"
UNAVAILABLE_MESSAGE: Final = "This service cannot be reached at present. Please try again."

RETRY_AFTER_SECONDS: Final = 5
"""When whoever was told to ask again should do so."""

TOO_SLOW: Final = "TOO_SLOW"
TOO_SLOW_MESSAGE: Final = "This took too long, and was given up. Please ask for less at a time."


class Unavailable(OperationalError):
    """A tenant cannot be reached at present. The message names servers, for logs only."""


class ServerUnavailable(Unavailable):
    """No connection to this database server is to be had."""


class TenantElsewhere(Unavailable):
    """The tenant's role is not on this server: it has been moved meanwhile, or erased."""


def is_unavailable(error: BaseException) -> bool:
    """Whether `error`, Django's or psycopg's, means that the server went away or was not there."""
    if isinstance(error, Unavailable):
        return True
    cause = error.__cause__ if isinstance(error, Error) else error
    if isinstance(cause, psycopg.errors.UndefinedObject):
        return "invalid role OID" in str(cause)  # the session's role was dropped under it
    if not isinstance(cause, psycopg.OperationalError):
        return False
    # The driver's own errors, of a connection that broke, have no state.
    return cause.sqlstate is None or cause.sqlstate.startswith(_LOST)


def is_too_slow(error: BaseException) -> bool:
    """Whether `error`, Django's or psycopg's, is of a statement that ran for as long as it may."""
    cause = error.__cause__ if isinstance(error, Error) else error
    return isinstance(cause, psycopg.errors.QueryCanceled)


def is_unanswered(error: BaseException) -> bool:
    """Whether there is no answer at all, and the transport says so: see the two above."""
    return is_unavailable(error) or is_too_slow(error)


def unanswered_error(error: BaseException) -> dict[str, Any]:
    """What a caller is told of what `is_unanswered` knows: an error as GraphQL has them."""
    if is_too_slow(error):
        return {"message": TOO_SLOW_MESSAGE, "extensions": {"code": TOO_SLOW}}
    extensions = {"code": UNAVAILABLE, "retryAfterSeconds": RETRY_AFTER_SECONDS}
    return {"message": UNAVAILABLE_MESSAGE, "extensions": extensions}
