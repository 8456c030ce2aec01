"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "PIN_WRONG": {
        "en": "This is not the customer's PIN.",
        "zh-Hans": "收货码不正确。",
    },
    "PROOF_MISSING": {
        "en": "This stop needs a proof: {proof}.",
        "zh-Hans": "该站点缺少凭证（{proof}）。",
    },
    "STEP_MISSING": {
        "en": "A step of the work is not done yet: {step}.",
        "zh-Hans": "还有步骤未完成（{step}）。",
    },
    "STEP_NOT_OPEN": {
        "en": "This step cannot be done now: {step}.",
        "zh-Hans": "当前不能进行该步骤（{step}）。",
    },
    "BOOKING_MISSING": {
        "en": "This service is by appointment. Please choose a time first.",
        "zh-Hans": "该服务需要预约，请先选择时段。",
    },
    "PAYMENT_NOT_CONFIRMED": {
        "en": "Please confirm that the customer has paid.",
        "zh-Hans": "请先确认顾客已付款。",
    },
}

REASONS: dict[str, str] = {
    "this stop does not ask for it": "此站点不需要该项",
    "booked for {}": "预约的内容为 {0}，与订单不符",
    "this service takes no appointments": "该服务不接受预约",
    "this step does not ask for it": "此步骤不需要该项",
    "only the courier is there to take one": "只有在场的骑手可以拍照",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
