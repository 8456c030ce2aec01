"""Money to connected accounts, and the platform's fees: https://docs.stripe.com/api/transfers."""

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj, list_of


@route("POST", "/v1/transfers")
def create(call: Call) -> Obj:
    """Send money to a connected account."""
    params = call.params
    destination, currency = params.need("destination"), params.need("currency")
    amount, source = params.number("amount"), params.text("source_transaction")
    group, description = params.text("transfer_group"), params.text("description")
    metadata = params.metadata()
    params.done()
    charge = call.account.get("charge", source, param="source_transaction") if source else None
    if amount is None:
        if charge is None:
            raise invalid("Missing required param: amount.", param="amount")
        amount = charge["amount_captured"]
    return made(
        call.account,
        destination=destination,
        amount=amount,
        currency=currency,
        transfer_group=group or (charge["transfer_group"] if charge else None),
        source_transaction=source,
        description=description,
        metadata=metadata,
    )


@route("GET", "/v1/transfers/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One transfer."""
    call.params.done()
    return call.account.get("transfer", id)


@route("GET", "/v1/transfers")
def list_(call: Call) -> Obj:
    """Newest first; to one `destination`, or of one `transfer_group`."""
    same = {
        name: value
        for name in ("destination", "transfer_group")
        if (value := call.params.text(name)) is not None
    }
    return page(call, call.account.all("transfer", **same), url="/v1/transfers")


@route("POST", "/v1/transfers/{id}/reversals")
def reversal_create(call: Call, id: str) -> Obj:
    """Take a transfer back, or a part of it."""
    transfer = call.account.get("transfer", id)
    amount = call.params.number("amount")
    metadata = call.params.metadata()
    call.params.done()
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = left if amount is None else amount
    if not 1 <= amount <= left:
        raise invalid(f"You can only reverse {left}.", param="amount", code="amount_too_large")
    reversal = reverse(call.account, transfer, amount)
    reversal["metadata"] = metadata
    return reversal


@route("GET", "/v1/application_fees/{id}")
def fee_retrieve(call: Call, id: str) -> Obj:
    """One of the platform's fees."""
    call.params.done()
    return call.account.get("application_fee", id)


@route("GET", "/v1/application_fees")
def fee_list(call: Call) -> Obj:
    """Newest first; of one `charge`."""
    charge = call.params.text("charge")
    same = {"charge": charge} if charge else {}
    return page(call, call.account.all("application_fee", **same), url="/v1/application_fees")


def made(account: Account, *, destination: str, amount: int, currency: str, **facts: object) -> Obj:
    """A new transfer. Raises `ApiError` unless its destination may be paid."""
    world = account.world
    if destination not in world.accounts or destination == world.platform.id:
        raise invalid(f"No such destination: '{destination}'", param="destination")
    profile = world.platform.objects[destination]
    if profile["capabilities"].get("transfers") != "active":
        message = (
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments"
        )
        raise invalid(message, code="insufficient_capabilities_for_transfer")
    plain: Obj = {"description": None, "metadata": {}, "source_transaction": None}
    transfer = account.new(
        "tr",
        "transfer",
        amount=amount,
        amount_reversed=0,
        balance_transaction=None,
        currency=currency,
        destination=destination,
        destination_payment=None,
        reversed=False,
        source_type="card",
        **plain | facts,
    )
    transfer["reversals"] = list_of([], f"/v1/transfers/{transfer['id']}/reversals")
    account.emit("transfer.created", transfer)
    return transfer


def reverse(account: Account, transfer: Obj, amount: int) -> Obj:
    """Take `amount` of a transfer back."""
    reversal = account.new(
        "trr",
        "transfer_reversal",
        amount=amount,
        currency=transfer["currency"],
        metadata={},
        transfer=transfer["id"],
    )
    transfer["reversals"]["data"].insert(0, reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    account.emit("transfer.reversed", transfer)
    return reversal
