"""Reads of promotions."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.promotions.types import Membership, Promotion, PromotionCode, ReferralStanding
from tenants.access.rights import Right
from tenants.promotions import models
from tenants.promotions.selectors import (
    codes_of,
    membership_of,
    memberships_holding,
    promotions_all,
    referral_standing,
)


@strawberry.type
class PromotionQueries:
    """Root query fields of promotions."""

    @connection(DjangoListConnection[Promotion], right=Audience.PUBLIC)
    def promotions(self, info: Info) -> QuerySet[models.Promotion]:
        """What is taken off at present; for staff every promotion there was. The newest first."""
        return promotions_all()

    @connection(DjangoListConnection[PromotionCode], right=Right.PRICES_MANAGE, steady=True)
    def promotion_codes(
        self,
        info: Info,
        promotion_id: Annotated[GlobalID, strawberry.argument(description="A Promotion's id.")],
    ) -> QuerySet[models.Code]:
        """The codes of a promotion, the newest first."""
        return codes_of(row_id(promotion_id, "Promotion"))

    @connection(DjangoListConnection[Membership], right=Right.PRICES_MANAGE, steady=True)
    def memberships(self, info: Info) -> QuerySet[models.Membership]:
        """Every membership that holds now, the newest first."""
        return memberships_holding(clock.now())

    @query(right=Right.ORDER_AS_CUSTOMER)
    def membership(self, info: Info) -> Membership | None:
        """One's own membership, if one holds now."""
        found = membership_of(actor_of(info.context).person_id, at=clock.now())
        return cast(Membership | None, found)

    @query(right=Right.ORDER_AS_CUSTOMER)
    def referral(self, info: Info) -> ReferralStanding:
        """One's own code for friends, and what came of it."""
        standing = referral_standing(actor_of(info.context).person_id)
        return ReferralStanding(
            code=standing.code, friends=standing.friends, rewarded=standing.rewarded
        )
