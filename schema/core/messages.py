"""What each refusal says to a person, by code and language. `{name}` is a field of the refusal."""

from collections.abc import Mapping
from typing import Any

from kernel.refusals import Refusal
from schema.access import messages as access
from schema.billing import messages as billing
from schema.booking import messages as booking
from schema.brand import messages as brand
from schema.catalog import messages as catalog
from schema.couriers import messages as couriers
from schema.dispatch import messages as dispatch
from schema.live import messages as live
from schema.orders import messages as orders
from schema.places import messages as places
from schema.pricing import messages as pricing
from schema.promotions import messages as promotions
from schema.registry import messages as registry
from schema.talk import messages as talk

MESSAGES: dict[str, dict[str, str]] = {
    "NOT_FOUND": {"en": "There is no such {what}.", "zh-Hans": "找不到该内容（{what}）。"},
    "INVALID_INPUT": {
        "en": "{field}: {reason}",
        "zh-Hans": "{field}：填写有误（{reason}）",
    },
    "FILE_TOO_LARGE": {
        "en": "The file is larger than {max_bytes} bytes.",
        "zh-Hans": "文件超过 {max_bytes} 字节。",
    },
    "FILE_TYPE_REFUSED": {
        "en": "The file is not of a kind that is taken here, or is not what it says.",
        "zh-Hans": "不支持该文件类型，或文件内容与其类型不符。",
    },
    "WRONG_CREDENTIALS": {
        "en": "That is not right. Please check what you typed.",
        "zh-Hans": "信息有误，请核对后重试。",
    },
    "TOO_MANY_ATTEMPTS": {
        "en": "Too many wrong tries. Please wait fifteen minutes.",
        "zh-Hans": "错误次数过多，请十五分钟后再试。",
    },
    "IDEMPOTENCY_KEY_REUSED": {
        "en": "This idempotency key was used for something else.",
        "zh-Hans": "该幂等键已用于其他请求。",
    },
    "ILLEGAL_MOVE": {
        "en": "This cannot be done in the present state ({state}).",
        "zh-Hans": "当前状态（{state}）下无法执行此操作。",
    },
    "DOCUMENT_UNKNOWN": {
        "en": "No document is known by this id here.",
        "zh-Hans": "此处没有该编号的请求文档。",
    },
    "FREE_DOCUMENT_REFUSED": {
        "en": "Only documents that were registered are answered here.",
        "zh-Hans": "此处仅受理已登记的请求文档。",
    },
    **registry.MESSAGES,
    **access.MESSAGES,
    **billing.MESSAGES,
    **brand.MESSAGES,
    **catalog.MESSAGES,
    **live.MESSAGES,
    **places.MESSAGES,
    **pricing.MESSAGES,
    **promotions.MESSAGES,
    **talk.MESSAGES,
    **orders.MESSAGES,
    **dispatch.MESSAGES,
    **couriers.MESSAGES,
    **booking.MESSAGES,
}


def message_of(refusal: Refusal, data: Mapping[str, Any], language: str) -> str:
    """The sentence for `refusal` in `language`, else in English. Raises `KeyError` if unwritten."""
    texts = MESSAGES[refusal.code]
    return texts.get(language, texts["en"]).format(**data)
