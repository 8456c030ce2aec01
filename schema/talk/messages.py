"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "NOT_REVIEWABLE": {
        "en": "An order can be reviewed once it is delivered.",
        "zh-Hans": "订单送达后才能评价。",
    },
    "ALREADY_REVIEWED": {
        "en": "This order has been reviewed already.",
        "zh-Hans": "该订单已评价过。",
    },
}

REASONS: dict[str, str] = {
    "a distance is from somewhere": "按距离需给出起点位置",
    "at most {} couriers": "最多 {0} 位骑手",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
