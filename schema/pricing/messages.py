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
    "PRICE_TOO_LARGE": {
        "en": "This comes to more than can be charged.",
        "zh-Hans": "金额超出可计价范围。",
    },
    "PRICE_UNSOUND": {
        "en": "The price of {service} is {fault}: {amount} for {figures}.",
        "zh-Hans": "{service} 的价格有误({fault})：{figures} 时为 {amount}。",
    },
    "RULES_SHADOW": {
        "en": "Two rules of the step {step} can both apply, and only one is heard. Give one of"
        " them a higher priority, or conditions that exclude each other.",
        "zh-Hans": "步骤 {step} 的两条规则可能同时适用，但只有一条生效。请提高其中一条的优先级，"
        "或让条件互斥。",
    },
    "RULE_NEVER_APPLIES": {
        "en": "A rule of the step {step} can never apply: {reason}.",
        "zh-Hans": "步骤 {step} 的一条规则永远不会生效：{reason}。",
    },
    "COURIER_PRICE_NOT_ALLOWED": {
        "en": "The price of this service is fixed: couriers set none of their own.",
        "zh-Hans": "该服务价格统一，骑手不能自行定价。",
    },
    "COURIER_PRICE_OUT_OF_BAND": {
        "en": "This price is outside what is allowed here ({side}); the nearest is {bound}.",
        "zh-Hans": "价格超出允许范围({side})，最接近的可用价格为 {bound}。",
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
