"""Reads of promotions: which there are, and which apply to a price."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from kernel.money import round_minor
from kernel.prepared import Prepared
from kernel.refusals import InvalidInput, Refusal
from tenants.promotions.models import (
    Code,
    Membership,
    Promotion,
    Purchase,
    Redemption,
    Referral,
    ReferralCode,
)

MAX_CODES: Final = 5
MAX_CODE_LENGTH: Final = 40
LEVEL: Final = "[a-z][a-z0-9_]{0,23}"
"""How the key of a membership's level is written."""


class Why(StrEnum):
    """Why a code does nothing for an order."""

    UNKNOWN = "unknown"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    USED_UP = "used_up"
    NOT_YOURS = "not_yours"
    NOT_FOR_THIS_SERVICE = "not_for_this_service"
    BELOW_THRESHOLD = "below_threshold"
    NOT_THE_FIRST_ORDER = "not_the_first_order"
    NOT_COMBINABLE = "not_combinable"
    BUNDLE_INCOMPLETE = "bundle_incomplete"


@dataclass(eq=False)
class CodeRefused(Refusal):
    """The code does nothing for this order; `why` says so in a word."""

    promo_code: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An order about to be priced: whose, of what, worth how much before anything is taken off."""

    person_id: UUID
    service_id: UUID
    worth: int
    is_first: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promotion that may apply, and the code by which it was asked for."""

    promotion: Promotion
    code: Code | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What one promotion takes off an order."""

    promotion: Promotion
    code: Code | None
    amount: int


def promotions_all() -> QuerySet[Promotion]:
    """Every promotion there was, the newest first."""
    return Promotion.objects.order_by("-id")


def promotions_running(at: datetime) -> QuerySet[Promotion]:
    """What customers may hope for now: begun, not ended, not used up, the soonest to end first."""
    return Promotion.objects.filter(_in_time(at), _left()).order_by(
        F("ends_at").asc(nulls_last=True), "id"
    )


def codes_of(promotion_id: UUID) -> QuerySet[Code]:
    """The codes of a promotion, the newest first."""
    return Code.objects.filter(promotion_id=promotion_id).order_by("-id")


@dataclass(frozen=True, slots=True)
class ReferralStanding:
    """A person's code, if they have one, and how many friends came by it and were served."""

    code: str | None
    friends: int
    rewarded: int


def referral_standing(person_id: UUID) -> ReferralStanding:
    """What became of a person's code. Two queries."""
    counted = Referral.objects.filter(referrer_id=person_id).aggregate(
        friends=Count("id"), rewarded=Count("rewarded_at")
    )
    own = ReferralCode.objects.filter(person_id=person_id).values_list("code", flat=True).first()
    return ReferralStanding(code=own, **counted)


def membership_of(person_id: UUID, *, at: datetime) -> Membership | None:
    """The person's membership, if it holds now. One query."""
    return memberships_holding(at).filter(person_id=person_id).first()


def memberships_holding(at: datetime) -> QuerySet[Membership]:
    """Every membership that holds now, the newest first."""
    return Membership.objects.filter(Q(valid_until=None) | Q(valid_until__gt=at)).order_by("-id")


def member_level(person_id: UUID, *, at: datetime) -> str | None:
    """The level of the person's membership; None for no member. One query, for every price."""
    found = _LEVEL.rows(person_id, at)
    return found[0][0] if found else None


_LEVEL: Final = Prepared(
    lambda person_id, at: (
        memberships_holding(at).filter(person_id=person_id).order_by().values_list("level")
    ),
    UUID(int=0),
    datetime.min.replace(tzinfo=UTC),
)


def code_normal(code: str) -> str:
    """A code as it is stored: people type it in any case, with blanks and hyphens."""
    return code.strip().replace(" ", "").replace("-", "").upper()


def codes_checked(codes: Collection[str]) -> list[str]:
    """The codes that somebody gave. Raises `InvalidInput` for too many, or one too long."""
    if len(codes) > MAX_CODES or any(len(code) > MAX_CODE_LENGTH for code in codes):
        raise InvalidInput(
            field="codes", reason=f"at most {MAX_CODES} of {MAX_CODE_LENGTH} characters"
        )
    return list(codes)


def candidates_for(*, codes: Collection[str], at: datetime) -> list[Candidate]:
    """What runs without a code, and what these codes stand for. One query, or two with codes.

    Raises `CodeRefused` for a word that is no code.
    """
    given = sorted({code_normal(code) for code in codes})
    known = (
        {
            code.code: code
            for code in Code.objects.filter(code__in=given).select_related("promotion")
        }
        if given
        else {}
    )
    for word in given:
        if word not in known:
            raise CodeRefused(promo_code=word[:MAX_CODE_LENGTH], why=Why.UNKNOWN.value)
    automatic = _AUTOMATIC.instances(Promotion, at)
    return [
        *(Candidate(promotion, None) for promotion in automatic),
        *(Candidate(code.promotion, code) for code in known.values()),
    ]


_AUTOMATIC: Final = Prepared(
    lambda at: promotions_running(at).filter(by_code=False), datetime.min.replace(tzinfo=UTC)
)


def offers_for(asked: Asked, candidates: Collection[Candidate]) -> list[Offered]:
    """What is taken off an order: the better of all that can be combined, and the best that cannot.

    Two queries, and one more where a bundle is among them. Raises `CodeRefused` for a code that
    does nothing.
    """
    counts = _uses_of(asked.person_id)
    bought = _bought(asked, [candidate.promotion for candidate in candidates])
    referral = _Referral.of(asked.person_id)
    fitting: list[Offered] = []
    for candidate in candidates:
        promotion, code = candidate.promotion, candidate.code
        why = _why_not(promotion, code, asked, counts)
        if why is None and completes(promotion, asked.service_id, bought, at=asked.at) is None:
            why = Why.BUNDLE_INCOMPLETE
        if code is not None and why is not None:
            raise CodeRefused(promo_code=code.code, why=why.value)
        if why is None and referral.entitles(promotion, counts):
            amount = amount_off(promotion, asked.worth)
            if amount > 0:
                fitting.append(Offered(promotion, code, amount))
            elif code is not None:
                raise CodeRefused(promo_code=code.code, why=Why.USED_UP.value)
    chosen = _best(fitting)
    for offered in fitting:
        if offered.code is not None and offered not in chosen:
            raise CodeRefused(promo_code=offered.code.code, why=Why.NOT_COMBINABLE.value)
    return chosen


def completes(
    promotion: Promotion, service_id: UUID, bought: Collection[Purchase], *, at: datetime
) -> list[Purchase] | None:
    """With which of the earlier purchases an order of the service makes the bundle; None if none.

    An order within the promotion's days of each other service, the oldest first. A promotion
    without a bundle asks for none.
    """
    if not promotion.bundle:
        return []
    others = {*promotion.bundle} - {str(service_id)}
    if len(others) == len(promotion.bundle):
        return None
    since = at - timedelta(days=promotion.bundle_days or 0)
    found: dict[str, Purchase] = {}
    for purchase in sorted(bought, key=lambda each: (each.at, each.id)):
        if purchase.at >= since and str(purchase.service_id) in others:
            found.setdefault(str(purchase.service_id), purchase)
    return [*found.values()] if len(found) == len(others) else None


def purchases_free(person_id: UUID, *, since: datetime) -> QuerySet[Purchase]:
    """The person's orders since then that stand and are no part of a bundle yet."""
    return Purchase.objects.filter(person_id=person_id, at__gte=since, returned_at=None, part=None)


def _bought(asked: Asked, promotions: Collection[Promotion]) -> list[Purchase]:
    """What may complete a bundle of these promotions; no query where none has one."""
    longest = max((each.bundle_days or 0 for each in promotions), default=0)
    if not longest:
        return []
    return list(purchases_free(asked.person_id, since=asked.at - timedelta(days=longest)))


def amount_off(promotion: Promotion, worth: int) -> int:
    """What it takes off `worth`: rounded as prices are, within its ceiling and what is left of it.

    A budget that would not cover the whole of it covers none.
    """
    if promotion.amount is not None:
        amount = promotion.amount
    else:
        amount = round_minor(Decimal(worth * (promotion.percent_bps or 0)) / 10_000)
        if promotion.ceiling is not None:
            amount = min(amount, promotion.ceiling)
    amount = min(amount, worth)
    if promotion.budget is not None and promotion.spent + amount > promotion.budget:
        return 0
    return amount


def _best(fitting: list[Offered]) -> list[Offered]:
    """What the customer gains most by; a code that was given counts before what is automatic."""
    together = [offered for offered in fitting if offered.promotion.stackable]
    # An order is part of one bundle at most.
    bundles = sorted((each for each in together if each.promotion.bundle), key=_worth)
    together = [each for each in together if each not in bundles[:-1]]
    alone = [[offered] for offered in fitting if not offered.promotion.stackable]
    ways = [together, *alone]
    best = max(ways, key=_gain)
    return sorted(best, key=lambda offered: (-offered.amount, str(offered.promotion.id)))


def _worth(offered: Offered) -> tuple[bool, int]:
    return offered.code is not None, offered.amount


def _gain(way: list[Offered]) -> tuple[int, int]:
    return sum(offered.code is not None for offered in way), sum(each.amount for each in way)


def _in_time(at: datetime) -> Q:
    return Q(starts_at__lte=at) & (Q(ends_at=None) | Q(ends_at__gt=at))


def _left() -> Q:
    return (Q(uses_limit=None) | Q(uses__lt=F("uses_limit"))) & (
        Q(budget=None) | Q(spent__lt=F("budget"))
    )


def _uses_of(person_id: UUID) -> Mapping[UUID, int]:
    """How often the person has had each promotion."""
    return dict(_USES.rows(person_id))


_USES: Final = Prepared(
    lambda person_id: (
        Redemption.objects.filter(person_id=person_id, returned_at=None)
        .values_list("promotion_id")
        .annotate(Count("id"))
    ),
    UUID(int=0),
)
_REFERRALS: Final = Prepared(
    lambda person_id: Referral.objects.filter(
        Q(referred_id=person_id) | Q(referrer_id=person_id)
    ).values_list("referred_id", "rewarded_at"),
    UUID(int=0),
)


def _why_not(
    promotion: Promotion, code: Code | None, asked: Asked, counts: Mapping[UUID, int]
) -> Why | None:
    """Why a promotion does not apply; None if it does."""
    code_limit = code.uses_limit if code is not None else None
    reasons = (
        # Whose a code is, is nobody else's business.
        (code is not None and code.person_id not in (None, asked.person_id), Why.UNKNOWN),
        (code is not None and code_limit is not None and code.uses >= code_limit, Why.USED_UP),
        (promotion.starts_at > asked.at, Why.NOT_STARTED),
        (promotion.ends_at is not None and promotion.ends_at <= asked.at, Why.ENDED),
        (promotion.uses_limit is not None and promotion.uses >= promotion.uses_limit, Why.USED_UP),
        (promotion.budget is not None and promotion.spent >= promotion.budget, Why.USED_UP),
        (
            promotion.per_person is not None
            and counts.get(promotion.id, 0) >= promotion.per_person,
            Why.USED_UP,
        ),
        (
            bool(promotion.services) and str(asked.service_id) not in promotion.services,
            Why.NOT_FOR_THIS_SERVICE,
        ),
        (promotion.first_order and not asked.is_first, Why.NOT_THE_FIRST_ORDER),
        (asked.worth < promotion.threshold, Why.BELOW_THRESHOLD),
    )
    return next((why for holds, why in reasons if holds), None)


@dataclass(frozen=True, slots=True)
class _Referral:
    """Where a person stands in referrals."""

    was_referred: bool
    rewards: int

    @classmethod
    def of(cls, person_id: UUID) -> "_Referral":
        found = _REFERRALS.rows(person_id)
        return cls(
            was_referred=any(referred == person_id for referred, _ in found),
            rewards=sum(
                referred != person_id and rewarded is not None for referred, rewarded in found
            ),
        )

    def entitles(self, promotion: Promotion, counts: Mapping[UUID, int]) -> bool:
        """Whether it is for this person: a referrer has it once for each friend who came."""
        match promotion.audience:
            case Promotion.Audience.REFERRED:
                return self.was_referred
            case Promotion.Audience.REFERRER:
                return counts.get(promotion.id, 0) < self.rewards
        return True
