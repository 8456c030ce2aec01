"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "CODE_REFUSED": {
        "en": "The code {promo_code} cannot be used here ({why}).",
        "zh-Hans": "优惠码 {promo_code} 不适用({why})。",
    },
    "CODE_TAKEN": {
        "en": "There is a code {promo_code} already.",
        "zh-Hans": "优惠码 {promo_code} 已存在。",
    },
    "PROMOTION_GONE": {
        "en": "A promotion in this price has just been used up. Please ask for a new price.",
        "zh-Hans": "该价格中的优惠刚刚用完,请重新获取报价。",
    },
    "REFERRED_ALREADY": {
        "en": "You have said before whose code brought you.",
        "zh-Hans": "您已填写过邀请码。",
    },
}
