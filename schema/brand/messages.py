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

REASONS: dict[str, str] = {
    "a time has an offset": "时间需带时区",
    "at most {} bulletins": "最多 {0} 条公告",
    "not after it begins": "应晚于开始时间",
    "no table is known of it": "没有该国家或地区的节假日表",
    "{} has not announced {}": "{0} 尚未公布 {1} 年的节假日",
    "{} is no day of {}": "{0} 不在 {1} 年内",
    "a time within the next 30 days": "应在未来 30 天之内",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
