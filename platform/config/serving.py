"""What holds for a process that answers requests, and not for the worker or a command."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS


def statements_bound() -> None:
    """From now on a statement of the application's login ends after `STATEMENT_SECONDS`.

    On every server, in the sessions that are made from now on; the owner's login has all the time
    it wants. What a caller is then told: `kernel.tenancy.unavailable.is_too_slow`.
    """
    bound = f"-c statement_timeout={settings.STATEMENT_SECONDS * 1000:.0f}"
    for logins in (settings.DATABASES, *settings.DATABASE_SERVERS.values()):
        options = logins[DEFAULT_DB_ALIAS]["OPTIONS"]
        options["options"] = f"{options.get('options', '')} {bound}".strip()
