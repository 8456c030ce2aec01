"""Customers who bring customers."""

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from kernel.events import Fact
from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.promotions.models import Referral, ReferralCode
from tenants.promotions.selectors import CodeRefused, Why, code_normal

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for one another."""

CODE_LENGTH: Final = 8


class ReferredAlready(Refusal):
    """Somebody else's code brought this customer, once and for all."""


@transaction.atomic
def referral_code_make(*, actor: Actor) -> ReferralCode:
    """The customer's own code for friends: the one there is, or a new one."""
    actor.require(Right.ORDER_AS_CUSTOMER)
    word = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    own, _ = ReferralCode.objects.get_or_create(person_id=actor.person_id, defaults={"code": word})
    return own


@transaction.atomic
def referral_accept(*, actor: Actor, code: str, is_customer: bool, at: datetime) -> Referral:
    """Say whose code brought the customer, before their first order.

    `is_customer`: they have ordered before. Raises `CodeRefused` (unknown, one's own, too late) and
    `ReferredAlready`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    word = code_normal(code)
    own = ReferralCode.objects.filter(code=word).first()
    if own is None:
        raise CodeRefused(promo_code=word[:24], why=Why.UNKNOWN.value)
    if own.person_id == actor.person_id:
        raise CodeRefused(promo_code=word, why=Why.NOT_YOURS.value)
    if is_customer:
        raise CodeRefused(promo_code=word, why=Why.NOT_THE_FIRST_ORDER.value)
    try:
        with transaction.atomic():
            return Referral.objects.create(
                referred_id=actor.person_id, referrer_id=own.person_id, at=at
            )
    except IntegrityError as before:
        raise ReferredAlready from before


def referral_reward(fact: Fact) -> None:
    """The first order that somebody who was referred completes rewards who referred them."""
    Referral.objects.filter(referred_id=UUID(fact.data["customer"]), rewarded_at=None).update(
        rewarded_at=fact.at
    )
