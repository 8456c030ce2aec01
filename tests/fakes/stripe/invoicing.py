"""How an invoice is drawn up, finalised, charged and settled."""

from collections.abc import Callable
from typing import Any

from tests.fakes.stripe import invoice_items, payment_intents
from tests.fakes.stripe.errors import ApiError, invalid
from tests.fakes.stripe.payment_methods import default_of
from tests.fakes.stripe.prorations import pricing
from tests.fakes.stripe.world import Account, Obj, list_of

when_paid: list[Callable[[Account, Obj], None]] = []
"""Told of each invoice that is paid; the subscription behind it may come to life by that."""


def draft(
    account: Account,
    customer: Obj,
    *,
    currency: str,
    reason: str,
    automatic_tax: bool,
    subscription: Obj | None = None,
    recurring: bool = False,
    **facts: Any,
) -> Obj:
    """A draft of what waits for `customer`, and with `recurring` of the subscription's period."""
    id_ = subscription["id"] if subscription else None
    waiting = invoice_items.pending(account, customer["id"], id_)
    made = [_line_of_item(account, item) for item in waiting]
    if recurring and subscription is not None:
        made += [_line_of(account, subscription, each) for each in subscription["items"]["data"]]
    subtotal = sum(line["amount"] for line in made)
    tax = _tax(account, customer, subtotal) if automatic_tax else 0
    plain: Obj = {
        "amount_due": 0,
        "amount_paid": 0,
        "amount_remaining": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": {
            "enabled": automatic_tax,
            "status": "complete" if automatic_tax else None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "currency": currency,
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_ids": [
            {"type": each["type"], "value": each["value"]}
            for each in account.all("tax_id", customer=customer["id"])
        ],
        "default_payment_method": None,
        "description": None,
        "due_date": None,
        "ending_balance": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "parent": _parent(subscription),
        "period_end": account.now,
        "period_start": account.now,
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "paid_at", "voided_at", "marked_uncollectible_at")
        ),
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": subtotal + tax,
        "total_excluding_tax": subtotal,
        "total_taxes": _taxes(subtotal, tax) if automatic_tax else [],
        "_subscription": id_,
    }
    invoice = account.new("in", "invoice", **plain | facts)
    for line in made:
        line["invoice"] = invoice["id"]
    for item in waiting:
        item["invoice"] = invoice["id"]
    invoice["lines"] = list_of(made, f"/v1/invoices/{invoice['id']}/lines")
    account.emit("invoice.created", invoice)
    return invoice


def finalise(account: Account, invoice: Obj) -> None:
    """Give it a number and a page; set the customer's balance against it."""
    customer = account.get("customer", invoice["customer"])
    number = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] += 1
    # A negative balance is the customer's credit; a negative total becomes one.
    due = max(invoice["total"] + customer["balance"], 0)
    left = customer["balance"] + invoice["total"] - due
    if left != customer["balance"]:
        account.change("customer.updated", customer, balance=left)
    page = f"{account.world.hosted_at}/i/{invoice['id']}"
    invoice["status_transitions"]["finalized_at"] = account.now
    account.change(
        "invoice.finalized",
        invoice,
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04}",
        hosted_invoice_url=page,
        invoice_pdf=f"{page}/pdf",
        amount_due=due,
        amount_remaining=due,
        ending_balance=left,
        automatically_finalizes_at=None,
    )
    if due == 0:
        settle(account, invoice)


def attempt(account: Account, invoice: Obj, *, method: Obj | None = None) -> ApiError | None:
    """Try to charge an open invoice; None when it is paid, or else what was said."""
    if invoice["status"] == "paid":
        return None
    subscription = account.objects.get(invoice["_subscription"] or "")
    customer = account.get("customer", invoice["customer"])
    method = method or default_of(account, customer, subscription)
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    error: ApiError | None
    if method is None:
        error = invalid("This customer has no attached payment source or default payment method.")
    else:
        error = _charged(account, invoice, method)
    if error is None:
        settle(account, invoice)
    else:
        account.emit("invoice.payment_failed", invoice)
    return error


def settle(account: Account, invoice: Obj) -> None:
    """It is paid."""
    invoice["status_transitions"]["paid_at"] = account.now
    account.change(
        "invoice.paid",
        invoice,
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        auto_advance=False,
        next_payment_attempt=None,
    )
    account.emit("invoice.payment_succeeded", invoice)
    for told in when_paid:
        told(account, invoice)


def _charged(account: Account, invoice: Obj, method: Obj) -> ApiError | None:
    """Charge what is due; the invoice has one payment intent, tried again each time."""
    tried = account.all("payment_intent", _invoice=invoice["id"])
    if tried:
        intent = tried[0]
        intent["payment_method"] = method["id"]
    else:
        intent = payment_intents.made(
            account,
            amount=invoice["amount_due"],
            currency=invoice["currency"],
            customer=invoice["customer"],
            description=f"Invoice {invoice['number']}",
            payment_method=method["id"],
            payment_method_types=[method["type"]],
            _invoice=invoice["id"],
        )
    if account.world.failing(invoice["customer"]):
        return payment_intents.decline(account, intent, "card_declined", "generic_decline")
    try:
        payment_intents.confirm(account, intent, off_session=True)
    except ApiError as error:
        return error
    if intent["status"] != "succeeded":
        return invalid(f"{method['type']} needs its payer to be there.")
    return None


def _tax(account: Account, customer: Obj, subtotal: int) -> int:
    """None for a business that has given its tax id: it declares the tax itself."""
    if account.all("tax_id", customer=customer["id"]) or customer["tax_exempt"] != "none":
        return 0
    return (subtotal * account.world.rules.tax_percent + 50) // 100


def _taxes(subtotal: int, tax: int) -> list[Obj]:
    reason = "standard_rated" if tax else "reverse_charge"
    return [
        {
            "amount": tax,
            "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": "txr_fake"},
            "taxability_reason": reason,
            "taxable_amount": subtotal if tax else 0,
            "type": "tax_rate_details",
        }
    ]


def _parent(subscription: Obj | None) -> Obj | None:
    if subscription is None:
        return None
    details = {"subscription": subscription["id"], "metadata": dict(subscription["metadata"])}
    return {
        "type": "subscription_details",
        "subscription_details": details,
        "quote_details": None,
    }


def _line_of_item(account: Account, item: Obj) -> Obj:
    return _line(
        account,
        amount=item["amount"],
        currency=item["currency"],
        description=item["description"],
        period=item["period"],
        pricing=item["pricing"],
        quantity=item["quantity"],
        parent={
            "type": "invoice_item_details",
            "invoice_item_details": {
                "invoice_item": item["id"],
                "proration": item["proration"],
                "subscription": item["_subscription"],
            },
        },
    )


def _line_of(account: Account, subscription: Obj, item: Obj) -> Obj:
    price = item["price"]
    product = account.objects[price["product"]]["name"]
    trial = subscription["status"] == "trialing"
    return _line(
        account,
        amount=0 if trial else price["unit_amount"] * item["quantity"],
        currency=price["currency"],
        description=f"Trial period for {product}" if trial else f"{item['quantity']} × {product}",
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        pricing=pricing(price),
        quantity=item["quantity"],
        parent={
            "type": "subscription_item_details",
            "subscription_item_details": {
                "proration": False,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
    )


def _line(account: Account, **facts: Any) -> Obj:
    line = account.new("il", "line_item", discounts=[], metadata={}, taxes=[], **facts)
    line["subtotal"] = line["amount"]
    return line
