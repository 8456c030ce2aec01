"""Stripe: the one module that speaks to it, in small typed functions.

None of them may be called inside a transaction, which would stay open for as long as Stripe takes.
Each raises `BillingNotSetUp` without a key, `BillingUnavailable` when Stripe does not answer,
`ObjectGone`, `PaymentRefused`, and `ProviderError` for what is a bug or a wrong setting. Whatever
is written carries an idempotency key, the SDK's own where none is named, so that a retry after a
lost answer does nothing twice.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from billing.models import Subscription
from billing.provider import (
    BillingNotSetUp,
    BillingUnavailable,
    Notice,
    NotSigned,
    ObjectGone,
    PaymentRefused,
    ProviderError,
    ProviderInvoice,
    ProviderSubscription,
    TaxId,
)

if TYPE_CHECKING:
    import stripe

TIMEOUT_SECONDS: Final = 10.0
RETRIES: Final = 2
SIGNATURE_SECONDS: Final = 300
"""How old a signed event may be: Stripe's own recommendation."""

TENANT: Final = "tenant"
"""The key of an object's metadata that says whose it is."""

PRODUCT: Final = "plan_"
"""What the ids of plans' products begin with; the plan's key follows."""

MISSING: Final = "resource_missing"
"""Stripe's code for an object that is not there."""

MAX_NAME: Final = 120
"""Characters of an id or a kind; Stripe's have half of it."""

_NO_EVENT: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError)

STATES: Final = {
    "trialing": Subscription.State.TRIALING,
    "active": Subscription.State.ACTIVE,
    "past_due": Subscription.State.PAST_DUE,
    "unpaid": Subscription.State.UNPAID,
    "paused": Subscription.State.UNPAID,
    "canceled": Subscription.State.CANCELED,
}
"""Stripe's statuses; `incomplete` and `incomplete_expired` never began."""


def is_set_up() -> bool:
    """Whether this installation takes payments."""
    return bool(settings.STRIPE_SECRET_KEY)


def customer_create(*, tenant_id: UUID, name: str, key: str) -> str:
    """A customer for a tenant; the same `key` and input give the same one for a day."""
    with _asked() as api:
        made = api.v1.customers.create(
            {"name": name, "metadata": {TENANT: str(tenant_id)}}, {"idempotency_key": key}
        )
        return made.id


def customer_delete(customer: str) -> None:
    """Delete a customer and what Stripe knows of it; its subscriptions end at once."""
    with _asked() as api:
        api.v1.customers.delete(customer)


def tax_ids_of(customer: str) -> list[TaxId]:
    """The tax ids that a customer has given: a page of them, which is ten."""
    with _asked() as api:
        return [
            TaxId(
                kind=each.type,
                value=each.value,
                state=each.verification.status if each.verification else "",
            )
            for each in api.v1.customers.tax_ids.list(customer).data
        ]


def checkout_open(
    *,
    tenant_id: UUID,
    customer: str,
    price: str,
    trial_ends_at: datetime | None,
    done_url: str,
    back_url: str,
) -> str:
    """A page of Stripe's on which `customer` subscribes to `price`; its address.

    Nothing is charged before `trial_ends_at`, which must be two days ahead.
    """
    hint = {TENANT: str(tenant_id)}
    subscription: stripe.params.checkout.SessionCreateParamsSubscriptionData = {"metadata": hint}
    if trial_ends_at is not None:
        subscription["trial_end"] = int(trial_ends_at.timestamp())
    with _asked() as api:
        session = api.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer,
                "line_items": [{"price": price, "quantity": 1}],
                "success_url": done_url,
                "cancel_url": back_url,
                "metadata": hint,
                "subscription_data": subscription,
                "tax_id_collection": {"enabled": True},
                "automatic_tax": {"enabled": settings.STRIPE_AUTOMATIC_TAX},
                "customer_update": {"name": "auto", "address": "auto"},
            }
        )
        return str(session.url)


def checkouts_close(customer: str) -> None:
    """Close the customer's pages that nobody has completed, so that one at most is open."""
    with _asked() as api:
        for session in api.v1.checkout.sessions.list({"customer": customer, "status": "open"}).data:
            api.v1.checkout.sessions.expire(session.id)


def checkout_subscription(session: str) -> ProviderSubscription | None:
    """The subscription that a completed page began; None while it is not completed."""
    with _asked() as api:
        found = api.v1.checkout.sessions.retrieve(session, {"expand": ["subscription"]})
        subscription = found.subscription
        if subscription is None or isinstance(subscription, str):
            return None
        return _subscription(subscription)


def portal_open(*, customer: str, return_url: str) -> str:
    """A page of Stripe's on which `customer` sees to cards, bills and tax ids; its address."""
    with _asked() as api:
        params: Any = {"customer": customer, "return_url": return_url}
        return api.v1.billing_portal.sessions.create(params).url


def subscription_of(id_: str) -> ProviderSubscription:
    """A subscription, as it is now."""
    with _asked() as api:
        return _subscription(api.v1.subscriptions.retrieve(id_))


def subscriptions_in_force(customer: str) -> list[ProviderSubscription]:
    """Those of a customer's subscriptions that are neither over nor still to begin."""
    with _asked() as api:
        listed = api.v1.subscriptions.list({"customer": customer, "limit": 10})
        return [found for each in listed.data if (found := _subscription(each)).in_force]


def subscription_move(of: ProviderSubscription, *, price: str) -> ProviderSubscription:
    """Move a subscription to another price. What that costs for the rest of the period is charged
    now, and what it saves is credited; where the charge is refused nothing changes.
    """
    try:
        with _asked() as api:
            moved = api.v1.subscriptions.update(
                of.id,
                {
                    "items": [{"id": of.item, "price": price}],
                    "proration_behavior": "always_invoice",
                    "payment_behavior": "error_if_incomplete",
                },
            )
            return _subscription(moved)
    except ObjectGone as gone:
        if str(gone):
            raise
        raise PaymentRefused(reason="no_payment_method") from gone


def subscription_cancel(id_: str) -> ProviderSubscription:
    """End a subscription when its present period does."""
    with _asked() as api:
        return _subscription(api.v1.subscriptions.update(id_, {"cancel_at_period_end": True}))


def subscription_end(id_: str) -> ProviderSubscription:
    """End a subscription now."""
    with _asked() as api:
        return _subscription(api.v1.subscriptions.cancel(id_))


def invoice_of(id_: str) -> ProviderInvoice:
    """An invoice, as it is now."""
    with _asked() as api:
        return _invoice(api.v1.invoices.retrieve(id_))


def price_put(*, plan: str, name: str, summary: str, amount: int, currency: str) -> str:
    """Make a plan's product and its monthly price what they should be; the price's id.

    A price never changes at Stripe: another amount makes another one, and the old one is sold no
    more; who pays it goes on paying it.
    """
    with _asked() as api:
        product = f"{PRODUCT}{plan}"
        try:
            present = api.v1.products.retrieve(product)
        except _sdk().InvalidRequestError as error:
            if error.code != MISSING:
                raise
            api.v1.products.create({"id": product, "name": name, "description": summary})
        else:
            if (present.name, present.description, present.active) != (name, summary, True):
                api.v1.products.update(
                    product, {"name": name, "description": summary, "active": True}
                )
        sold = api.v1.prices.list({"product": product, "active": True, "limit": 100}).data
        wanted = next((each.id for each in sold if _costs(each, amount, currency)), None)
        if wanted is None:
            wanted = api.v1.prices.create(
                {
                    "product": product,
                    "currency": currency.lower(),
                    "unit_amount": amount,
                    "recurring": {"interval": "month"},
                }
            ).id
        for each in sold:
            if each.id != wanted:
                api.v1.prices.update(each.id, {"active": False})
        return wanted


def notice_of(body: bytes, signature: str) -> Notice:
    """What a webhook's body says. Raises `NotSigned` unless Stripe signed it, minutes ago at most.

    Asks nobody.
    """
    try:
        _sdk().WebhookSignature.verify_header(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, SIGNATURE_SECONDS
        )
        return _notice(orjson.loads(body))
    except (_sdk().SignatureVerificationError, *_NO_EVENT) as error:
        raise NotSigned(type(error).__name__) from error


def notices_since(at: datetime) -> list[Notice]:
    """Every event since `at`, oldest first. Stripe keeps them for 30 days."""
    with _asked() as api:
        listed = api.v1.events.list({"created": {"gte": int(at.timestamp())}, "limit": 100})
        return [_notice(each.to_dict()) for each in listed.auto_paging_iter()][::-1]


@cache
def _sdk() -> ModuleType:
    """Stripe's SDK, imported when it is first needed: it takes most of a second and 20 MB."""
    import stripe

    stripe.enable_telemetry = False
    return stripe


@cache
def _client(key: str, base: str) -> "stripe.StripeClient":
    sdk = _sdk()
    client: stripe.StripeClient = sdk.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=sdk.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
    return client


@contextmanager
def _asked() -> Iterator["stripe.StripeClient"]:
    """Stripe's client; its exceptions leave the block as ours."""
    if not is_set_up():
        raise BillingNotSetUp
    if connection.in_atomic_block:
        raise RuntimeError("a transaction would stay open for as long as Stripe takes")
    sdk = _sdk()
    try:
        yield _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)
    except sdk.CardError as error:
        raise PaymentRefused(reason=_reason(error)) from error
    except (sdk.APIConnectionError, sdk.RateLimitError) as error:
        raise BillingUnavailable from error
    except sdk.InvalidRequestError as error:
        if error.code == MISSING or error.http_status == 404:
            raise ObjectGone(error.param or "") from error
        raise ProviderError(f"{error.code or 'invalid_request'}: {error.param}") from error
    except sdk.StripeError as error:
        if (error.http_status or 500) >= 500:
            raise BillingUnavailable from error
        raise ProviderError(type(error).__name__) from error


def _reason(error: "stripe.CardError") -> str:
    """The bank's own word where it gave one: insufficient_funds says more than card_declined."""
    said = getattr(error.error, "decline_code", None) if error.error else None
    return str(said or error.code or "card_declined")


def _costs(price: "stripe.Price", amount: int, currency: str) -> bool:
    recurring = price.recurring
    monthly = recurring is not None and (recurring.interval, recurring.interval_count) == (
        "month",
        1,
    )
    return monthly and (price.unit_amount, price.currency) == (amount, currency.lower())


def _subscription(found: "stripe.Subscription") -> ProviderSubscription:
    item = found["items"].data[0]
    product = _id(item.price.product)
    return ProviderSubscription(
        id=found.id,
        customer=_id(found.customer),
        state=STATES.get(found.status),
        plan=product.removeprefix(PRODUCT) if product.startswith(PRODUCT) else "",
        price=item.price.id,
        currency=found.currency.upper(),
        item=item.id,
        trial_ends_at=_moment(found.trial_end) if found.trial_end else None,
        period_ends_at=_moment(item.current_period_end),
        cancels_at_period_end=found.cancel_at_period_end or found.cancel_at is not None,
    )


def _invoice(found: "stripe.Invoice") -> ProviderInvoice:
    issued = found.status_transitions.finalized_at or found.created
    return ProviderInvoice(
        id=found.id,
        customer=_id(found.customer),
        number=found.number or "",
        state=found.status or "draft",
        total=found.total,
        tax=sum(each.amount for each in found.total_taxes or ()),
        currency=found.currency.upper(),
        url=found.hosted_invoice_url or "",
        issued_at=_moment(issued),
    )


def _notice(event: Mapping[str, Any]) -> Notice:
    """Raises `TypeError`, `KeyError` and `ValueError` for what is no event."""
    about = event["data"]["object"]
    if not isinstance(about, Mapping):
        raise TypeError("an event is about an object")
    kind = about.get("object")
    customer = about.get("id") if kind == "customer" else about.get("customer")
    return Notice(
        event_id=_name(event["id"]),
        kind=_name(event["type"]),
        object_kind=_name(kind or ""),
        object_id=_name(about.get("id") or ""),
        customer=_name(_id(customer)),
        tenant=_name((about.get("metadata") or {}).get(TENANT, "")),
        account=_name(event.get("account") or ""),
        happened_at=_moment(int(event["created"])),
    )


def _name(value: Any) -> str:
    """`value`, when it can be an id or the like. Raises `TypeError` and `ValueError`."""
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    if len(value) > MAX_NAME or "\0" in value:
        raise ValueError("not an id")
    return value


def _id(value: Any) -> str:
    """The id of what may be an object, its id, or nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    return str(value["id"])


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
