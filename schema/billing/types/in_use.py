"""Who is on which plan."""

from collections import Counter

import strawberry

from kernel.tenancy import TenantState as Standing
from schema.registry.types.health import StateCount
from schema.registry.types.standing import TenantState


@strawberry.type(description="How many tenants are on a plan.")
class PlanInUse:
    """One plan that somebody is on."""

    plan: str = strawberry.field(description="Its key; empty for those without a plan.")
    tenants: list[StateCount] = strawberry.field(
        description="By state, those states that there are."
    )


def plan_in_use(plan: str, states: Counter[Standing]) -> PlanInUse:
    """The counts as the API shows them."""
    return PlanInUse(
        plan=plan,
        tenants=[
            StateCount(state=TenantState(state), count=count)
            for state, count in sorted(states.items())
        ],
    )
