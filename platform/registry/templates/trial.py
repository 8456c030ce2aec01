"""Whether an operator could begin with a template: one does, in a schema of nobody's.

All that onboarding announces is announced, in each of a few currencies, and rolled back.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, connections, transaction

from kernel.events import Fact, announce
from kernel.refusals import InvalidInput
from kernel.tenancy import MAIN, platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.pool import blank_make
from registry.fleet.releases import release
from registry.provisioning import PROVISIONED
from registry.templates.format import TemplateBroken, format_check

TRIED: Final = "template.tried"
"""Announced when a tenant of the trial has its starter rows, before they are rolled back.

Whoever knows what else an operator needs to open raises `InvalidInput`, with a path in the data.
"""

CURRENCIES: Final = ("CNY", "USD", "EUR", "GBP", "JPY")

_BRAND: Final[Mapping[str, Any]] = {
    "name": {"en": "Trial", "zh-Hans": "试用"},
    "primary_color": "#000000",
    "accent_color": "#ffffff",
    "logo": "",
    "language": "en",
    "time_zone": "Etc/UTC",
}


def template_try(data: Any, *, at: datetime) -> None:
    """Raises `TemplateBroken` unless an operator could begin with `data`. Changes nothing.

    Must not be called inside a transaction.
    """
    format_check(data)
    with _schema_borrowed(at=at) as schema, tenant_scope(nobody(schema)) as tenant:
        for currency in CURRENCIES:
            _try_in(currency, tenant_id=tenant.id, data=data, at=at)


def _try_in(currency: str, *, tenant_id: UUID, data: dict[str, Any], at: datetime) -> None:
    begun = {
        "brand": {**_BRAND, "currency": currency},
        "template": data,
        "center": {"latitude": 31.0252, "longitude": 121.4337},
        "administrator": {
            "name": "Trial",
            "email": "trial@example.invalid",
            "invite_token": secrets.token_hex(),
        },
    }
    try:
        with transaction.atomic():
            announce(Fact(kind=PROVISIONED, subject=tenant_id, at=at, data=begun))
            announce(Fact(kind=TRIED, subject=tenant_id, at=at))
            connection.check_constraints()  # now, since there will be no commit
            transaction.set_rollback(True)
    except InvalidInput as broken:
        # The apps name what the API calls `parcelCode` and a template `parcel_code`.
        path = re.sub(r"(?<=[a-z])[A-Z]", lambda found: f"_{found[0].lower()}", broken.field)
        raise TemplateBroken(path=path, reason=broken.reason, currency=currency) from broken


@contextmanager
def _schema_borrowed(*, at: datetime) -> Iterator[str]:
    """A blank schema of this code's release, which nobody gets before the block ends."""
    # On the owner's connection, so that the application's is free for the schema's own scope.
    with platform_scope(), transaction.atomic(using=OWNER_ALIAS):
        schema = _newest_blank()
        if schema is not None:
            yield schema
            return
    blank_make(server=MAIN, at=at)
    with _schema_borrowed(at=at) as made:
        yield made


def _newest_blank() -> str | None:
    # The newest, since tenants are given the oldest.
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT schema_name FROM registry_blankschema WHERE server = %s AND release = %s"
            " ORDER BY made_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED",
            [MAIN, release()],
        )
        found = cursor.fetchone()
    return found[0] if found else None
