"""Words that an operator writes in several languages: a JSON object from BCP 47 tag to text."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

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
