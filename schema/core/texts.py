"""Texts in several languages: how they are typed in, and read in the caller's language."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
import strawberry_django

from kernel.texts import text_in
from schema.core.context import Info
from schema.lowering.declare import Words, by_sql


@strawberry.input(description="A text in one language.")
class TextInput:
    """One language's words."""

    language: str = strawberry.field(description="BCP 47 tag: zh-Hans, en, …")
    text: str = strawberry.field(description="The words.")


@strawberry.type(description="A text in one language, as the operator wrote it.")
class Text:
    """One language's words."""

    language: str = strawberry.field(description="BCP 47 tag.")
    text: str = strawberry.field(description="The words.")


def texts_of(inputs: Sequence[TextInput]) -> dict[str, str]:
    """The inputs as a column of texts; the last of a language wins."""
    return {item.language: item.text for item in inputs}


def read_text(texts: Mapping[str, str], info: Info) -> str:
    """The text in the caller's language; the operator's own is looked up only where it lacks."""
    context = info.context
    own = texts.get(context.language, "")
    if own or not texts:
        return own
    return text_in(texts, context.language, context.fallback_language)


def text_field(column: str, description: str) -> Any:
    """A model-backed `String!`: the column's text in the caller's language."""

    def resolver(root: Any, info: Info) -> str:
        return read_text(getattr(root, column), info)

    return strawberry_django.field(
        resolver=resolver, only=[column], description=description, metadata=by_sql(Words(column))
    )


def all_texts_field(column: str, description: str) -> Any:
    """A model-backed `[Text!]!`: every language of the column, for whoever edits it."""

    def resolver(root: Any) -> list[Text]:
        return [Text(language=tag, text=text) for tag, text in getattr(root, column).items()]

    return strawberry_django.field(resolver=resolver, only=[column], description=description)
