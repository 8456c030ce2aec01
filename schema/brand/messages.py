"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "ORDERS_PAUSED": {
        "en": "No new orders for now. {notice}",
        "zh-Hans": "暂停接单。{notice}",
    },
}
