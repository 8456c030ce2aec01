"""What a change within a period costs: the unused time back, the remaining time of the new price.

By the second, as https://docs.stripe.com/billing/subscriptions/prorations says.
"""

from tests.fakes.stripe import invoice_items
from tests.fakes.stripe.world import Account, Obj


def prorate(account: Account, subscription: Obj, item: Obj, price: Obj, quantity: int) -> None:
    """Two invoice items for `item` becoming `quantity` of `price` now; none in a trial."""
    if subscription["status"] == "trialing":
        return
    start, end = item["current_period_start"], item["current_period_end"]
    left, whole = end - account.now, end - start
    old = item["price"]["unit_amount"] * item["quantity"]
    new = price["unit_amount"] * quantity
    for amount, of, words in (
        (-old, item["price"], "Unused time on"),
        (new, price, "Remaining time on"),
    ):
        name = account.objects[of["product"]]["name"]
        share = (abs(amount) * left * 2 + whole) // (2 * whole)  # halves away from zero
        invoice_items.made(
            account,
            customer=subscription["customer"],
            amount=share if amount > 0 else -share,
            currency=subscription["currency"],
            description=f"{words} {name}",
            period={"start": account.now, "end": end},
            pricing=pricing(of),
            proration=True,
            parent={
                "type": "subscription_details",
                "subscription_details": {
                    "subscription": subscription["id"],
                    "subscription_item": item["id"],
                },
            },
            _subscription=subscription["id"],
        )


def pricing(price: Obj) -> Obj:
    """How a line names its price."""
    return {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
