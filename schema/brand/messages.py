"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "MODULE_OFF": {
        "en": "This is not offered here.",
        "zh-Hans": "此处未开放该功能。",
    },
    "ORDERS_PAUSED": {
        "en": "No new orders for now. {notice}",
        "zh-Hans": "暂停接单。{notice}",
    },
}
