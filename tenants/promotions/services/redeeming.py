"""Keeping the promise: a promotion is used with an order, and comes back when that is cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from kernel.events import Fact
from kernel.refusals import Refusal
from tenants.promotions.models import (
    BundlePart,
    Code,
    Promotion,
    Purchase,
    Redemption,
    Referral,
)
from tenants.promotions.selectors import completes, purchases_free


@dataclass(eq=False)
class PromotionGone(Refusal):
    """A promotion in the price was used up meanwhile, or ended: ask for a new quote."""

    promotion: str


@dataclass(frozen=True, slots=True)
class Use:
    """A promotion's part in an order."""

    promotion_id: UUID
    code_id: UUID | None
    amount: int


def use_parse(stored: Mapping[str, Any]) -> Use:
    """A use out of the plain JSON that a quote keeps."""
    code_id = stored["code_id"]
    return Use(
        promotion_id=UUID(stored["promotion_id"]),
        code_id=UUID(code_id) if code_id else None,
        amount=stored["amount"],
    )


def promotions_redeem(
    *,
    uses: Sequence[Use],
    person_id: UUID,
    order_id: UUID,
    service_id: UUID,
    is_first: bool,
    at: datetime,
) -> None:
    """Count an order against the promotions in its price. Inside the order's transaction.

    Everybody who uses one waits for its row, so that no budget and no limit is overdrawn, and no
    purchase is in two bundles. Raises `PromotionGone`.
    """
    purchase = Purchase.objects.create(
        person_id=person_id, order_id=order_id, service_id=service_id, at=at
    )
    if not uses:
        return
    ids = sorted(use.promotion_id for use in uses)  # one order for everybody: no deadlock
    locked = {
        promotion.id: promotion
        for promotion in Promotion.objects.select_for_update().filter(id__in=ids).order_by("id")
    }
    for use in uses:
        promotion = locked[use.promotion_id]
        _check(promotion, use, person_id, is_first, at)
        _count_code(use, person_id)
        promotion.spent += use.amount
        promotion.uses += 1
        promotion.save(update_fields=["spent", "uses"])
    redeemed = Redemption.objects.bulk_create(
        Redemption(
            promotion_id=use.promotion_id,
            code_id=use.code_id,
            person_id=person_id,
            order_id=order_id,
            amount=use.amount,
            at=at,
        )
        for use in uses
    )
    for redemption in redeemed:
        promotion = locked[redemption.promotion_id]
        if promotion.bundle:
            _bundle(promotion, redemption, purchase)


def _bundle(promotion: Promotion, redemption: Redemption, purchase: Purchase) -> None:
    """Make the purchase the last of the promotion's bundle; each is part of one at most.

    The person's purchases are locked: of two orders placed at once by two bundles, the second
    waits, and finds what the first has left. Raises `PromotionGone`.
    """
    since = purchase.at - timedelta(days=promotion.bundle_days or 0)
    free = purchases_free(purchase.person_id, since=since).exclude(id=purchase.id)
    held = Purchase.objects.select_for_update().filter(id__in=free.values("id")).order_by("id")
    ids = [each.id for each in held]
    # What was free before the wait may not be so now.
    earlier = completes(
        promotion, purchase.service_id, list(free.filter(id__in=ids)), at=purchase.at
    )
    if earlier is None:
        raise PromotionGone(promotion=str(promotion.id))
    BundlePart.objects.bulk_create(
        BundlePart(redemption=redemption, purchase=each) for each in (*earlier, purchase)
    )


def redemptions_return(fact: Fact) -> None:
    """A cancelled order gives back what it used, once, and is part of no bundle to come.

    The earlier orders of a bundle that it completed are free for another; one that it was an
    earlier order of stands, since its price was promised.
    """
    Purchase.objects.filter(order_id=fact.subject, returned_at=None).update(returned_at=fact.at)
    BundlePart.objects.filter(
        redemption__order_id=fact.subject, redemption__returned_at=None
    ).delete()
    rows = Redemption.objects.filter(order_id=fact.subject, returned_at=None).order_by(
        "promotion_id"
    )
    for redemption in rows:
        Promotion.objects.filter(id=redemption.promotion_id).update(
            spent=F("spent") - redemption.amount, uses=F("uses") - 1
        )
        if redemption.code_id is not None:
            Code.objects.filter(id=redemption.code_id).update(uses=F("uses") - 1)
    rows.update(returned_at=fact.at)


def _check(promotion: Promotion, use: Use, person_id: UUID, is_first: bool, at: datetime) -> None:
    """Raises `PromotionGone` unless the locked promotion still covers it."""
    had = Redemption.objects.filter(
        promotion=promotion, person_id=person_id, returned_at=None
    ).count()
    most = promotion.per_person
    if promotion.first_order:
        most = 1  # of two that are placed at once, neither knows of the other but by this
    if promotion.audience == Promotion.Audience.REFERRER:
        rewards = Referral.objects.filter(referrer_id=person_id, rewarded_at__isnull=False).count()
        most = rewards if most is None else min(most, rewards)
    if (
        (promotion.ends_at is not None and promotion.ends_at <= at)
        or (promotion.budget is not None and promotion.spent + use.amount > promotion.budget)
        or (promotion.uses_limit is not None and promotion.uses >= promotion.uses_limit)
        or (most is not None and had >= most)
        or (promotion.first_order and not is_first)
    ):
        raise PromotionGone(promotion=str(promotion.id))


def _count_code(use: Use, person_id: UUID) -> None:
    if use.code_id is None:
        return
    code = Code.objects.select_for_update().get(id=use.code_id)
    if code.uses_limit is not None and code.uses >= code.uses_limit:
        raise PromotionGone(promotion=str(use.promotion_id))
    code.uses += 1
    code.save(update_fields=["uses"])
