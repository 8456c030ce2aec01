"""What a person may like, each with the reason: of what they keep, ordered, looked at, and where.

Nothing is told of anybody else: what others chose counts once three people did, and those who
switched recommendations off are never among them. With the switch off, or without a person, what
is recommended is what most people order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.expressions import RawSQL

from tenants.access.actors import Actor
from tenants.brand.modules import Module, module_on
from tenants.catalog.models import Favourite, Seen, Service
from tenants.catalog.personal import chosen_by, recommendations_are_on
from tenants.catalog.selectors import in_order, only_on_sale

HOW_MANY: Final = 12
A_CROWD: Final = 3
"""People who chose the same, from which on it tells of none of them."""

LOOKED_BACK: Final = 50
PEERS: Final = 5_000
"""Choices of others that are gone through, the latest first."""


class Reason(StrEnum):
    """Why a service is recommended, the strongest first."""

    ALSO_CHOSEN = "also_chosen"
    NEAR = "near"
    AGAIN = "again"
    LIKE_FAVOURITE = "like_favourite"
    LOOKED_AT = "looked_at"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, and the service of the person's own that it comes from, if it does."""

    reason: Reason
    because: UUID | None = None


_ALSO_CHOSEN: Final = """
WITH peers AS (
  SELECT person_id, service_id FROM catalog_chosen chosen
  WHERE service_id = ANY(%(own)s) AND person_id <> %(person)s
  AND NOT EXISTS (
    SELECT FROM catalog_preference preference
    WHERE preference.person_id = chosen.person_id AND NOT preference.recommendations
  )
  ORDER BY at DESC LIMIT %(peers)s
)
SELECT DISTINCT ON (people, also.service_id) also.service_id, peers.service_id,
  count(DISTINCT peers.person_id) AS people
FROM peers JOIN catalog_chosen also USING (person_id)
WHERE NOT also.service_id = ANY(%(own)s)
GROUP BY also.service_id, peers.service_id HAVING count(DISTINCT peers.person_id) >= %(crowd)s
ORDER BY people DESC, also.service_id, peers.service_id LIMIT %(most)s
"""
_NEAR: Final = """
SELECT service_id FROM (
  SELECT service_id, person_id FROM catalog_chosen chosen
  WHERE place_id = ANY(%(places)s) AND person_id <> %(person)s
  AND NOT EXISTS (
    SELECT FROM catalog_preference preference
    WHERE preference.person_id = chosen.person_id AND NOT preference.recommendations
  )
  ORDER BY at DESC LIMIT %(peers)s
) lately
GROUP BY service_id HAVING count(*) >= %(crowd)s
ORDER BY count(*) DESC, service_id LIMIT %(most)s
"""


def recommended(actor: Actor | None) -> QuerySet[Service]:
    """At most `HOW_MANY` services on sale, the best first, annotated with why (see `why_of`).

    Seven queries before it for a person whose switch is on, one with it off, none for strangers.
    """
    if actor is None or not recommendations_are_on(actor.person_id):
        return _popular()
    found, kept = _of_person(actor.person_id)
    ids = _best(list(found)[: 4 * HOW_MANY], kept)
    names = _names({why.because for key in ids if (why := found.get(key)) and why.because})
    popular = Why(Reason.POPULAR)
    whens = [When(id=key, then=Value(_written(found.get(key, popular), names))) for key in ids]
    written = Case(*whens, default=Value("{}"), output_field=TextField())
    return in_order(ids).filter(module_on(Module.RECOMMENDATIONS)).annotate(why=written)


def _popular() -> QuerySet[Service]:
    """What most people order."""
    order = ("-chosen_count", "position", "id")
    most = only_on_sale(Service.objects.order_by(*order)).values("id")[:HOW_MANY]
    written = Value(_written(Why(Reason.POPULAR), {}), output_field=TextField())
    shown = Service.objects.filter(module_on(Module.RECOMMENDATIONS), id__in=most)
    return shown.annotate(why=written).order_by(*order)


def _best(ids: list[UUID], kept: list[UUID]) -> list[UUID]:
    """The first of `ids` that are on sale, then what most people order, but for the `kept`."""
    place = RawSQL("array_position(%s::uuid[], catalog_service.id)", [ids])
    services = only_on_sale(Service.objects.exclude(id__in=kept))
    ordered = services.order_by(place.asc(nulls_last=True), "-chosen_count", "position", "id")
    return list(ordered.values_list("id", flat=True)[:HOW_MANY])


def why_of(service: Service) -> tuple[Reason, dict[str, str]] | None:
    """Why a service of `recommended` is there, and the name of what it comes from, by language.

    None for a service that was not recommended.
    """
    if "why" not in vars(service):
        return None
    stored = orjson.loads(vars(service)["why"])
    return Reason(stored["reason"]), stored.get("because", {})


def _of_person(person_id: UUID) -> tuple[dict[UUID, Why], list[UUID]]:
    """Services with why, the best first; and those that the person keeps anyway."""
    favourites = dict(
        Favourite.objects.filter(person_id=person_id)
        .order_by("-created_at")
        .values_list("service_id", "service__category_id")[:LOOKED_BACK]
    )
    chosen = list(chosen_by(person_id)[:LOOKED_BACK])
    seen = Seen.objects.filter(person_id=person_id).order_by("-at", "-id")
    own = [*favourites, *(row.service_id for row in chosen)]
    found: dict[UUID, Why] = {}

    def add(rows: Iterable[tuple[UUID, Why]]) -> None:
        for key, why in rows:
            found.setdefault(key, why)

    given = {"person": person_id, "peers": PEERS, "crowd": A_CROWD, "most": 2 * HOW_MANY}
    add(
        (also, Why(Reason.ALSO_CHOSEN, because))
        for also, because, _ in _rows(_ALSO_CHOSEN, given | {"own": own})
    )
    places = list({row.place_id for row in chosen if row.place_id})
    add((key, Why(Reason.NEAR)) for (key,) in _rows(_NEAR, given | {"places": places}))
    add((row.service_id, Why(Reason.AGAIN)) for row in chosen if row.times > 1)
    shelves = {shelf: service for service, shelf in favourites.items()}
    like = only_on_sale(Service.objects.filter(category_id__in=shelves).exclude(id__in=own))
    add(
        (key, Why(Reason.LIKE_FAVOURITE, shelves[shelf]))
        for key, shelf in like.order_by("-chosen_count", "position").values_list(
            "id", "category_id"
        )[:HOW_MANY]
    )
    looked_at = seen.exclude(service_id__in=own).values_list("service_id", flat=True)
    add((key, Why(Reason.LOOKED_AT)) for key in looked_at[:LOOKED_BACK])
    kept = list(favourites)
    return {key: why for key, why in found.items() if key not in favourites}, kept


def _rows(statement: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows: list[Any] = cursor.fetchall()
        return rows


def _names(ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    wanted = list(ids)
    if not wanted:
        return {}
    named = Service.objects.filter(id__in=wanted).values_list("id", "version__name")
    return {key: name or {} for key, name in named}


def _written(why: Why, names: dict[UUID, dict[str, str]]) -> str:
    because = names.get(why.because, {}) if why.because else {}
    return orjson.dumps({"reason": why.reason, "because": because}).decode()
