"""Reads of promotions."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.promotions.types import Promotion, PromotionCode, ReferralStanding
from tenants.access.rights import Right
from tenants.promotions import models
from tenants.promotions.selectors import codes_of, promotions_all, referral_standing


@strawberry.type
class PromotionQueries:
    """Root query fields of promotions."""

    @connection(DjangoListConnection[Promotion], right=Audience.PUBLIC)
    def promotions(self, info: Info) -> QuerySet[models.Promotion]:
        """What is taken off at present; for staff every promotion there was. The newest first."""
        return promotions_all()

    @connection(DjangoListConnection[PromotionCode], right=Right.PRICES_MANAGE)
    def promotion_codes(
        self,
        info: Info,
        promotion_id: Annotated[GlobalID, strawberry.argument(description="A Promotion's id.")],
    ) -> QuerySet[models.Code]:
        """The codes of a promotion, the newest first."""
        return codes_of(row_id(promotion_id, "Promotion"))

    @query(right=Right.ORDER_AS_CUSTOMER)
    def referral(self, info: Info) -> ReferralStanding:
        """One's own code for friends, and what came of it."""
        standing = referral_standing(actor_of(info.context).person_id)
        return ReferralStanding(
            code=standing.code, friends=standing.friends, rewarded=standing.rewarded
        )
