"""What the next invoice will have beside the subscription: https://docs.stripe.com/api/invoiceitems."""

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj


@route("POST", "/v1/invoiceitems")
def create(call: Call) -> Obj:
    """An amount for a customer's next invoice; a negative one is a credit."""
    params = call.params
    customer = call.account.get("customer", params.need("customer"), param="customer")
    amount, currency = params.need_number("amount"), params.need("currency")
    description, subscription = params.text("description"), params.text("subscription")
    invoice, metadata = params.text("invoice"), params.metadata()
    params.done()
    return made(
        call.account,
        customer=customer["id"],
        amount=amount,
        currency=currency,
        description=description,
        metadata=metadata,
        invoice=invoice,
        _subscription=subscription,
    )


@route("GET", "/v1/invoiceitems/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One of them."""
    call.params.done()
    return call.account.get("invoiceitem", id)


@route("GET", "/v1/invoiceitems")
def list_(call: Call) -> Obj:
    """Newest first; of one `customer` or `invoice`, or those that are `pending`."""
    params = call.params
    customer, invoice = params.text("customer"), params.text("invoice")
    pending = params.flag("pending")
    found = [
        each
        for each in call.account.all("invoiceitem")
        if customer in (None, each["customer"])
        and invoice in (None, each["invoice"])
        and pending in (None, each["invoice"] is None)
    ]
    return page(call, found, url="/v1/invoiceitems")


@route("DELETE", "/v1/invoiceitems/{id}")
def delete(call: Call, id: str) -> Obj:
    """Take one away that is on no invoice yet."""
    call.params.done()
    item = call.account.get("invoiceitem", id)
    if item["invoice"] is not None:
        raise invalid("Invoice items that are on an invoice cannot be deleted.")
    call.account.emit("invoiceitem.deleted", item)
    return call.account.forget(item)


def made(account: Account, *, customer: str, amount: int, currency: str, **facts: object) -> Obj:
    """A new one; with `_subscription` it waits for that subscription's invoice."""
    plain: Obj = {
        "date": account.now,
        "description": None,
        "discountable": True,
        "invoice": None,
        "metadata": {},
        "parent": None,
        "period": {"start": account.now, "end": account.now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "tax_rates": [],
        "_subscription": None,
    }
    item = account.new(
        "ii", "invoiceitem", customer=customer, amount=amount, currency=currency, **plain | facts
    )
    account.emit("invoiceitem.created", item)
    return item


def pending(account: Account, customer: str, subscription: str | None) -> list[Obj]:
    """What waits for the next invoice, oldest first."""
    return [
        each
        for each in reversed(account.all("invoiceitem", customer=customer, invoice=None))
        if each["_subscription"] in (None, subscription)
    ]
