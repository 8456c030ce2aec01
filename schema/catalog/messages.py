"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "TABLE_BROKEN": {
        "en": "Row {row} {column}: {reason}",
        "zh-Hans": "第 {row} 行 {column}:{reason}",
    },
    "DECLARATION_BROKEN": {
        "en": "This cannot go on sale yet: {fault} at {path} ({example}); {others} more.",
        "zh-Hans": "暂时无法上架:{path} 处 {fault}({example}),另有 {others} 项。",
    },
    "TOO_MANY_PHOTOS": {
        "en": "Twenty pictures are waiting already. Order with them first, or wait a day.",
        "zh-Hans": "已有二十张图片待使用,请先下单,或一天后再试。",
    },
    "SERVICE_CHANGED": {
        "en": "This service was saved since you opened it. Look at what has changed first.",
        "zh-Hans": "在您打开之后，此服务已被保存过，请先查看改动。",
    },
    "VIDEO_TOO_LONG": {
        "en": "The video lasts longer than {max_seconds} seconds.",
        "zh-Hans": "视频时长超过 {max_seconds} 秒。",
    },
}
