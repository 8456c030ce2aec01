"""Services on sale by words, filters and order, in one statement; its pages go by keyset.

A word is first looked for as it is written. Only where no service on sale has it so is it taken for
mistyped, or for Chinese of the same sound: so that a search for what exists is never diluted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, IntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual

from kernel.refusals import InvalidInput
from tenants.catalog.models import Line, Service, ServiceKind
from tenants.catalog.search.words import Word, asked
from tenants.catalog.selectors import on_shelf, only_on_sale
from tenants.places.geometry import Position
from tenants.places.hours import Hours, opening
from tenants.places.offered import offered_from
from tenants.places.zone_map import zone_map

WHOLE, BEGINS, WITHIN, SPELT, CLOSE = 100, 80, 30, 20, 10
"""What a word is worth: the name has it, a word of the name begins with it, it is in what is said
beside the name, it sounds so or two letters are swapped, it is alike."""

ALIKE: Final = 0.33
"""The share of trigrams that makes two words alike: one letter of five may be another."""

SHORTEST_GUESSED: Final = 4
"""Letters of the shortest word that may be a mistyped one."""

PRIOR_COUNT, PRIOR_SCORE = 5, 3.5
"""A rating sorts as if so many others had given so much: one 5 is no more than thirty 4.9s."""


FARTHEST_METERS: Final = 50_000


class Sort(StrEnum):
    """In what order services are shown."""

    RELEVANCE = "relevance"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    RATING = "rating"
    POPULAR = "popular"
    NEWEST = "newest"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What services must be. Prices in minor units of the operator's currency, both included.

    `slot_by` asks for a free slot until then; `gender` for whoever may come for a service that
    either asks for nobody in particular or for such a person; `served_at` for what zones cover,
    `within_meters` for what is offered so near (`places.offered`).
    """

    line_id: UUID | None = None
    kind: ServiceKind | None = None
    category_id: UUID | None = None
    price_at_least: int | None = None
    price_at_most: int | None = None
    rating_at_least: float | None = None
    open_now: bool = False
    slot_by: datetime | None = None
    gender: str | None = None
    served_at: Position | None = None
    within_meters: int | None = None


def services_found(
    *,
    text: str,
    filters: Filters,
    sort: Sort,
    at: datetime,
    zone: Callable[[], ZoneInfo],
    near: Position | None = None,
) -> QuerySet[Service]:
    """What customers find. No text finds all; one without a letter or a digit finds nothing.

    Of three words one may be missing, of six two. `zone` answers the operator's. With `near` each
    has `distance`, whole metres to where it is offered. Raises `InvalidInput` for a range that
    holds nothing, and for a distance from nowhere.
    """
    services = _from_near(only_on_sale(Service.objects.all()), filters, sort, near)
    services = _filtered(services, filters, at, zone)
    words = asked(text)
    if not words:
        return services.none() if text.strip() else services.order_by(*_order(sort, None))
    scores = [_score(word) for word in words]
    needed = len(words) - len(words) // 3
    hits = _Sql(
        " + ".join(f"(({score.sql}) > 0)::integer" for score in scores),
        [each for score in scores for each in score.params],
    )
    relevance = _Sql(
        " + ".join(f"({score.sql})" for score in scores),
        hits.params,
    )
    return services.filter(GreaterThanOrEqual(hits.expression, needed)).order_by(
        *_order(sort, relevance.expression)
    )


def _order(sort: Sort, relevance: Any) -> Sequence[Any]:
    match sort:
        case Sort.RELEVANCE:
            own = ("position", "id")
            return own if relevance is None else (relevance.desc(), *own)
        case Sort.PRICE_UP:
            return F("price_from").asc(nulls_last=True), "position", "id"
        case Sort.PRICE_DOWN:
            return F("price_from").desc(nulls_last=True), "position", "id"
        case Sort.RATING:
            return _rating().desc(), "position", "id"
        case Sort.POPULAR:
            return "-chosen_count", "position", "id"
        case Sort.NEWEST:
            return F("on_sale_since").desc(nulls_last=True), "-id"
        case Sort.DISTANCE:
            return F("distance").asc(nulls_last=True), "position", "id"


def _from_near(
    services: QuerySet[Service], filters: Filters, sort: Sort, near: Position | None
) -> QuerySet[Service]:
    within = filters.within_meters
    if within is not None and not 0 <= within <= FARTHEST_METERS:
        raise InvalidInput(field="filters.withinMeters", reason=f"0 to {FARTHEST_METERS}")
    if near is None:
        if within is not None or sort is Sort.DISTANCE:
            raise InvalidInput(field="near", reason="a distance is from somewhere")
        return services
    offered = offered_from(near)
    meters = RawSQL(
        "coalesce((SELECT meters FROM unnest(%s::uuid[], %s::integer[]) AS offered (id, meters)"
        " WHERE offered.id = catalog_service.id), %s::integer)",
        [list(offered.by_service), list(offered.by_service.values()), offered.others],
        IntegerField(),
    )
    services = services.annotate(distance=meters)
    return services if within is None else services.filter(distance__lte=within)


def _rating() -> Any:
    """In thousandths, with the prior: whole numbers, since a cursor must give them back exactly."""
    given = F("rating_sum") * 1000 + int(PRIOR_COUNT * PRIOR_SCORE * 1000)
    return Cast(given / (F("rating_count") + PRIOR_COUNT), IntegerField())


def _filtered(
    services: QuerySet[Service], filters: Filters, at: datetime, zone: Callable[[], ZoneInfo]
) -> QuerySet[Service]:
    low, high = filters.price_at_least, filters.price_at_most
    if low is not None and high is not None and low > high:
        raise InvalidInput(field="filters.priceAtMost", reason="below priceAtLeast")
    wanted = {
        "line_id": filters.line_id,
        "kind": filters.kind,
        "price_from__gte": low,
        "price_from__lte": high,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    services = services.filter(**given)
    if filters.category_id is not None:
        services = on_shelf(services, filters.category_id)
    if filters.rating_at_least is not None:
        least = F("rating_count") * filters.rating_at_least
        services = services.filter(rating_count__gt=0, rating_sum__gte=least)
    if filters.slot_by is not None:
        services = services.filter(next_slot_at__range=(at, filters.slot_by))
    if filters.gender is not None:
        services = services.filter(staff_gender__in=("", filters.gender))
    if filters.served_at is not None:
        covered = zone_map().services_at(filters.served_at)
        services = services if covered is None else services.filter(id__in=covered)
    if filters.open_now:
        local = zone()
        closed = [line.id for line in Line.objects.all() if not _is_open(line, at, local)]
        services = services.exclude(line_id__in=closed)
    return services


def _is_open(line: Line, at: datetime, zone: ZoneInfo) -> bool:
    return line.hours is None or opening(Hours.parse(line.hours), at=at, zone=zone).open


@dataclass(frozen=True, slots=True)
class _Sql:
    """A whole number, as SQL that names `catalog_service`.

    Written out: as Django's expressions these take several times as long to put together as
    PostgreSQL to answer.
    """

    sql: str
    params: Sequence[Any]

    @property
    def expression(self) -> RawSQL:
        """For a queryset of services."""
        return RawSQL(self.sql, self.params, IntegerField())  # noqa: S611  (constants alone)


_NAME_HAS: Final = "strpos(catalog_service.search_name, %s) > 0"
_TEXT_HAS: Final = "strpos(catalog_service.search_text, %s) > 0"
_KNOWN: Final = """EXISTS (
    SELECT FROM catalog_service AS other JOIN catalog_category AS shelf
    ON shelf.id = other.category_id AND shelf.active AND other.state = 'published'
    WHERE strpos(other.search_name, %s) > 0 OR strpos(other.search_text, %s) > 0)"""
"""Whether any service on sale has the word as it is written."""

_ALIKE: Final = "strict_word_similarity(%s, catalog_service.search_name)"
"""pg_trgm's: the share of trigrams in common with the nearest word of the second text."""


def _score(word: Word) -> _Sql:
    """What the word is worth of a service; 0 for one that has it not."""
    lead = word.text if word.dense else f" {word.stem}"
    written = _first(
        (_NAME_HAS, [f" {word.text} "], str(WHOLE), []),
        (_NAME_HAS, [lead], str(BEGINS), []),
        (_TEXT_HAS, [lead], str(WITHIN), []),
    )
    if len(word.text) < (2 if word.dense else SHORTEST_GUESSED):
        return written
    guess = _sounding(word) if word.dense else _mistyped(word)
    return _Sql(
        f"CASE WHEN {_KNOWN} THEN {written.sql} ELSE {guess.sql} END",
        [lead, lead, *written.params, *guess.params],
    )


def _sounding(word: Word) -> _Sql:
    """A Chinese word by its sound, or by half of its pairs of characters."""
    tiers: list[_Tier] = []
    if word.sound:
        tiers.append((_NAME_HAS, [f" {word.sound}"], str(SPELT), []))
    if len(word.pairs) > 1:
        # A pair in the name counts for two, so that half of them there are enough.
        each = f"CASE WHEN {_NAME_HAS} THEN 2 WHEN {_TEXT_HAS} THEN 1 ELSE 0 END"
        had = " + ".join([each] * len(word.pairs))
        given = [pair for pair in word.pairs for _ in range(2)]
        tiers.append((f"{had} >= %s", [*given, max(len(word.pairs), 2)], str(CLOSE), []))
    return _first(*tiers)


def _mistyped(word: Word) -> _Sql:
    """A word with two letters swapped, or alike by its trigrams; what is more alike, more so.

    Names alone are gone through: prose has a word that is like any other, and takes ten times long.
    """
    return _first(
        *((_NAME_HAS, [f" {other}"], str(SPELT), []) for other in word.swapped),
        (f"{_ALIKE} >= %s", [word.text, ALIKE], f"({_ALIKE} * {SPELT})::integer", [word.text]),
    )


type _Tier = tuple[str, Sequence[Any], str, Sequence[Any]]
"""A condition with its parameters, and what it is worth with those of it."""


def _first(*tiers: _Tier) -> _Sql:
    """The worth of the first condition that holds, else 0. No character of a parameter, which are
    all the words there are, means anything else."""
    if not tiers:
        return _Sql("0", [])
    whens = " ".join(f"WHEN {condition} THEN {worth}" for condition, _, worth, _ in tiers)
    params = [each for _, asked_for, _, of_worth in tiers for each in (*asked_for, *of_worth)]
    return _Sql(f"CASE {whens} ELSE 0 END", params)
