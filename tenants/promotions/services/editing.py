"""The operator's promotions: made, changed while they run, ended; and their codes."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import line_checked, texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.selectors import services_known
from tenants.promotions.models import Code, Promotion
from tenants.promotions.selectors import code_normal
from tenants.promotions.services.referring import ALPHABET

NAME_LENGTH: Final = 60
MAX_AMOUNT: Final = 10**12
MAX_SERVICES: Final = 500
BUNDLE_SIZES: Final = range(2, 11)
MAX_BUNDLE_DAYS: Final = 365
MAX_CODES: Final = 5_000
"""That are made at once."""

CODE_LENGTH: Final = 10
LENGTHS: Final = range(4, 25)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promotion gives, to whom, how often. See `Promotion`."""

    name: Mapping[str, str]
    starts_at: datetime
    amount: int | None = None
    percent_bps: int | None = None
    ceiling: int | None = None
    threshold: int = 0
    services: Collection[UUID] = ()
    bundle: Collection[UUID] = ()
    bundle_days: int | None = None
    audience: str = Promotion.Audience.EVERYBODY
    by_code: bool = False
    first_order: bool = False
    stackable: bool = False
    ends_at: datetime | None = None
    budget: int | None = None
    uses_limit: int | None = None
    per_person: int | None = None


@dataclass(eq=False)
class CodeTaken(Refusal):
    """There is such a code already."""

    promo_code: str


@transaction.atomic
def promotion_save(
    *, actor: Actor, promotion_id: UUID | None, terms: Terms, at: datetime
) -> Promotion:
    """Make a promotion, or change one; orders placed keep what they were given.

    Raises `NotFound` and `InvalidInput`: also for a limit below what was used already.
    """
    actor.require(Right.PRICES_MANAGE)
    if promotion_id is None:
        promotion = Promotion(created_at=at)
    else:
        promotion = access_promotion(actor=actor, promotion_id=promotion_id)
    _check(terms, promotion)
    promotion.name = texts_checked(
        terms.name, field="name", max_length=NAME_LENGTH, language=brand_language()
    )
    for field in (
        "audience", "by_code", "amount", "percent_bps", "ceiling", "threshold", "first_order",
        "stackable", "starts_at", "ends_at", "budget", "uses_limit", "per_person", "bundle_days",
    ):  # fmt: skip
        setattr(promotion, field, getattr(terms, field))
    promotion.services = sorted(map(str, terms.services))
    promotion.bundle = sorted(map(str, terms.bundle))
    promotion.save()
    return promotion


@transaction.atomic
def promotion_end(*, actor: Actor, promotion_id: UUID, at: datetime) -> Promotion:
    """End a promotion now; quotes that have it cannot be ordered any more. Raises `NotFound`."""
    promotion = access_promotion(actor=actor, promotion_id=promotion_id)
    if promotion.ends_at is None or promotion.ends_at > at:
        promotion.ends_at = max(at, promotion.starts_at)
        promotion.save(update_fields=["ends_at"])
    return promotion


@transaction.atomic
def promotion_codes_make(
    *,
    actor: Actor,
    promotion_id: UUID,
    number: int,
    word: str | None,
    uses_limit: int | None,
    channel: str,
    at: datetime,
) -> list[Code]:
    """Make `number` random codes, or the one that is `word`; each good for `uses_limit` orders.

    Raises `NotFound`, `InvalidInput` and `CodeTaken`.
    """
    promotion = access_promotion(actor=actor, promotion_id=promotion_id)
    if not promotion.by_code:
        raise InvalidInput(field="promotionId", reason="it applies without a code")
    if not 1 <= number <= MAX_CODES or (word is not None and number != 1):
        raise InvalidInput(field="number", reason=f"1 to {MAX_CODES}; 1 for a word of your own")
    _check_whole("usesLimit", uses_limit, least=1)
    channel = line_checked(channel, field="channel", max_length=60, min_length=0)
    words = [_random() for _ in range(number)] if word is None else [_word(word)]
    codes = [
        Code(promotion=promotion, code=each, channel=channel, uses_limit=uses_limit, created_at=at)
        for each in words
    ]
    try:
        with transaction.atomic():
            return Code.objects.bulk_create(codes)
    except IntegrityError as taken:
        raise CodeTaken(promo_code=words[0]) from taken


def access_promotion(*, actor: Actor, promotion_id: UUID) -> Promotion:
    """The promotion, locked, for whoever manages prices. Raises `NotFound`."""
    actor.require(Right.PRICES_MANAGE)
    promotion = Promotion.objects.select_for_update().filter(id=promotion_id).first()
    if promotion is None:
        raise NotFound(what="Promotion")
    return promotion


def _check(terms: Terms, promotion: Promotion) -> None:
    if (terms.amount is None) == (terms.percent_bps is None):
        raise InvalidInput(field="amount", reason="either an amount or a share")
    _check_whole("amount", terms.amount, least=1)
    _check_whole("percentBps", terms.percent_bps, least=1, most=10_000)
    _check_whole("ceiling", terms.ceiling, least=1)
    if terms.ceiling is not None and terms.percent_bps is None:
        raise InvalidInput(field="ceiling", reason="of a share only")
    _check_whole("threshold", terms.threshold, least=0)
    _check_whole("budget", terms.budget, least=max(1, promotion.spent))
    _check_whole("usesLimit", terms.uses_limit, least=max(1, promotion.uses))
    _check_whole("perPerson", terms.per_person, least=1)
    if terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        raise InvalidInput(field="endsAt", reason="after startsAt")
    if terms.by_code and terms.audience != Promotion.Audience.EVERYBODY:
        raise InvalidInput(field="byCode", reason="referrals bring their own code")
    if len(terms.services) > MAX_SERVICES:
        raise InvalidInput(field="serviceIds", reason=f"at most {MAX_SERVICES}")
    if bool(terms.bundle) != (terms.bundle_days is not None):
        raise InvalidInput(field="bundleDays", reason="with the services of a bundle, and only so")
    _check_whole("bundleDays", terms.bundle_days, least=1, most=MAX_BUNDLE_DAYS)
    for named in (terms.services, terms.bundle):
        if services_known(named) != len(set(named)):
            raise NotFound(what="Service")
    if terms.bundle and len(set(terms.bundle)) not in BUNDLE_SIZES:
        raise InvalidInput(
            field="bundleServiceIds",
            reason=f"{BUNDLE_SIZES[0]} to {BUNDLE_SIZES[-1]} different services",
        )


def _check_whole(field: str, value: int | None, *, least: int, most: int = MAX_AMOUNT) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidInput(field=field, reason=f"between {least} and {most}")


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _word(word: str) -> str:
    normal = code_normal(word)
    if len(normal) not in LENGTHS or not normal.isascii() or not normal.isalnum():
        raise InvalidInput(field="code", reason=f"{LENGTHS[0]} to {LENGTHS[-1]} letters and digits")
    return normal
