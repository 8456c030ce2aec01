"""What billing knows of a payment provider, whoever it is: its objects, and what may go wrong."""

from dataclasses import dataclass
from datetime import datetime

from billing.models import Subscription
from kernel.refusals import Refusal


class BillingNotSetUp(Refusal):
    """This installation takes no payments: the platform's owner assigns plans by hand."""


class BillingUnavailable(Refusal):
    """The payment provider does not answer. Nothing has changed; try again later."""


@dataclass(eq=False)
class PaymentRefused(Refusal):
    """The payment was refused. `reason` is the bank's or the provider's word for why."""

    reason: str


class ObjectGone(Exception):
    """The provider has no such object. Its text is the parameter that named it, '' for none."""


class ProviderError(Exception):
    """The provider says that a request of ours is wrong: a bug, or a setting of the account's."""


class NotSigned(Exception):
    """This does not come from the provider, or not now."""


@dataclass(frozen=True, slots=True)
class ProviderSubscription:
    """A subscription as the provider has it now.

    `state` is None while its first payment has not gone through, and for one that never began.
    `plan` is the key of the plan whose product it is of, '' for another product.
    """

    id: str
    customer: str
    state: Subscription.State | None
    plan: str
    price: str
    currency: str
    item: str
    trial_ends_at: datetime | None
    period_ends_at: datetime
    cancels_at_period_end: bool

    @property
    def in_force(self) -> bool:
        """Whether it is neither over nor still to begin."""
        return self.state not in (None, Subscription.State.CANCELED)


@dataclass(frozen=True, slots=True)
class ProviderInvoice:
    """An invoice as the provider has it now, in minor units. A draft has no number."""

    id: str
    customer: str
    number: str
    state: str
    total: int
    tax: int
    currency: str
    url: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class TaxId:
    """A business's number with its tax office: `kind` is like eu_vat, `state` like verified."""

    kind: str
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class Notice:
    """An event, as far as anybody here needs it: what happened to which object, whose it is.

    `tenant` is what the object's metadata say, '' where they say nothing: a hint, no proof. An
    event of a connected account has its `account`.
    """

    event_id: str
    kind: str
    object_kind: str
    object_id: str
    customer: str
    tenant: str
    account: str
    happened_at: datetime
