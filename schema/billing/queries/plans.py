"""Reads of plans, on the platform's host, and of what an operator uses of its own, on its."""

from typing import cast

import strawberry

from billing.plans import plans_all, plans_in_use, plans_offered
from kernel import clock
from kernel.meters import Feature
from kernel.tenancy import current_tenant
from schema.billing.types.in_use import PlanInUse, plan_in_use
from schema.billing.types.plans import Plan, PlanUsage, meters_used
from schema.core.context import Info
from schema.core.fields import query
from schema.core.rights import Audience
from tenants.access.rights import Right
from tenants.journal.usage import plan_usage


@strawberry.type
class PlanQueries:
    """Root query fields of plans and usage."""

    @query(right=Audience.OWNER_PUBLIC)
    def plans(self, info: Info) -> list[Plan]:
        """The plans on offer; for an owner the others as well."""
        found = plans_offered() if info.context.owner is None else plans_all()
        return cast(list[Plan], found)

    @query(right=Audience.OWNER)
    def plans_in_use(self, info: Info) -> list[PlanInUse]:
        """How many tenants are on each plan."""
        return [plan_in_use(key, states) for key, states in sorted(plans_in_use().items())]

    @query(right=(Right.BRAND_MANAGE, Right.BILLING_MANAGE))
    def plan_usage(self, info: Info) -> PlanUsage:
        """What the operator's plan allows, and what is used of it."""
        at, terms = clock.now(), current_tenant().terms
        found = plan_usage(at=at)
        return PlanUsage(
            plan=cast(Plan | None, found.plan),
            meters=meters_used(found.used, terms.limits, at),
            features=[Feature(feature) for feature in sorted(terms.features)],
        )
