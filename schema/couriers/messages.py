"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "ALREADY_REGISTERED": {
        "en": "You are registered as a courier already.",
        "zh-Hans": "您已注册过骑手。",
    },
    "TOO_MANY_DOCUMENTS": {
        "en": "You have handed in as many documents as can be kept.",
        "zh-Hans": "上传的证件数量已达上限。",
    },
    "COURIER_FROZEN": {
        "en": "Your account as a courier is frozen. Please contact the operator.",
        "zh-Hans": "您的骑手账号已被冻结，请联系平台。",
    },
    "IDENTITY_MISSING": {
        "en": "There is no identity document under review for this courier.",
        "zh-Hans": "该骑手尚无待审核的身份证件。",
    },
    "NOT_ON_DUTY": {
        "en": "Your position is kept only while you are on duty.",
        "zh-Hans": "仅在接单状态下上报位置。",
    },
}

REASONS: dict[str, str] = {
    "latitude and longitude come together": "经度和纬度须同时填写",
    "ahead": "应为将来的时间",
    "{} wait for a decision already": "已有 {0} 项申请待审批",
    "a day from today on, within a year": "应为今天起一年之内的日期",
    "at most {} spans": "最多 {0} 个时段",
    "at most {} such days": "最多 {0} 个特殊日期",
    "at most {} keys of 1 to {} characters": "最多 {0} 项，每项 1 至 {1} 个字符",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
