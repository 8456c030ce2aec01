"""What the live side's refusals say."""

MESSAGES: dict[str, dict[str, str]] = {
    "INVALID_CURSOR": {
        "en": "This place in the log is not known here. Start afresh.",
        "zh-Hans": "该位置无效，请重新开始。",
    },
    "CURSOR_TOO_OLD": {
        "en": "Too much has happened since. Read the present state and follow from there.",
        "zh-Hans": "间隔过久，请重新读取当前状态后再继续。",
    },
}
