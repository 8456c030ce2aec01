"""Invoices: https://docs.stripe.com/api/invoices. How one is made is in `invoicing`."""

from tests.fakes.stripe import invoicing
from tests.fakes.stripe.errors import ApiError, invalid
from tests.fakes.stripe.expansion import includable
from tests.fakes.stripe.payment_methods import usable
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj, list_of


@route("POST", "/v1/invoices")
def create(call: Call) -> Obj:
    """A draft of what a customer's pending items come to."""
    params = call.params
    customer = call.account.get("customer", params.need("customer"), param="customer")
    advance, metadata = params.flag("auto_advance"), params.metadata()
    description, currency = params.text("description"), params.text("currency") or "usd"
    automatic = params.inner("automatic_tax").flag("enabled")
    params.choice("collection_method", ("charge_automatically", "send_invoice"))
    params.choice("pending_invoice_items_behavior", ("include", "exclude"))
    params.done()
    return invoicing.draft(
        call.account,
        customer,
        currency=currency,
        reason="manual",
        automatic_tax=bool(automatic),
        auto_advance=bool(advance),
        description=description,
        metadata=metadata,
    )


@route("GET", "/v1/invoices/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One invoice."""
    call.params.done()
    return call.account.get("invoice", id)


@route("POST", "/v1/invoices/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given: its metadata at any time, the rest while it is a draft."""
    invoice = call.account.get("invoice", id)
    facts: Obj = {}
    if "metadata" in call.params:
        facts["metadata"] = call.params.metadata(invoice["metadata"])
    if "auto_advance" in call.params:
        facts["auto_advance"] = call.params.flag("auto_advance")
    if "description" in call.params:
        facts["description"] = call.params.text("description")
    call.params.done()
    if facts.keys() - {"metadata", "auto_advance"} and invoice["status"] != "draft":
        raise invalid(
            "Finalized invoices can't be updated in this way", code="invoice_not_editable"
        )
    call.account.change("invoice.updated", invoice, **facts)
    return invoice


@route("GET", "/v1/invoices")
def list_(call: Call) -> Obj:
    """Newest first; of one `customer`, `subscription` or `status`."""
    params = call.params
    customer, subscription = params.text("customer"), params.text("subscription")
    status = params.choice("status", ("draft", "open", "paid", "uncollectible", "void"))
    found = [
        each
        for each in call.account.all("invoice")
        if customer in (None, each["customer"])
        and subscription in (None, each["_subscription"])
        and status in (None, each["status"])
    ]
    return page(call, found, url="/v1/invoices")


@route("GET", "/v1/invoices/{id}/lines")
def lines(call: Call, id: str) -> Obj:
    """An invoice's lines."""
    found = call.account.get("invoice", id)["lines"]["data"]
    return page(call, found, url=f"/v1/invoices/{id}/lines")


@route("POST", "/v1/invoices/{id}/finalize")
def finalise(call: Call, id: str) -> Obj:
    """Give a draft its number; it changes no more."""
    invoice = _in(call, id, "draft")
    call.params.flag("auto_advance")
    call.params.done()
    invoicing.finalise(call.account, invoice)
    return invoice


@route("POST", "/v1/invoices/{id}/pay")
def pay(call: Call, id: str) -> Obj:
    """Try to pay it now, with a payment method or the one that is known."""
    invoice = _in(call, id, "draft", "open", "uncollectible")
    method, outside = call.params.text("payment_method"), call.params.flag("paid_out_of_band")
    call.params.flag("off_session")
    call.params.done()
    if invoice["status"] == "draft":
        invoicing.finalise(call.account, invoice)
    if outside:
        invoicing.settle(call.account, invoice)
        return invoice
    chosen = usable(call.account, method, param="payment_method") if method else None
    error = invoicing.attempt(call.account, invoice, method=chosen)
    if error is not None:
        raise error
    return invoice


@route("POST", "/v1/invoices/{id}/void")
def void(call: Call, id: str) -> Obj:
    """As if it had never been."""
    return _closed(call, id, "void", "invoice.voided")


@route("POST", "/v1/invoices/{id}/mark_uncollectible")
def mark_uncollectible(call: Call, id: str) -> Obj:
    """Nobody will pay it."""
    return _closed(call, id, "uncollectible", "invoice.marked_uncollectible")


@route("DELETE", "/v1/invoices/{id}")
def delete(call: Call, id: str) -> Obj:
    """Delete a draft."""
    call.params.done()
    invoice = _in(call, id, "draft")
    call.account.emit("invoice.deleted", invoice)
    return call.account.forget(invoice)


@includable("invoice", "payments")
def _payments(account: Account, invoice: Obj) -> Obj:
    """What was paid on it, by payment intent."""
    found = [
        {
            "id": f"inpay_{intent['id'][3:]}",
            "object": "invoice_payment",
            "amount_paid": intent["amount_received"],
            "amount_requested": intent["amount"],
            "currency": intent["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "paid" if intent["status"] == "succeeded" else "open",
        }
        for intent in account.all("payment_intent", _invoice=invoice["id"])
    ]
    return list_of(found, f"/v1/invoice_payments?invoice={invoice['id']}")


def _closed(call: Call, id: str, status: str, event: str) -> Obj:
    call.params.done()
    invoice = _in(call, id, "open", "uncollectible")
    moments = {**invoice["status_transitions"], _moment(status): call.now}
    call.account.change(
        event, invoice, status=status, status_transitions=moments, next_payment_attempt=None
    )
    return invoice


def _moment(status: str) -> str:
    return "voided_at" if status == "void" else "marked_uncollectible_at"


def _in(call: Call, id: str, *statuses: str) -> Obj:
    """The invoice. Raises `ApiError` unless it is in one of `statuses`."""
    invoice = call.account.get("invoice", id)
    if invoice["status"] in statuses:
        return invoice
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    message = f"You can only do this with {' or '.join(statuses)} invoices."
    raise ApiError(400, "invalid_request_error", message)
