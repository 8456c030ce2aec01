"""What is wrong with an input, in the caller's language.

A service says it in English where it finds it; here that is read back into its template and its
facts, and said in the language of the request. `tests/architecture/test_reasons.py` finds what is
said nowhere else.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from schema.access import messages as access
from schema.billing import messages as billing
from schema.booking import messages as booking
from schema.brand import messages as brand
from schema.catalog import messages as catalog
from schema.couriers import messages as couriers
from schema.dispatch import messages as dispatch
from schema.orders import messages as orders
from schema.places import messages as places
from schema.pricing import messages as pricing
from schema.promotions import messages as promotions
from schema.registry import messages as registry
from schema.talk import messages as talk

CHINESE: Final = "zh-Hans"

_COMMON: dict[str, str] = {
    "between {} and {}": "应在 {0} 与 {1} 之间",
    "between {} and {} characters": "长度应为 {0} 至 {1} 个字符",
    "at most {}": "最多 {0}",
    "at most {} days": "最多 {0} 天",
    "at most {} characters": "最多 {0} 个字符",
    "within {} days": "应在 {0} 天之内",
    "one of {}": "应为以下之一：{0}",
    "0 to {}": "应在 0 至 {0} 之间",
    "from 0 to 100": "应在 0 至 100 之间",
    "from 1 to {}": "应在 1 至 {0} 之间",
    "between 0 and {}": "应在 0 与 {0} 之间",
    "between 1 and {}": "应在 1 与 {0} 之间",
    "between 1 and 5": "应在 1 与 5 之间",
    "after startsAt": "应晚于开始时间",
    "needed": "必填",
    "required": "必填",
    "unknown": "无法识别",
    "true or false": "应为是或否",
    "a whole number between {} and {}": "应为 {0} 至 {1} 之间的整数",
    "a whole number is expected": "应为整数",
    "a whole number, not negative": "应为非负整数",
    "{} is there twice": "{0} 重复",
    "there is no such service": "没有该服务",
    "no such service": "没有该服务",
    "not a time zone of the IANA database": "不是有效的时区",
    "not a valid email address": "邮箱地址无效",
    "not a valid phone number": "电话号码无效",
    "a colour is written #rrggbb": "颜色应写作 #rrggbb",
    "control characters are not allowed": "不能含有控制字符",
    "must not be the email address": "不能与邮箱相同",
    "this is one of the most common passwords": "该密码过于常见",
    "a text in {} is needed": "需要填写语言 {0} 的文字",
    "unknown language: {}": "无法识别的语言：{0}",
    "24:00 ends a day; one begins at 00:00": "24:00 只能作为结束时间，开始请用 00:00",
    "two spans overlap at {}": "时段在 {0} 重叠",
    "{} is no time of the day like 08:30, up to 24:00": "{0} 不是有效时间，应如 08:30，最晚 24:00",
    "{} to {} is no span; all day is 00:00 to 24:00": "{0} 至 {1} 不是有效时段；全天为 00:00 至"
    " 24:00",
    "a column has no heading": "有一列缺少表头",
    "at most {} rows": "最多 {0} 行",
    "between 1 and {} columns": "应为 1 至 {0} 列",
    "more cells than the {} of the heading": "单元格多于表头的 {0} 列",
    "more than {} bytes unpacked": "解压后超过 {0} 字节",
    "there are two of it": "该列出现了两次",
    "there is no heading": "缺少表头",
    "these are no letters in UTF-8, nor in GB18030": "文件不是 UTF-8 或 GB18030 编码",
    "this is no XLSX that can be read": "无法读取该 XLSX 文件",
    "this is no text": "不是文本文件",
    "there are no rows": "表中没有数据行",
    "this column is missing": "缺少此列",
    "no such column": "没有此列",
    "no such column; there are {}": "没有此列，可用的列：{0}",
    "no cursor of this list": "不是此列表的游标",
    "not a currency of ISO 4217": "不是有效的货币代码",
    "not a language that CLDR knows": "无法识别的语言",
    "not a language that CLDR knows: {}": "无法识别的语言：{0}",
    "within {} days from the first on": "应在首日起 {0} 天之内",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""

WORDS: dict[str, str] = {
    "pictures": "图片",
    "cases": "案例",
    "questions": "问答",
    "campus": "校区",
    "building": "楼栋",
    "gate": "大门",
    "station": "驿站",
    "floor": "楼层",
    "room": "房间",
}
"""Facts that are words themselves."""

_PARTS = (
    access,
    billing,
    booking,
    brand,
    catalog,
    couriers,
    dispatch,
    orders,
    places,
    pricing,
    promotions,
    registry,
    talk,
)
REASONS: Final[Mapping[str, str]] = {
    **_COMMON,
    **{english: chinese for part in _PARTS for english, chinese in part.REASONS.items()},
}


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+)".join(map(re.escape, english.split("{}"))), re.DOTALL)


_PATTERNS: Final = [
    (_pattern(english), REASONS[english])
    # What has more words of its own is the closer one.
    for english in sorted(REASONS, key=lambda each: -len(each.replace("{}", "")))
]


_PART_OF_AREA: Final = re.compile(r"(polygon \d+, )?ring \d+(, point \d+)?")


def reason_in(language: str, english: str) -> str:
    """`english` in `language`; as it is where nobody has said it otherwise."""
    if language != CHINESE:
        return english
    for pattern, chinese in _PATTERNS:
        if found := pattern.fullmatch(english):
            return chinese.format(*map(_fact, found.groups()))
    return english


def _fact(said: str) -> str:
    """A fact that is words itself: a kind, or a part of an area like `polygon 1, ring 0`."""
    if not _PART_OF_AREA.fullmatch(said):
        return WORDS.get(said, said)
    for english, chinese in (("polygon", "多边形"), ("ring", "环"), ("point", "点"), (", ", "，")):
        said = said.replace(english, chinese)
    return said


def facts_in(language: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's facts, its reason in `language`."""
    reason = data.get("reason")
    if not isinstance(reason, str):
        return dict(data)
    return {**data, "reason": reason_in(language, reason)}
