"""Services on sale by words, filters and order, in one statement; its pages go by keyset.

A word is first looked for as it is written. Only where no service on sale has it so is it taken for
mistyped, or for Chinese of the same sound: so that a search for what exists is never diluted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, FloatField, Func, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual

from kernel.refusals import InvalidInput
from tenants.catalog.models import Line, Service, ServiceKind
from tenants.catalog.search.words import Word, asked
from tenants.catalog.selectors import on_shelf, only_on_sale
from tenants.places.geometry import Position
from tenants.places.hours import Hours, opening
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


class Sort(StrEnum):
    """In what order services are shown."""

    RELEVANCE = "relevance"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    RATING = "rating"
    POPULAR = "popular"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What services must be. Prices in minor units of the operator's currency, both included.

    `slot_by` asks for a free slot until then; `gender` for whoever may come for a service that
    either asks for nobody in particular or for such a person; `served_at` for what zones cover.
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


def services_found(
    *, text: str, filters: Filters, sort: Sort, at: datetime, zone: ZoneInfo
) -> QuerySet[Service]:
    """What customers find. No text finds all; one without a letter or a digit finds nothing.

    Of three words one may be missing, of six two. `zone` is the operator's. Raises `InvalidInput`
    for a range that holds nothing.
    """
    services = _filtered(only_on_sale(Service.objects.all()), filters, at, zone)
    words = asked(text)
    if not words:
        return services.none() if text.strip() else services.order_by(*_order(sort, None))
    scores = [_score(word) for word in words]
    hits = [Case(When(GreaterThan(score, 0), then=1), default=0) for score in scores]
    needed = len(words) - len(words) // 3
    return services.filter(GreaterThanOrEqual(reduce(add, hits), needed)).order_by(
        *_order(sort, reduce(add, scores))
    )


def _order(sort: Sort, relevance: Any) -> Sequence[Any]:
    match sort:
        case Sort.RELEVANCE:
            own = ("position", "id")
            return own if relevance is None else (Cast(relevance, IntegerField()).desc(), *own)
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


def _rating() -> Any:
    """In thousandths, with the prior: whole numbers, since a cursor must give them back exactly."""
    given = F("rating_sum") * 1000 + int(PRIOR_COUNT * PRIOR_SCORE * 1000)
    return Cast(given / (F("rating_count") + PRIOR_COUNT), IntegerField())


def _filtered(
    services: QuerySet[Service], filters: Filters, at: datetime, zone: ZoneInfo
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
        closed = [line.id for line in Line.objects.all() if not _is_open(line, at, zone)]
        services = services.exclude(line_id__in=closed)
    return services


def _is_open(line: Line, at: datetime, zone: ZoneInfo) -> bool:
    return line.hours is None or opening(Hours.parse(line.hours), at=at, zone=zone).open


class _WordSimilarity(Func):
    """pg_trgm's: the share of trigrams in common with the nearest word of the second text."""

    function = "strict_word_similarity"
    output_field = FloatField()


def _score(word: Word) -> Any:
    """What the word is worth of a service; 0 for one that has it not."""
    written = _first(
        (_has("search_name", f" {word.text} "), WHOLE),
        (_has("search_name", _lead(word)), BEGINS),
        (_has("search_text", _lead(word)), WITHIN),
    )
    if len(word.text) < (2 if word.dense else SHORTEST_GUESSED):
        return written
    known = Exists(only_on_sale(Service.objects.filter(GreaterThan(written, 0))))
    guess = _sounding(word) if word.dense else _mistyped(word)
    return Case(When(~known, then=guess), default=written, output_field=IntegerField())


def _lead(word: Word) -> str:
    """What a text has that has the word: Chinese anywhere, others where a word begins."""
    return word.text if word.dense else f" {word.stem}"


def _sounding(word: Word) -> Any:
    """A Chinese word by its sound, or by half of its pairs of characters."""
    tiers = [(_has("search_name", f" {word.sound}"), Value(SPELT))] if word.sound else []
    pairs = [
        Case(
            When(_has("search_name", pair), then=2),
            When(_has("search_text", pair), then=1),
            default=0,
        )
        for pair in word.pairs
    ]
    if len(pairs) > 1:
        # A pair in the name counts for two, so that half of them there are enough.
        tiers.append((GreaterThanOrEqual(reduce(add, pairs), max(len(pairs), 2)), Value(CLOSE)))
    return _first(*tiers)


def _mistyped(word: Word) -> Any:
    """A word with two letters swapped, or alike by its trigrams; what is more alike, more so.

    Names alone are gone through: prose has a word that is like any other, and takes ten times long.
    """
    alike = _WordSimilarity(Value(word.text), F("search_name"))
    return _first(
        *((_has("search_name", f" {other}"), SPELT) for other in word.swapped),
        (GreaterThanOrEqual(alike, ALIKE), Cast(alike * SPELT, IntegerField())),
    )


def _has(column: str, part: str) -> Any:
    """Whether the column has `part` in it, no character of which means anything else."""
    return GreaterThan(StrIndex(F(column), Value(part)), 0)


def _first(*tiers: tuple[Any, Any]) -> Any:
    """The worth of the first condition that holds, else 0."""
    whens = [When(condition, then=worth) for condition, worth in tiers]
    return Case(*whens, default=Value(0), output_field=IntegerField()) if whens else Value(0)
