"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "CODE_REFUSED": {
        "en": "The code {promo_code} cannot be used here ({why}).",
        "zh-Hans": "优惠码 {promo_code} 不适用（{why}）。",
    },
    "CODE_TAKEN": {
        "en": "There is a code {promo_code} already.",
        "zh-Hans": "优惠码 {promo_code} 已存在。",
    },
    "PROMOTION_GONE": {
        "en": "A promotion in this price has just been used up. Please ask for a new price.",
        "zh-Hans": "该价格中的优惠刚刚用完，请重新获取报价。",
    },
    "REFERRED_ALREADY": {
        "en": "You have said before whose code brought you.",
        "zh-Hans": "您已填写过邀请码。",
    },
}

REASONS: dict[str, str] = {
    "at most {} of {} characters": "最多 {0} 个，每个不超过 {1} 个字符",
    "1 to {}; 1 for a word of your own": "应为 1 至 {0}；自定义优惠码只能为 1",
    "either an amount or a share": "金额与比例只能选一项",
    "it applies without a code": "该活动无需优惠码",
    "of a share only": "仅用于按比例优惠",
    "referrals bring their own code": "推荐活动自带优惠码",
    "with the services of a bundle, and only so": "仅在设置了组合服务时填写，且必须填写",
    "{} to {} different services": "应为 {0} 至 {1} 项不同的服务",
    "{} to {} letters and digits": "应为 {0} 至 {1} 个字母和数字",
    "a key like {}": "标识格式应为 {0}",
    "ahead, and of a level": "应为将来的时间，且须设置等级",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
