"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "NO_BASE_PRICE": {
        "en": "Set a base price first: without one, no service has a price.",
        "zh-Hans": "请先设置基础价格，否则服务无法计价。",
    },
    "NO_TARIFF": {
        "en": "This service has no price yet. Please try again later.",
        "zh-Hans": "该服务尚未定价，请稍后再试。",
    },
    "QUOTE_EXPIRED": {
        "en": "This price has expired. Please ask for a new one.",
        "zh-Hans": "报价已过期，请重新获取。",
    },
    "QUOTE_TAKEN": {
        "en": "This price has been ordered before.",
        "zh-Hans": "该报价已下过单。",
    },
}
