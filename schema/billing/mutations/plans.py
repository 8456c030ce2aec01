"""Writes of plans, on the platform's host."""

from typing import cast
from uuid import UUID

import strawberry
from strawberry.relay import GlobalID

from billing import plans, terms
from billing.usage import PlanTooSmall
from kernel import clock
from kernel.meters import Feature, Meter
from kernel.refusals import InvalidInput
from kernel.transitions import IllegalMove
from schema.billing.types.plans import Plan
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.core.scalars import BigInt
from schema.core.texts import TextInput, texts_of
from schema.registry.types.tenants import WithTenant


@strawberry.input(description="How much of something a plan allows.")
class PlanLimitInput:
    """One limit."""

    meter: Meter = strawberry.field(description="Of what; not TURNOVER.")
    limit: BigInt = strawberry.field(description="So much and no more.")


@strawberry.input(description="A new plan.")
class PlanCreateInput:
    """All of it."""

    key: str = strawberry.field(
        description="2 to 40 of a-z, 0-9 and underscores, a letter first; for good."
    )
    name: list[TextInput] = strawberry.field(description="In English at least.")
    summary: list[TextInput] = strawberry.field(description="Whom it is for, likewise.")
    price: BigInt = strawberry.field(description="A month's, in minor units.")
    currency: str = strawberry.field(description="ISO 4217; for good.")
    trial_days: int = strawberry.field(description="0 to 365.")
    limits: list[PlanLimitInput] = strawberry.field(
        description="What is not named here is unlimited."
    )
    features: list[Feature] = strawberry.field(description="What it switches on.")
    rate: int | None = strawberry.field(
        default=None,
        description="Requests a second; null for what the installation allows everybody.",
    )
    position: int = strawberry.field(
        default=0, description="Its place among the others; who names none begins with the first."
    )
    offered: bool = strawberry.field(
        default=True, description="Whether operators can choose it; an owner always can."
    )


@strawberry.input(
    description="A plan as it shall be from now on: all of it, not the changes alone."
)
class PlanEditInput(PlanCreateInput):
    """All of it; `key` says which."""


@strawberry.input(description="Another plan for a tenant.")
class TenantPlanChangeInput:
    """Whose, and which."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    plan: str = strawberry.field(description="A plan's key, offered or not.")


@strawberry.type(description="Made.")
class PlanCreateSuccess:
    """The plan."""

    plan: Plan = strawberry.field(description="The new plan.")


@strawberry.type(description="Changed, for all its tenants.")
class PlanEditSuccess:
    """The plan."""

    plan: Plan = strawberry.field(description="As it is now.")


@strawberry.type(description="The tenant has the plan.")
class TenantPlanChangeSuccess(WithTenant):
    """The tenant, as it is now."""


@strawberry.type
class PlanMutations:
    """Root mutations of plans."""

    @mutation(right=Audience.OWNER, refusals=[plans.PlanKeyTaken])
    def plan_create(self, info: Info, input: PlanCreateInput) -> PlanCreateSuccess:
        """Make a plan."""
        plan = plans.plan_create(
            owner=owner_of(info.context), key=input.key, facts=_facts(input), at=clock.now()
        )
        return PlanCreateSuccess(plan=cast(Plan, plan))

    @mutation(right=Audience.OWNER)
    def plan_edit(self, info: Info, input: PlanEditInput) -> PlanEditSuccess:
        """Change a plan, for all its tenants within a second.

        Who uses more than it allows from now on keeps that, and gets no more.
        """
        plan = plans.plan_edit(
            owner=owner_of(info.context), key=input.key, facts=_facts(input), at=clock.now()
        )
        return PlanEditSuccess(plan=cast(Plan, plan))

    @mutation(right=Audience.OWNER, refusals=[PlanTooSmall, IllegalMove])
    def tenant_plan_change(
        self, info: Info, input: TenantPlanChangeInput
    ) -> TenantPlanChangeSuccess:
        """Give a tenant another plan, one that allows what is in use."""
        tenant_id: UUID = row_id(input.tenant_id, "Tenant")
        terms.tenant_plan_change(
            owner=owner_of(info.context), tenant_id=tenant_id, plan=input.plan, at=clock.now()
        )
        return TenantPlanChangeSuccess(row=tenant_id)


def _facts(input: PlanCreateInput) -> plans.PlanFacts:
    limits = {each.meter: int(each.limit) for each in input.limits}
    if len(limits) < len(input.limits):
        raise InvalidInput(field="limits", reason="each meter once")
    return plans.PlanFacts(
        name=texts_of(input.name),
        summary=texts_of(input.summary),
        price=input.price,
        currency=input.currency,
        trial_days=input.trial_days,
        limits=limits,
        features=frozenset(input.features),
        rate=input.rate,
        position=input.position,
        offered=input.offered,
    )
