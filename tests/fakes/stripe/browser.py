"""What somebody does on Stripe's pages: completes a checkout, changes things in the portal."""

from typing import Any

from tests.fakes.stripe import payment_intents, subscriptions
from tests.fakes.stripe.customers import tax_id_add
from tests.fakes.stripe.errors import ApiError, card_error, invalid
from tests.fakes.stripe.payment_methods import asks, attach, refusal, usable
from tests.fakes.stripe.subscriptions import change, end
from tests.fakes.stripe.world import Account, Obj


def complete(
    account: Account,
    session: Obj,
    *,
    payment_method: str = "pm_card_visa",
    email: str = "payer@example.test",
    name: str = "Payer",
    tax_id: dict[str, str] | None = None,
    agrees: bool = True,
) -> None:
    """Fill in the page and press the button; `agrees` is for what a bank or wallet asks.

    Raises `ApiError` when the bank says no, or the page is not open: it stays as it was.
    """
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.")
    if tax_id and not session["tax_id_collection"]["enabled"]:
        raise invalid("This page does not ask for a tax id.")
    method = usable(account, payment_method, param="payment_method")
    if method["type"] not in session["payment_method_types"]:
        raise invalid(f"This page does not take {method['type']}.")
    if (refused := refusal(method, off_session=False)) is not None:
        raise card_error(*refused)
    if asks(method) and not agrees:
        raise card_error("authentication_required", "authentication_required")
    customer = _customer(account, session, email=email, name=name)
    if tax_id and customer is not None:
        tax_id_add(account, customer, tax_id["type"], tax_id["value"])
    if session["mode"] == "subscription":
        assert customer is not None
        made = _subscribed(account, session, customer, method)
    else:
        made = _paid(account, session, customer, method, agrees=agrees)
    account.change(
        "checkout.session.completed",
        session,
        status="complete",
        url=None,
        customer=customer["id"] if customer else None,
        customer_details={"email": email, "name": name, "tax_ids": [tax_id] if tax_id else []},
        **made,
    )


def act(account: Account, portal: Obj, **what: Any) -> None:
    """One thing done in the portal: price, cancel, keep, payment_method, tax_id or pay."""
    customer = account.get("customer", portal["customer"])
    [(verb, value)] = what.items()
    if verb == "payment_method":
        method = attach(account, value, customer["id"])
        settings = customer["invoice_settings"] | {"default_payment_method": method["id"]}
        account.change("customer.updated", customer, invoice_settings=settings)
        for each in account.all("subscription", customer=customer["id"]):
            if each["status"] not in subscriptions.OVER:
                account.change("customer.subscription.updated", each, default_payment_method=None)
    elif verb == "tax_id":
        tax_id_add(account, customer, value["type"], value["value"])
    elif verb == "pay":
        from tests.fakes.stripe.invoicing import attempt

        error = attempt(account, account.get("invoice", value))
        if error is not None:
            raise error
    else:
        _subscription_changed(account, customer, verb, value)


def _subscription_changed(account: Account, customer: Obj, verb: str, value: Any) -> None:
    [subscription] = [
        each
        for each in account.all("subscription", customer=customer["id"])
        if each["status"] not in subscriptions.OVER
    ]
    if verb == "cancel_now":
        end(account, subscription)
    elif verb in ("cancel", "keep"):
        facts = {"cancel_at_period_end": verb == "cancel"}
        change(account, subscription, facts, [], proration="none", strict=False)
    elif verb == "price":
        [item] = subscription["items"]["data"]
        wanted = [(item, account.get("price", value, param="price"), item["quantity"])]
        change(account, subscription, {}, wanted, proration="always_invoice", strict=True)
    else:
        raise invalid(f"The portal has no {verb}.")


def _customer(account: Account, session: Obj, *, email: str, name: str) -> Obj | None:
    """Who pays: the one that was named, or a new one where one is needed."""
    if session["customer"]:
        customer = account.get("customer", session["customer"])
        if customer["email"] is None:
            account.change("customer.updated", customer, email=email, name=name)
        return customer
    needed = session["mode"] == "subscription" or session["customer_creation"] == "always"
    if not (needed or session["_payment"]["setup_future_usage"]):
        return None
    made = account.new(
        "cus",
        "customer",
        balance=0,
        email=email,
        invoice_prefix="CHECKOUT",
        invoice_settings={"default_payment_method": None, "custom_fields": None},
        metadata={},
        name=name,
        next_invoice_sequence=1,
        tax_exempt="none",
    )
    account.emit("customer.created", made)
    return made


def _subscribed(account: Account, session: Obj, customer: Obj, method: Obj) -> Obj:
    said = session["_subscription"]
    if said["trial_end"] is None and account.world.failing(customer["id"]):
        raise card_error("card_declined", "generic_decline")
    attach(account, method["id"], customer["id"])
    method["_authenticated"] = True
    subscription = subscriptions.begin(
        account,
        customer,
        session["_lines"],
        default_payment_method=method["id"],
        automatic_tax={"enabled": session["automatic_tax"]["enabled"]},
        **said,
    )
    invoice = account.get("invoice", subscription["latest_invoice"])
    return {
        "subscription": subscription["id"],
        "invoice": invoice["id"],
        "amount_total": invoice["total"],
        "payment_status": "no_payment_required" if said["trial_end"] else "paid",
    }


def _paid(
    account: Account, session: Obj, customer: Obj | None, method: Obj, *, agrees: bool
) -> Obj:
    if customer is not None and account.world.failing(customer["id"]):
        raise card_error("card_declined", "generic_decline")
    tried = account.objects.get(session.get("_intent", ""))
    intent = tried or payment_intents.made(
        account,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=customer["id"] if customer else None,
        payment_method_types=session["payment_method_types"],
        **session["_payment"],
    )
    session["_intent"] = intent["id"]
    intent["payment_method"] = method["id"]
    payment_intents.confirm(account, intent)
    if intent["status"] == "requires_action":
        payment_intents.authenticate(account, intent, succeed=agrees)
    if intent["status"] not in ("succeeded", "requires_capture"):
        raise ApiError(
            402, "card_error", "The payer did not agree.", "payment_intent_payment_failed"
        )
    paid = intent["status"] == "succeeded"
    return {"payment_intent": intent["id"], "payment_status": "paid" if paid else "unpaid"}
