"""Texts and questions cut into words in one way, so that the one is found by the other.

Everything is folded first: full-width letters to half, capitals to small, accents off, traditional
Chinese characters to simplified ones (by phrases: 乾洗 is 干洗, and 乾隆 stays). What is neither
letter nor digit (blanks, emoji, punctuation, wildcards) parts words and is no part of any. Scripts
that are written without blanks (Chinese, Japanese, Korean, Thai) come in unbroken runs.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

MAX_QUESTION: Final = 200
"""Characters of a question that are read; the rest is a text, not a search."""

MAX_WORDS: Final = 8
MAX_WORD: Final = 40

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DENSE: Final = _HAN + "\u0e00-\u0e7f\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af"
_RUN: Final = re.compile(rf"[{_DENSE}]+|[^\W_{_DENSE}]+")
_IS_DENSE: Final = re.compile(rf"[{_DENSE}]")
_IS_HAN: Final = re.compile(rf"[{_HAN}]+")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How those who have no such key write them."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for. `sound` is a Chinese one in pinyin, without tones."""

    text: str
    dense: bool
    sound: str = ""

    @property
    def pairs(self) -> tuple[str, ...]:
        """Of a dense word each two neighbours: 取快递 is 取快 and 快递."""
        return tuple(self.text[at : at + 2] for at in range(len(self.text) - 1))

    @property
    def stem(self) -> str:
        """Without the s of an English plural."""
        plural = not self.dense and len(self.text) > 3 and self.text.endswith("s")
        return self.text[:-1] if plural and not self.text.endswith("ss") else self.text

    @property
    def swapped(self) -> tuple[str, ...]:
        """With each two neighbours swapped: what is mistyped most often, and trigrams miss."""
        word = self.text
        return tuple(
            word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            for at in range(1, len(word) - 1)
            if word[at] != word[at + 1]
        )


def folded(text: str) -> str:
    """`text` without what people leave away or type otherwise: width, capitals, accents, and the
    strokes of traditional characters."""
    small = unicodedata.normalize("NFKC", text).casefold()
    bare = unicodedata.normalize("NFD", small.translate(_LETTERS))
    plain = unicodedata.normalize(
        "NFC", "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    )
    return _simplifier().convert(plain) if _IS_HAN.search(plain) else plain


def asked(question: str) -> tuple[Word, ...]:
    """The words of a question, at most `MAX_WORDS`; none for one of blanks and emoji."""
    found: dict[str, Word] = {}
    for run in _runs(folded(question[:MAX_QUESTION])):
        text = run[:MAX_WORD]
        dense = bool(_IS_DENSE.match(text))
        sound = "".join(syllables(text)) if dense and _IS_HAN.fullmatch(text) else ""
        found.setdefault(text, Word(text, dense, sound))
    return tuple(found.values())[:MAX_WORDS]


@lru_cache(maxsize=4096)  # a template has the same words for every operator that begins with it
def document(*texts: str, sounds: bool) -> str:
    """What `texts` are found by: words between blanks, one before and one behind all.

    With `sounds`, a Chinese run is followed by its pinyin and its initials from each of its
    characters on, so that kuaidi and kd find 取快递.
    """
    forms: dict[str, None] = {}
    for text in texts:
        for variant in _spellings(text):
            for run in _runs(variant):
                forms[run] = None
                if sounds and _IS_HAN.search(run):
                    forms.update(dict.fromkeys(_sounds(run)))
    return f" {' '.join(forms)} " if forms else ""


def syllables(run: str) -> list[str]:
    """The pinyin of Chinese characters, each without its tone; ü is v, as it is typed."""
    return [syllable for syllable in _lazy_pinyin(run) if syllable]


def _runs(text: str) -> Iterator[str]:
    return (match.group() for match in _RUN.finditer(text))


def _spellings(text: str) -> Iterator[str]:
    yield folded(text)
    small = unicodedata.normalize("NFKC", text).casefold()
    german = small.translate(_UMLAUTS)
    if german != small:
        yield folded(german)


def _sounds(run: str) -> Iterator[str]:
    said = syllables(run)
    for at in range(len(said)):
        yield "".join(said[at:])[:MAX_WORD]
        yield "".join(syllable[0] for syllable in said[at:])[:MAX_WORD]


@lru_cache(maxsize=1)
def _simplifier() -> "OpenCC":
    # As pinyin: only whoever has Chinese to fold loads its dictionaries, 60 ms.
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def _lazy_pinyin(run: str) -> list[str]:
    # Its tables take 30 MB and a moment: only whoever searches or publishes pays for them.
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
