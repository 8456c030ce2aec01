"""Who can be given work that asks for something."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tenants.couriers.models import Document


def only_qualified[Rows: QuerySet[Any]](
    rows: Rows,
    *,
    certificates: Collection[str],
    exams: Collection[str],
    level: int,
    gender: str | None,
    courier: str = "courier",
) -> Rows:
    """Those of `rows`, each with a `courier` (or couriers themselves: ""), who has all of it.

    `certificates` are kinds of documents, of which an accepted one is needed.
    """
    of = f"{courier}__" if courier else ""
    for kind in certificates:
        accepted = Document.objects.filter(
            courier=OuterRef(courier or "id"), kind=kind, verdict=Document.Verdict.ACCEPTED
        )
        rows = rows.filter(Exists(accepted))
    if exams:
        rows = rows.filter(**{f"{of}exams__contains": sorted(exams)})
    if level:
        rows = rows.filter(**{f"{of}level__gte": level})
    if gender is not None:
        rows = rows.filter(**{f"{of}gender": gender})
    return rows
