"""Believable stand-ins for what is personal: the same for the same, and nothing to go back by.

A phone or an email becomes the next free one, so that no two people share one. Everything else is
drawn by a keyed digest, whose key is thrown away with this object. Nothing reaches anybody: the
country code 999 is assigned to nobody (ITU-T E.164), and `.invalid` is no domain (RFC 2606).
"""

import hmac
import os
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from registry.archives.masks import KEYS, Mask

_CHINESE: Final = re.compile("[一-鿿]")
_FIRST: Final = ("Ada", "Ben", "Cleo", "Dov", "Edda", "Finn", "Gwen", "Hugo", "Iris", "Jona")
_LAST: Final = ("Arden", "Birch", "Cole", "Dale", "Elm", "Frost", "Glen", "Heath", "Iver", "Juno")
_SURNAMES: Final = "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何"
_GIVEN: Final = ("子墨", "雨桐", "浩然", "欣怡", "宇轩", "梓涵", "一诺", "思远", "佳琪", "明哲")
_THINGS: Final = ("A box", "A bag", "An envelope", "A sample", "A bundle")
_CHINESE_THINGS: Final = ("箱子", "袋子", "信封", "样品", "包裹")
_NOTES: Final = (
    "All went as agreed.",
    "Please be on time.",
    "A sample text of the sandbox.",
    "Nothing else to say.",
)
_CHINESE_NOTES: Final = ("一切顺利。", "请准时。", "沙箱示例文字。", "没有其他要求。")
_HALF_KILOMETRE: Final = 0.0045  # degrees of latitude


class People:
    """One sandbox's stand-ins."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._numbers: dict[Mask, dict[bytes, int]] = {Mask.PHONE: {}, Mask.EMAIL: {}}
        self._makers: dict[Mask, Callable[[str], str]] = {
            Mask.NAME: self._name,
            Mask.PHONE: lambda text: f"+999{1_000_000_000 + self._number(Mask.PHONE, text)}",
            Mask.EMAIL: lambda text: f"person{self._number(Mask.EMAIL, text)}@sandbox.invalid",
            Mask.ADDRESS: self._address,
            Mask.DOOR: lambda text: f"{1 + self._draw(text, 30)}-{100 + self._draw(text, 900)}",
            Mask.CODE: self._code,
            Mask.THING: lambda text: self._one(text, _THINGS, _CHINESE_THINGS),
            Mask.NOTE: lambda text: self._one(text, _NOTES, _CHINESE_NOTES),
        }

    def masked(self, mask: Mask, value: Any) -> Any:
        """The stand-in for `value`: a text, a position's degrees, or a document."""
        if mask is Mask.DOCUMENT:
            return self._document(value)
        if mask is Mask.BLUR:
            return self._blurred(float(value))
        return self._makers[mask](value) if value else value

    def _document(self, value: Any, mask: Mask = Mask.NOTE) -> Any:
        if isinstance(value, dict):
            return {key: self._document(inner, KEYS.get(key, mask)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._document(inner, mask) for inner in value]
        if isinstance(value, str):
            return value if mask is Mask.KEEP else self.masked(mask, value)
        if mask is Mask.BLUR and isinstance(value, int | float):
            return self._blurred(float(value))
        return value

    def _name(self, text: str) -> str:
        if _CHINESE.search(text):
            return _SURNAMES[self._draw(text, len(_SURNAMES))] + self._one(text + "'", _GIVEN)
        return f"{self._one(text, _FIRST)} {self._one(text + "'", _LAST)}"

    def _address(self, text: str) -> str:
        number = 1 + self._draw(text, 60)
        return f"示例楼{number}号" if _CHINESE.search(text) else f"Sample House {number}"

    def _code(self, text: str) -> str:
        """Each digit another digit, each letter another letter, the rest as it is."""
        made = []
        for place, character in enumerate(text):
            drawn = self._draw(f"{place} {text}", 234)
            if character.isdecimal():
                made.append(str(drawn % 10))
            elif character.isalpha():
                made.append("ABCDEFGHJKLMNPQRSTUVWXYZ"[drawn % 24])
            else:
                made.append(character)
        return "".join(made)

    def _blurred(self, degrees: float) -> float:
        moved = degrees + (self._draw(repr(degrees), 2_001) / 1_000 - 1) * _HALF_KILOMETRE
        end = 90.0 if abs(degrees) <= 90 else 180.0  # a latitude stays one
        return round(max(-end, min(end, moved)), 6)

    def _one(self, text: str, words: tuple[str, ...], chinese: tuple[str, ...] = ()) -> str:
        words = chinese if chinese and _CHINESE.search(text) else words
        return words[self._draw(text, len(words))]

    def _number(self, mask: Mask, text: str) -> int:
        numbers = self._numbers[mask]
        return numbers.setdefault(self._digest(text), len(numbers) + 1)

    def _draw(self, text: str, below: int) -> int:
        return int.from_bytes(self._digest(text)[:8]) % below

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), sha256)
