"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "OFFER_GONE": {
        "en": "This offer is gone.",
        "zh-Hans": "该派单已失效。",
    },
}

REASONS: dict[str, str] = {
    "has the order, or placed it": "该骑手已接此单，或为下单人",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
