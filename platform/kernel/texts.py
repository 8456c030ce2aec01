"""Words that an operator writes in several languages: a JSON object from BCP 47 tag to text."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel.core import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.db import models

from kernel.refusals import InvalidInput

LANGUAGES = ("zh-Hans", "en")
"""Languages the product itself speaks; an operator's texts may have any."""


def text_in(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text in `language`, else in the operator's `fallback`, else in whichever there is."""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")


def validate_texts(value: Any) -> None:
    """Raises `ValidationError` unless `value` maps language tags to text."""
    ok = isinstance(value, dict) and all(
        isinstance(tag, str) and isinstance(text, str) and 2 <= len(tag) <= 12
        for tag, text in value.items()
    )
    if not ok:
        raise ValidationError("expected an object from language tag to text")


class TextsField(models.JSONField):
    """A column of texts by language."""

    default_validators = [validate_texts]


def untranslated_in[M: models.Model](
    rows: models.QuerySet[M], columns: Sequence[str], languages: Sequence[str], *, most: int
) -> Iterator[tuple[M, list[str]]]:
    """Rows of which a text is there in some language but not in all of `languages`, and which lack.

    `columns` are `TextsField`s; an empty text lacks nothing. At most `most` rows; one query.
    """
    lacks = models.Q()
    for column in columns:
        for language in languages:
            lacks |= ~models.Q(**{column: {}}) & ~models.Q(**{f"{column}__has_key": language})
    if not languages:
        return
    for row in rows.filter(lacks)[:most]:
        texts: list[Mapping[str, str]] = [getattr(row, column) for column in columns]
        yield row, [tag for tag in languages if any(text and tag not in text for text in texts)]


def language_is_known(tag: str) -> bool:
    """Whether `tag` is a BCP 47 tag of a language that CLDR knows, of at most 12 characters."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return len(tag) <= 12


def line_checked(value: str, *, field: str, max_length: int, min_length: int = 1) -> str:
    """`value` without outer blanks.

    Raises `InvalidInput(field)` when it is too long, too short, or has control characters.
    """
    line = value.strip()
    if not min_length <= len(line) <= max_length:
        raise InvalidInput(field=field, reason=f"between {min_length} and {max_length} characters")
    if any(unicodedata.category(character) == "Cc" for character in line):
        raise InvalidInput(field=field, reason="control characters are not allowed")
    return line


def texts_checked(
    texts: Mapping[str, str], *, field: str, max_length: int, language: str | None
) -> dict[str, str]:
    """`texts`, each a clean line. Raises `InvalidInput(field)` unless every language is known.

    `language` must be among them; None when the text may be absent altogether.
    """
    if unknown := [tag for tag in texts if not language_is_known(tag)]:
        raise InvalidInput(field=field, reason=f"unknown language: {unknown[0][:12]!a}")
    if language is not None and language not in texts:
        raise InvalidInput(field=field, reason=f"a text in {language} is needed")
    return {
        tag: line_checked(text, field=field, max_length=max_length) for tag, text in texts.items()
    }
