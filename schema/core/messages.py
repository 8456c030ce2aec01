"""What each refusal says to a person, by code and language. `{name}` is a field of the refusal."""

from collections.abc import Mapping
from typing import Any

from kernel.refusals import Refusal

MESSAGES: dict[str, dict[str, str]] = {
    "NOT_FOUND": {"en": "There is no such {what}.", "zh-Hans": "找不到该内容({what})。"},
    "INVALID_INPUT": {
        "en": "{field}: {reason}",
        "zh-Hans": "{field}:填写有误({reason})",
    },
    "ILLEGAL_MOVE": {
        "en": "This cannot be done in the present state ({state}).",
        "zh-Hans": "当前状态({state})下无法执行此操作。",
    },
}


def message_of(refusal: Refusal, data: Mapping[str, Any], language: str) -> str:
    """The sentence for `refusal` in `language`, else in English. Raises `KeyError` if unwritten."""
    texts = MESSAGES[refusal.code]
    return texts.get(language, texts["en"]).format(**data)
