"""Keeping the promise: a promotion is used with an order, and comes back when that is cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from kernel.events import Fact
from kernel.refusals import Refusal
from tenants.promotions.models import Code, Promotion, Redemption, Referral


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
    *, uses: Sequence[Use], person_id: UUID, order_id: UUID, is_first: bool, at: datetime
) -> None:
    """Count an order against the promotions in its price. Inside the order's transaction.

    Everybody who uses one waits for its row, so that no budget and no limit is overdrawn. Raises
    `PromotionGone`.
    """
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
    Redemption.objects.bulk_create(
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


def redemptions_return(fact: Fact) -> None:
    """A cancelled order gives back what it used: once."""
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
