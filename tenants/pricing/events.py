"""What is announced of prices, on the stream `courier_price:<id>`.

The data holds `courier`, `service` and `amount`: ids, and minor units.
"""

COURIER_PRICE_PROPOSED = "courier_price.proposed"
COURIER_PRICE_MOVED = {
    "approve": "courier_price.approved",
    "decline": "courier_price.declined",
    "withdraw": "courier_price.withdrawn",
    "replace": "courier_price.replaced",
}
