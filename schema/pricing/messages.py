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
        "zh-Hans": "{service} 的价格有误（{fault}）：{figures} 时为 {amount}。",
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
        "zh-Hans": "价格超出允许范围（{side}），最接近的可用价格为 {bound}。",
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

REASONS: dict[str, str] = {
    "answered twice": "重复回答",
    "the step is {}": "该规则的步骤为 {0}",
    "1 for Monday to 7 for Sunday": "1 为周一，7 为周日",
    "a date like 2026-01-28": "日期应如 2026-01-28",
    "a list of 1 to {}": "应为 1 至 {0} 项的列表",
    "a local time like 22:30": "时间应如 22:30",
    "a test of one answer": "应为对一个回答的判断",
    "an empty window: it ends before it begins": "时段为空：结束早于开始",
    "an empty window: it ends when it begins": "时段为空：开始与结束相同",
    "atLeast, atMost or both": "请填写下限、上限或两者",
    "for which members?": "请选择适用的会员等级",
    "for which zones?": "请选择适用的区域",
    "from and to": "须同时填写起止",
    "from how many orders on?": "请填写起始单数",
    "from, to or both": "请填写开始、结束或两者",
    "ids of zones": "应为区域编号",
    "levels like {}": "等级格式应为 {0}",
    "of {}": "应为以下之一：{0}",
    "when is night?": "请填写夜间时段",
    "when is the peak?": "请填写高峰时段",
    "this service needs it": "该服务需要此项",
    "this service does not ask for it": "该服务不需要此项",
    "a key of the service's form": "应为服务表单中的问题标识",
    "below courierLeast": "低于骑手定价下限",
    "between 1 and {} amounts": "应为 1 至 {0} 项金额",
    "between 1 and {} bands": "应为 1 至 {0} 个区间",
    "courierLeast and courierMost, or neither": "骑手定价的上下限须同时填写或都不填",
    "either {} or {}": "{0} 与 {1} 只能选一项",
    "no parameter of {}": "不是 {0} 的参数",
    "no rule sets {}": "{0} 不由规则设置",
    "not beyond the band before": "应大于前一区间",
    "upTo and amount": "须填写上限和金额",
    "{} is not as in the export": "{0} 与导出格式不符",
    "another rule always goes before it": "总有另一条规则优先于它",
    "it has run out": "已过有效期",
    "its dates have gone by": "适用日期已过",
    "none of its zones is there any more": "适用的区域都已不存在",
    "within the next {} days": "应在未来 {0} 天之内",
    "at most {} rules": "最多 {0} 条规则",
    "several services are called that: give the id": "有多个同名服务，请给出编号",
    "that would be more than {} rules": "规则将超过 {0} 条",
    "there is a row of this rule already": "该规则在表中已有一行",
    "there is no such rule": "没有该规则",
    "there is no such zone": "没有该区域",
    "another rule says what this one says": "已有内容相同的规则",
    "no service is called that in English": "没有英文名为此的服务",
    "none of them is a base price": "其中没有基础价格",
    "{} has no base price": "{0} 没有基础价格",
    "one of addressId, placeId and point": "地址、地点与坐标只能选一项",
    "this service has {} stops": "该服务有 {0} 个站点",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
