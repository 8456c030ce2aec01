"""What plans cost, at the provider: a product and a monthly price for each plan on offer."""

from dataclasses import dataclass

from django.db import transaction

from billing import gateway
from billing.models import Plan
from kernel.texts import text_in


@dataclass(frozen=True, slots=True)
class Synced:
    """A plan, and whether it has another price at the provider than before."""

    plan: Plan
    is_new: bool


def plan_sync(plan: Plan) -> Synced:
    """Make the provider's product and price what the plan says. Safe to repeat. Platform scope.

    Raises `BillingNotSetUp` and `BillingUnavailable`.
    """
    price = gateway.price_put(
        plan=plan.key,
        name=text_in(plan.name, "en", "zh-Hans"),
        summary=text_in(plan.summary, "en", "zh-Hans"),
        amount=plan.price,
        currency=plan.currency,
    )
    is_new = price != plan.provider_price
    with transaction.atomic():
        Plan.objects.filter(id=plan.id).update(provider_price=price)
    plan.provider_price = price
    return Synced(plan=plan, is_new=is_new)
