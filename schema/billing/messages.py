"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "PLAN_LIMIT_REACHED": {
        "en": "The plan “{plan}” allows no more than {limit} ({meter}).",
        "zh-Hans": "套餐“{plan}”的用量已达上限 {limit}（{meter}）。",
    },
    "FEATURE_NOT_IN_PLAN": {
        "en": "The plan “{plan}” does not include this ({feature}).",
        "zh-Hans": "套餐“{plan}”不包含该功能（{feature}）。",
    },
    "RATE_LIMITED": {
        "en": "Too many requests: {rate} a second at most. Please try again in {retry_after} s.",
        "zh-Hans": "请求过于频繁（每秒最多 {rate} 次），请 {retry_after} 秒后重试。",
    },
    "PLAN_TOO_SMALL": {
        "en": "{used} are in use ({meter}), and the plan allows {limit}.",
        "zh-Hans": "当前已使用 {used}（{meter}），超过该套餐的上限 {limit}。",
    },
    "PLAN_KEY_TAKEN": {
        "en": "There is a plan of this key.",
        "zh-Hans": "该套餐标识已被使用。",
    },
    "BILLING_NOT_SET_UP": {
        "en": "Payments are not set up here. Please ask the platform for another plan.",
        "zh-Hans": "平台尚未开通在线支付，如需更换套餐请联系平台。",
    },
    "BILLING_UNAVAILABLE": {
        "en": "The payment service does not answer. Nothing has changed; please try again later.",
        "zh-Hans": "支付服务暂时无响应，未作任何更改，请稍后再试。",
    },
    "PAYMENT_REFUSED": {
        "en": "The payment was refused ({reason}). Please see to your card in the billing portal.",
        "zh-Hans": "付款被拒绝（{reason}），请在账单中心检查支付方式。",
    },
    "ALREADY_SUBSCRIBED": {
        "en": "There is a subscription already. Please change its plan instead.",
        "zh-Hans": "您已有订阅，请直接更换套餐。",
    },
    "NOT_SUBSCRIBED": {
        "en": "There is no subscription yet. Please subscribe first.",
        "zh-Hans": "尚未订阅，请先完成订阅。",
    },
    "PAYMENT_OVERDUE": {
        "en": "A bill is open. Please pay it in the billing portal first.",
        "zh-Hans": "有未付账单，请先在账单中心付款。",
    },
    "PLAN_NOT_FOR_SALE": {
        "en": "This plan cannot be bought at present.",
        "zh-Hans": "该套餐目前无法购买。",
    },
}

REASONS: dict[str, str] = {
    "2 to 40 of a-z, 0-9 and underscores, a letter first": "2 至 40 个小写字母、数字或下划线，"
    "以字母开头",
    "fixed once the plan is made": "套餐建立后不能更改",
    "{} is only counted": "{0} 只统计，不能设上限",
    "another scheme or port than this installation's": "协议或端口与本平台不符",
    "not an address": "不是有效地址",
    "not an address that can be returned to": "不是可以返回的地址",
    "not one of the operator's own hosts": "不是该商家的域名",
    "in another currency than the present one": "与当前套餐的货币不同",
    "each meter once": "每项计量只能出现一次",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
