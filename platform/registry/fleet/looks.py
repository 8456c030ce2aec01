"""Looking the fleet over in the background, and what was seen: it takes longer than people wait."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from kernel.jobs import defer
from kernel.tenancy import tenant_scope
from kernel.tenancy.unavailable import Unavailable
from registry.database import OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.doctor import Finding, findings
from registry.fleet.status import FleetStatus, Place, fleet_status
from registry.models import FleetLook
from registry.servers import servers

JOB: Final = "registry.fleet_look"

NAMED: Final = 100
"""Schemas, and findings, that are kept by name."""

WAITED_FOR: Final = timedelta(minutes=10)
"""After so long nobody is believed to be looking any more, and it can be asked for again."""

KEPT: Final = timedelta(days=30)

_HALF_WAY: Final = """
SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relname = 'django_migrations' AND nspname = ANY(%s)
    AND obj_description(c.oid, 'pg_class') IS NOT NULL
"""


@transaction.atomic
def look_ask(*, at: datetime) -> FleetLook:
    """Have a worker look the fleet over; one that is asked for already is the answer as it is.

    Platform scope.
    """
    asked = FleetLook.objects.filter(looked_at=None, asked_at__gt=at - WAITED_FOR).first()
    if asked is not None:
        return asked
    look = FleetLook.objects.create(asked_at=at)
    defer(JOB, look=str(look.id))
    return look


def look_take(look: FleetLook, *, at: datetime) -> list[Finding]:
    """Look, write down what there is, and answer what is wrong. Platform scope."""
    began = monotonic()
    found, status = findings(at=at), fleet_status()
    half_way = _half_way(status)
    behind = [one for one in status.standings if status.said(one) != Place.CURRENT]
    look.release = status.release
    look.places = Counter(status.said(one) for one in status.standings)
    look.behind = [
        {
            "schema": one.of.schema,
            "server": one.of.server,
            "slug": one.of.slug or "",
            "kind": one.of.kind.value,
            "place": status.said(one),
            "half_way": one.of.schema in half_way,
            "problem": one.problem,
        }
        for one in behind[:NAMED]
    ]
    look.found = Counter(one.kind.value for one in found)
    look.findings = [_finding(one) for one in found[:NAMED]]
    look.sizes = _sizes()
    look.store_free, look.store_size = _store()
    look.seconds = monotonic() - began
    look.looked_at = at + timedelta(seconds=look.seconds)
    look.save()
    FleetLook.objects.filter(asked_at__lt=at - KEPT).exclude(id=look.id).delete()
    return found


def look_newest() -> FleetLook | None:
    """What was seen last. Platform scope."""
    return FleetLook.objects.exclude(looked_at=None).order_by("-looked_at").first()


def look_waited_for(*, at: datetime) -> datetime | None:
    """Since when a worker has been asked to look and has not, or None. Platform scope."""
    asked = FleetLook.objects.filter(looked_at=None, asked_at__gt=at - WAITED_FOR)
    return asked.order_by("asked_at").values_list("asked_at", flat=True).first()


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "what": one.what,
        "where": one.where,
        "how": one.how,
        "mends": one.mend is not None,
    }


def _half_way(status: FleetStatus) -> set[str]:
    """The schemas with some steps of a migration that runs outside a transaction."""
    found: set[str] = set()
    for server in {one.of.server for one in status.standings if one.place != Place.LOST}:
        names = [one.of.schema for one in status.standings if one.of.server == server]
        try:
            with (
                tenant_scope(nobody("t_none", server)),
                connections[OWNER_ALIAS].cursor() as cursor,
            ):
                cursor.execute(_HALF_WAY, [names])
                found |= {schema for (schema,) in cursor.fetchall()}
        except Unavailable:
            continue  # the doctor says so
    return found


@contextmanager
def _asking(server: str) -> Iterator[CursorWrapper]:
    """A cursor on `server`, of nobody's schema. Raises `Unavailable`."""
    with tenant_scope(nobody("t_none", server)), connections[OWNER_ALIAS].cursor() as cursor:
        yield cursor


def _sizes() -> dict[str, int]:
    """Bytes of each server's database."""
    found = {}
    for server in servers():
        try:
            with (
                tenant_scope(nobody("t_none", server)),
                connections[OWNER_ALIAS].cursor() as cursor,
            ):
                cursor.execute("SELECT pg_database_size(current_database())")
                (found[server],) = cursor.fetchone()
        except Unavailable:
            continue
    return found


def _store() -> tuple[int, int] | tuple[None, None]:
    """Bytes that are free, and that there are, where backups are kept, as this process sees it."""
    folder = settings.BACKUP_ROOT
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None, None
    return usage.free, usage.total
