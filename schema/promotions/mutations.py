"""Writes of promotions."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.scalars import BigInt
from schema.core.texts import TextInput, texts_of
from schema.promotions.types import Membership, Promotion, PromotionAudience, PromotionCode
from tenants.access.rights import Right
from tenants.pricing.selectors import has_ordered
from tenants.promotions.selectors import CodeRefused
from tenants.promotions.services import editing, members, referring


@strawberry.input(description="A promotion, made or changed as a whole.")
class PromotionSaveInput:
    """Either an amount or a share. Amounts are minor units of the operator's currency."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    name: list[TextInput] = strawberry.field(description="What customers read; 60 characters.")
    audience: PromotionAudience = strawberry.field(
        default=PromotionAudience.EVERYBODY, description="Who has it."
    )
    by_code: bool = strawberry.field(default=False, description="Whether a code has to be given.")
    amount: BigInt | None = strawberry.field(default=None, description="Taken off.")
    percent_bps: int | None = strawberry.field(
        default=None, description="Basis points of the price without goods and tip."
    )
    ceiling: BigInt | None = strawberry.field(
        default=None, description="The most that a share takes off."
    )
    threshold: BigInt = strawberry.field(
        default=cast(BigInt, 0), description="What the price has to be at least."
    )
    service_ids: list[GlobalID] = strawberry.field(
        default_factory=list, description="For these services alone; at most 500."
    )
    bundle_service_ids: list[GlobalID] = strawberry.field(
        default_factory=list,
        description="2 to 10 services that make a set: it is for the order that completes it.",
    )
    bundle_days: int | None = strawberry.field(
        default=None, description="Within how many days the set is ordered, 1 to 365."
    )
    first_order: bool = strawberry.field(default=False, description="For a first order alone.")
    stackable: bool = strawberry.field(default=False, description="With others such.")
    starts_at: datetime = strawberry.field(description="From when.")
    ends_at: datetime | None = strawberry.field(default=None, description="Until when.")
    budget: BigInt | None = strawberry.field(default=None, description="What it may cost in all.")
    uses_limit: int | None = strawberry.field(default=None, description="For how many orders.")
    per_person: int | None = strawberry.field(default=None, description="How often for each.")


@strawberry.input(description="A promotion to end.")
class PromotionEndInput:
    """Which."""

    promotion_id: GlobalID = strawberry.field(description="A Promotion's id.")


@strawberry.input(description="Codes of a promotion.")
class PromotionCodesMakeInput:
    """Random ones, or one of your own."""

    promotion_id: GlobalID = strawberry.field(description="A Promotion's id; it goes by code.")
    number: int = strawberry.field(default=1, description="How many; at most 5,000.")
    code: str | None = strawberry.field(
        default=None, description="A word of your own: 4 to 24 letters and digits."
    )
    uses_limit: int | None = strawberry.field(
        default=None, description="For how many orders each is good; null: any number."
    )
    channel: str = strawberry.field(
        default="", description="Where they are handed out, to see what that brought."
    )


@strawberry.input(description="A customer's level.")
class MembershipSetInput:
    """Whose, which, until when."""

    customer_id: GlobalID = strawberry.field(description="A Person's id.")
    level: str | None = strawberry.field(
        default=None, description="A key of yours, like gold, as price rules name it; null: none."
    )
    valid_until: datetime | None = strawberry.field(
        default=None, description="Until when; null: no end."
    )


@strawberry.input(description="Whose code brought the caller.")
class ReferralAcceptInput:
    """Before the first order."""

    code: str = strawberry.field(description="A friend's code.")


@strawberry.type(description="Saved.")
class PromotionSaveSuccess:
    """The promotion."""

    promotion: Promotion = strawberry.field(description="As it is now.")


@strawberry.type(description="Ended.")
class PromotionEndSuccess:
    """The promotion."""

    promotion: Promotion = strawberry.field(description="As it is now.")


@strawberry.type(description="Made.")
class PromotionCodesMakeSuccess:
    """The codes."""

    codes: list[PromotionCode] = strawberry.field(description="All of them; at most 5,000.")


@strawberry.type(description="Set; prices heed it from now on.")
class MembershipSetSuccess:
    """The membership."""

    membership: Membership | None = strawberry.field(description="As it is now; null: none.")


@strawberry.type(description="Noted; the friend is rewarded with the first order that is done.")
class ReferralAcceptSuccess:
    """It holds for good."""

    code: str = strawberry.field(description="The friend's code.")


@strawberry.type(description="There it is.")
class ReferralCodeMakeSuccess:
    """One's own, for good."""

    code: str = strawberry.field(description="To give to friends who have not ordered yet.")


@strawberry.type
class PromotionMutations:
    """Root mutations of promotions."""

    @mutation(right=Right.PRICES_MANAGE)
    def promotion_save(self, info: Info, input: PromotionSaveInput) -> PromotionSaveSuccess:
        """Make a promotion or change one; orders placed keep what they were given."""
        promotion = editing.promotion_save(
            actor=actor_of(info.context),
            promotion_id=row_id(input.id, "Promotion") if input.id else None,
            terms=editing.Terms(
                name=texts_of(input.name),
                audience=input.audience.value,
                by_code=input.by_code,
                amount=input.amount,
                percent_bps=input.percent_bps,
                ceiling=input.ceiling,
                threshold=input.threshold,
                services={row_id(each, "Service") for each in input.service_ids},
                bundle={row_id(each, "Service") for each in input.bundle_service_ids},
                bundle_days=input.bundle_days,
                first_order=input.first_order,
                stackable=input.stackable,
                starts_at=input.starts_at,
                ends_at=input.ends_at,
                budget=input.budget,
                uses_limit=input.uses_limit,
                per_person=input.per_person,
            ),
            at=clock.now(),
        )
        return PromotionSaveSuccess(promotion=cast(Promotion, promotion))

    @mutation(right=Right.PRICES_MANAGE)
    def promotion_end(self, info: Info, input: PromotionEndInput) -> PromotionEndSuccess:
        """End a promotion now; a price that has it is refused when somebody orders by it."""
        promotion = editing.promotion_end(
            actor=actor_of(info.context),
            promotion_id=row_id(input.promotion_id, "Promotion"),
            at=clock.now(),
        )
        return PromotionEndSuccess(promotion=cast(Promotion, promotion))

    @mutation(right=Right.PRICES_MANAGE, refusals=[editing.CodeTaken])
    def promotion_codes_make(
        self, info: Info, input: PromotionCodesMakeInput
    ) -> PromotionCodesMakeSuccess:
        """Make codes to hand out."""
        codes = editing.promotion_codes_make(
            actor=actor_of(info.context),
            promotion_id=row_id(input.promotion_id, "Promotion"),
            number=input.number,
            word=input.code,
            uses_limit=input.uses_limit,
            channel=input.channel,
            at=clock.now(),
        )
        return PromotionCodesMakeSuccess(codes=cast(list[PromotionCode], codes))

    @mutation(right=Right.PRICES_MANAGE)
    def membership_set(self, info: Info, input: MembershipSetInput) -> MembershipSetSuccess:
        """Give a customer a level, change it or end it; quotes that were made keep their price."""
        membership = members.membership_set(
            actor=actor_of(info.context),
            person_id=row_id(input.customer_id, "Person"),
            level=input.level,
            valid_until=input.valid_until,
            at=clock.now(),
        )
        return MembershipSetSuccess(membership=cast(Membership | None, membership))

    @mutation(right=Right.ORDER_AS_CUSTOMER)
    def referral_code_make(self, info: Info) -> ReferralCodeMakeSuccess:
        """One's own code for friends: the one there is, or a new one."""
        own = referring.referral_code_make(actor=actor_of(info.context))
        return ReferralCodeMakeSuccess(code=own.code)

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[CodeRefused, referring.ReferredAlready])
    def referral_accept(self, info: Info, input: ReferralAcceptInput) -> ReferralAcceptSuccess:
        """Say whose code brought one here, before the first order."""
        actor = actor_of(info.context)
        referral = referring.referral_accept(
            actor=actor,
            code=input.code,
            is_customer=has_ordered(actor.person_id),
            at=clock.now(),
        )
        return ReferralAcceptSuccess(code=referral.referrer.referral_code.code)
