"""When no answer is to be had from a database server: whoever asked should ask again soon.

It concerns the tenants of one server alone. The transports answer it as 503, never as a bug.
"""

from typing import Final

import psycopg
from django.db import Error, OperationalError

_LOST: Final = ("08", "57P", "53300")
"""SQLSTATEs of a connection lost or refused: PostgreSQL's appendix A, classes 08, 57P and 53300."""


UNAVAILABLE: Final = "UNAVAILABLE"
UNAVAILABLE_MESSAGE: Final = "This service cannot be reached at present. Please try again."

RETRY_AFTER_SECONDS: Final = 5
"""When whoever was told to ask again should do so."""


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
