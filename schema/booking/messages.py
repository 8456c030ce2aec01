"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "SLOT_GONE": {
        "en": "This time is not free. Please choose another.",
        "zh-Hans": "该时段不可预约，请另选时间。",
    },
    "HOLD_LAPSED": {
        "en": "The time was kept for you, and has run out. Please choose again.",
        "zh-Hans": "预留已过期，请重新选择时段。",
    },
    "TOO_MANY_HOLDS": {
        "en": "At most {limit} times can be kept at once.",
        "zh-Hans": "最多同时预留 {limit} 个时段。",
    },
    "TOO_LATE": {
        "en": "It begins in less than {notice_minutes} minutes.",
        "zh-Hans": "距开始已不足 {notice_minutes} 分钟。",
    },
    "BOOKING_OF_ORDER": {
        "en": "This visit belongs to an order: cancel or complete the order.",
        "zh-Hans": "该预约属于一个订单，请在订单中取消或完成。",
    },
    "TOO_EARLY": {"en": "It has not begun yet.", "zh-Hans": "尚未开始。"},
    "BOOKINGS_IN_THE_WAY": {
        "en": "There are {count} appointments or shifts at that time.",
        "zh-Hans": "该时间段内有 {count} 个预约或班次。",
    },
    "TOO_MANY_RECURRENCES": {
        "en": "There are ten recurring visits already.",
        "zh-Hans": "周期预约最多十个。",
    },
    "SHIFT_OVER": {
        "en": "This shift has begun, or was called off.",
        "zh-Hans": "班次已开始或已取消。",
    },
    "ALREADY_SIGNED_UP": {"en": "You are signed up already.", "zh-Hans": "您已报名该班次。"},
    "SHIFT_OVERLAPS": {
        "en": "You have something else at that time.",
        "zh-Hans": "与您的其他班次、预约或休假时间冲突。",
    },
    "REST_NEEDED": {
        "en": "At least {minutes} minutes of rest are needed in between.",
        "zh-Hans": "两次工作之间至少需休息 {minutes} 分钟。",
    },
    "TOO_MANY_HOURS": {
        "en": "A day has at most {hours} hours of work.",
        "zh-Hans": "每天工作不得超过 {hours} 小时。",
    },
}

REASONS: dict[str, str] = {
    "weekday is 1 to 7": "星期应为 1 至 7",
    "not before from": "不能早于起始日",
    "takes no appointments": "该服务不接受预约",
    "this service has none of its own": "该服务没有固定时长",
    "at most {} wishes to move it": "最多可提出 {0} 次改期",
    "has the booking already": "该骑手已负责此预约",
    "a quarter of an hour": "应为整刻钟",
    "from today on, within {} days": "应从今天起 {0} 天之内",
    "not before firstOn": "不能早于首日",
    "ahead, within {} days": "应在未来 {0} 天之内",
    "half an hour to four hours after startsAt": "应在开始后半小时至四小时之间",
    "a whole second": "应为整秒",
    "at least {} minutes ahead": "至少提前 {0} 分钟",
    "before the horizon, or nothing is offered": "应短于可预约的期限，否则没有可约时段",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
