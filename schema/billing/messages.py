"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "PLAN_LIMIT_REACHED": {
        "en": "The plan “{plan}” allows no more than {limit} ({meter}).",
        "zh-Hans": "套餐“{plan}”的用量已达上限 {limit}({meter})。",
    },
    "FEATURE_NOT_IN_PLAN": {
        "en": "The plan “{plan}” does not include this ({feature}).",
        "zh-Hans": "套餐“{plan}”不包含该功能({feature})。",
    },
    "RATE_LIMITED": {
        "en": "Too many requests: {rate} a second at most. Please try again in {retry_after} s.",
        "zh-Hans": "请求过于频繁(每秒最多 {rate} 次),请 {retry_after} 秒后重试。",
    },
    "PLAN_TOO_SMALL": {
        "en": "{used} are in use ({meter}), and the plan allows {limit}.",
        "zh-Hans": "当前已使用 {used}({meter}),超过该套餐的上限 {limit}。",
    },
    "PLAN_KEY_TAKEN": {
        "en": "There is a plan of this key.",
        "zh-Hans": "该套餐标识已被使用。",
    },
}
