"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "OFFER_GONE": {
        "en": "This offer is gone.",
        "zh-Hans": "该派单已失效。",
    },
}
