"""Subscriptions: https://docs.stripe.com/api/subscriptions. What time does is in `renewals`."""

from copy import deepcopy
from typing import Any

from tests.fakes.stripe import invoicing
from tests.fakes.stripe.catalogue import price_usable
from tests.fakes.stripe.errors import ApiError, card_error, invalid
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.payment_methods import default_of, refusal, usable
from tests.fakes.stripe.periods import period_after
from tests.fakes.stripe.prorations import prorate
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import DAY, Account, Obj, list_of

PRORATIONS = ("create_prorations", "always_invoice", "none")
PAYMENTS = ("allow_incomplete", "default_incomplete", "error_if_incomplete")
OVER = ("canceled", "incomplete_expired")
STATUSES = ("incomplete", "trialing", "active", "past_due", "unpaid", *OVER, "all", "ended")


@route("POST", "/v1/subscriptions")
def create(call: Call) -> Obj:
    """Begin one: with a trial, or with a first invoice that is charged at once."""
    params = call.params
    customer = call.account.get("customer", params.need("customer"), param="customer")
    wanted = [_item_wanted(call.account, each) for each in params.hashes("items")]
    method, metadata = params.text("default_payment_method"), params.metadata()
    trial_end = _trial_end(params, call.now)
    behaviour = params.choice("payment_behavior", PAYMENTS, "allow_incomplete")
    automatic_tax = bool(params.inner("automatic_tax").flag("enabled"))
    trial_settings = params.plain("trial_settings")
    cancels = bool(params.flag("cancel_at_period_end"))
    for ignored in ("off_session", "proration_behavior", "collection_method", "payment_settings"):
        params.plain(ignored)
    params.done()
    if not wanted:
        raise invalid("Missing required param: items.", param="items", code="parameter_missing")
    if method:
        usable(call.account, method, param="default_payment_method")
    if behaviour == "error_if_incomplete" and trial_end is None:
        _refused(call.account, customer, None)
    return begin(
        call.account,
        customer,
        wanted,
        trial_end=trial_end,
        default_payment_method=method,
        metadata=metadata,
        automatic_tax={"enabled": automatic_tax},
        cancel_at_period_end=cancels,
        trial_settings=trial_settings,
    )


@route("GET", "/v1/subscriptions/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One subscription."""
    call.params.done()
    return call.account.get("subscription", id)


@route("GET", "/v1/subscriptions")
def list_(call: Call) -> Obj:
    """Newest first, without those that are over unless `status` asks for them."""
    customer, price = call.params.text("customer"), call.params.text("price")
    status = call.params.choice("status", STATUSES)
    found = [
        each
        for each in call.account.all("subscription")
        if customer in (None, each["customer"])
        and (price is None or any(i["price"]["id"] == price for i in each["items"]["data"]))
        and _listed(each["status"], status)
    ]
    return page(call, found, url="/v1/subscriptions")


@route("POST", "/v1/subscriptions/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given: another price, with or without proration; an end; a trial's end."""
    params = call.params
    subscription = call.account.get("subscription", id)
    if subscription["status"] in OVER:
        raise invalid("A canceled subscription can only update its metadata.")
    facts: Obj = {}
    changes = [_item_change(call.account, subscription, each) for each in params.hashes("items")]
    proration = params.choice("proration_behavior", PRORATIONS, "create_prorations")
    behaviour = params.choice("payment_behavior", PAYMENTS, "allow_incomplete")
    if "cancel_at_period_end" in params:
        facts["cancel_at_period_end"] = bool(params.flag("cancel_at_period_end"))
    if "cancel_at" in params:
        facts["cancel_at"] = params.number("cancel_at")
    if "metadata" in params:
        facts["metadata"] = params.metadata(subscription["metadata"])
    if method := params.text("default_payment_method"):
        facts["default_payment_method"] = usable(
            call.account, method, param="default_payment_method"
        )["id"]
    if "automatic_tax" in params:
        facts["automatic_tax"] = {"enabled": bool(params.inner("automatic_tax").flag("enabled"))}
    trial_end = _trial_end(params, call.now) if "trial_end" in params else None
    params.text("off_session")
    params.done()
    if trial_end is not None:
        facts |= {"trial_end": trial_end}
    return change(
        call.account,
        subscription,
        facts,
        changes,
        proration=str(proration),
        strict=behaviour == "error_if_incomplete",
    )


@route("DELETE", "/v1/subscriptions/{id}")
def cancel(call: Call, id: str) -> Obj:
    """End it now."""
    subscription = call.account.get("subscription", id)
    call.params.plain("cancellation_details")
    call.params.flag("invoice_now")
    call.params.flag("prorate")
    call.params.done()
    if subscription["status"] in OVER:
        raise ApiError(404, "invalid_request_error", f"No such subscription: '{id}'",
                       "resource_missing", "id")  # fmt: skip
    end(call.account, subscription)
    return subscription


@route("GET", "/v1/subscription_items")
def items(call: Call) -> Obj:
    """The items of one `subscription`."""
    found = call.account.get("subscription", call.params.need("subscription"), param="subscription")
    return page(call, found["items"]["data"], url="/v1/subscription_items")


def begin(
    account: Account,
    customer: Obj,
    wanted: list[tuple[Obj, int]],
    *,
    trial_end: int | None,
    **facts: Any,
) -> Obj:
    """A new subscription and its first invoice: nothing in a trial, else charged at once."""
    recurring = wanted[0][0]["recurring"]
    anchor = trial_end or account.now
    until = trial_end or period_after(anchor, anchor, recurring)
    plain: Obj = {
        "automatic_tax": {"enabled": False},
        "billing_cycle_anchor": anchor,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "currency": wanted[0][0]["currency"],
        "customer": customer["id"],
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "ended_at": None,
        "latest_invoice": None,
        "metadata": {},
        "pause_collection": None,
        "pending_setup_intent": None,
        "schedule": None,
        "start_date": account.now,
        "status": "trialing" if trial_end else "incomplete",
        "test_clock": None,
        "trial_end": trial_end,
        "trial_settings": None,
        "trial_start": account.now if trial_end else None,
    }
    subscription = account.new("sub", "subscription", **plain | facts)
    made = [
        account.new(
            "si",
            "subscription_item",
            current_period_start=account.now,
            current_period_end=until,
            discounts=[],
            metadata={},
            price=price,
            quantity=quantity,
            subscription=subscription["id"],
            tax_rates=[],
        )
        for price, quantity in wanted
    ]
    subscription["items"] = list_of(
        made, f"/v1/subscription_items?subscription={subscription['id']}"
    )
    account.emit("customer.subscription.created", subscription)
    bill(account, subscription, reason="subscription_create", recurring=True)
    return subscription


def bill(account: Account, subscription: Obj, *, reason: str, recurring: bool) -> ApiError | None:
    """Draw up an invoice now, finalise it and charge it; what the bank said, if it said no."""
    customer = account.get("customer", subscription["customer"])
    invoice = invoicing.draft(
        account,
        customer,
        currency=subscription["currency"],
        reason=reason,
        automatic_tax=subscription["automatic_tax"]["enabled"],
        subscription=subscription,
        recurring=recurring,
    )
    subscription["latest_invoice"] = invoice["id"]
    invoicing.finalise(account, invoice)
    return invoicing.attempt(account, invoice)


def change(
    account: Account,
    subscription: Obj,
    facts: Obj,
    changes: list[tuple[Obj, Obj, int]],
    *,
    proration: str,
    strict: bool,
) -> Obj:
    """Carry out an update; `strict` changes nothing when what it costs now cannot be charged."""
    before = deepcopy(subscription)
    changes = [
        (item, price, quantity)
        for item, price, quantity in changes
        if (item["price"]["id"], item["quantity"]) != (price["id"], quantity)
    ]
    if strict and changes and proration == "always_invoice" and _costs_more(changes):
        customer = account.get("customer", subscription["customer"])
        _refused(account, customer, subscription)
    for item, price, quantity in changes:
        if proration != "none":
            prorate(account, subscription, item, price, quantity)
        item.update(price=price, quantity=quantity)
    if "cancel_at_period_end" in facts:
        ends = facts["cancel_at_period_end"]
        facts["canceled_at"] = account.now if ends else None
        facts["cancel_at"] = (
            subscription["items"]["data"][0]["current_period_end"] if ends else None
        )
    if "trial_end" in facts:
        for item in subscription["items"]["data"]:
            item["current_period_end"] = facts["trial_end"]
        facts["billing_cycle_anchor"] = facts["trial_end"]
    subscription.update(facts)
    if subscription != before:
        account.emit("customer.subscription.updated", subscription, before)
    if changes and proration == "always_invoice" and subscription["status"] != "trialing":
        error = bill(account, subscription, reason="subscription_update", recurring=False)
        if error is not None:
            account.change("customer.subscription.updated", subscription, status="past_due")
    return subscription


def end(account: Account, subscription: Obj, *, status: str = "canceled") -> None:
    """It is over."""
    subscription.update(status=status, ended_at=account.now)
    subscription["canceled_at"] = subscription["canceled_at"] or account.now
    for invoice in account.all("invoice", _subscription=subscription["id"]):
        if invoice["status"] in ("draft", "open"):
            invoice.update(
                auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None
            )
    account.emit("customer.subscription.deleted", subscription)


def paid(account: Account, invoice: Obj) -> None:
    """An invoice of a subscription is paid: with none open any more it is in force."""
    subscription = account.objects.get(invoice["_subscription"] or "")
    if subscription is None or subscription["status"] not in ("incomplete", "past_due", "unpaid"):
        return
    of_it = account.all("invoice", _subscription=subscription["id"])
    if not any(each["status"] == "open" for each in of_it):
        account.change("customer.subscription.updated", subscription, status="active")


invoicing.when_paid.append(paid)


def _costs_more(changes: list[tuple[Obj, Obj, int]]) -> bool:
    return any(
        price["unit_amount"] * quantity > item["price"]["unit_amount"] * item["quantity"]
        for item, price, quantity in changes
    )


def _refused(account: Account, customer: Obj, subscription: Obj | None) -> None:
    """Raises `ApiError` if a charge now would be declined."""
    method = default_of(account, customer, subscription)
    if method is None:
        message = "This customer has no attached payment source or default payment method."
        raise invalid(message, code="resource_missing")
    if account.world.failing(customer["id"]):
        raise card_error("card_declined", "generic_decline")
    if (refused := refusal(method, off_session=True)) is not None:
        raise card_error(*refused)


def _item_wanted(account: Account, params: Params) -> tuple[Obj, int]:
    name = params.name_of("price")
    price = price_usable(account, params.need("price"), param=name)
    if price["recurring"] is None:
        message = "The price specified is set to `type=one_time`, only recurring prices are taken."
        raise invalid(message, param=name)
    return price, params.number("quantity") or 1


def _item_change(account: Account, subscription: Obj, params: Params) -> tuple[Obj, Obj, int]:
    """An item of the subscription, and the price and quantity that it is to have."""
    id_, price, quantity = params.text("id"), params.text("price"), params.number("quantity")
    found = [each for each in subscription["items"]["data"] if each["id"] == id_]
    if not found:
        message = f"No such subscription item: '{id_}'"
        raise invalid(message, param=params.name_of("id"), code="resource_missing")
    item = found[0]
    wanted = item["price"]
    if price is not None:
        wanted = price_usable(account, price, param=params.name_of("price"))
    if wanted["currency"] != subscription["currency"]:
        raise invalid("You cannot combine currencies on a single subscription.")
    if wanted["recurring"] != item["price"]["recurring"]:
        raise invalid("The fake changes prices of the same interval only.")
    return item, wanted, item["quantity"] if quantity is None else quantity


def _trial_end(params: Params, now: int) -> int | None:
    days, until = params.number("trial_period_days"), params.text("trial_end")
    if until == "now":
        return now
    if until is not None:
        if int(until) <= now:
            raise invalid("Invalid timestamp: must be in the future.", param="trial_end")
        return int(until)
    return now + days * DAY if days else None


def _listed(status: str, asked: str | None) -> bool:
    if asked == "all":
        return True
    if asked is None:
        return status not in OVER
    return status in OVER if asked == "ended" else status == asked
