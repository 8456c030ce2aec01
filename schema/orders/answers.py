"""What was answered to the questions of a service, as far as the viewer may know."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry.scalars import JSON

from kernel.masks import phone_masked
from schema.catalog.declared.kinds import FormFieldType
from schema.catalog.photos import photo_url
from schema.core.context import Info
from schema.core.texts import read_text
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.form import FIGURES, Field, FieldType


@strawberry.type(description="An answer to a question of the service's form.")
class OrderAnswer:
    """In the order of the form."""

    key: str = strawberry.field(description="The question's key.")
    label: str = strawberry.field(description="The question.")
    type: FormFieldType = strawberry.field(description="What the answer is.")
    value: JSON = strawberry.field(description="As it was given: a text, number, flag or list.")
    text: str = strawberry.field(description="The answer as people read it; a flag is yes or no.")
    photos: list[str] = strawberry.field(
        description="Of PHOTO: links to the pictures, which expire within half an hour."
    )


def answers_shown(
    declaration: Mapping[str, Any],
    answers: Mapping[str, Any],
    info: Info,
    *,
    is_own: bool,
    shows_words: bool,
) -> list[OrderAnswer]:
    """The answers as one viewer sees them: a phone in full is for who gave it, and anybody's words
    for who has to act on them.
    """
    shown = []
    for field in Declaration.parse(declaration).form.fields:
        if field.key not in answers or not (shows_words or field.kind in FIGURES):
            continue
        value = answers[field.key]
        if field.kind is FieldType.PHONE and not is_own:
            value = phone_masked(value)
        shown.append(
            OrderAnswer(
                key=field.key,
                label=read_text(field.label, info),
                type=field.kind,
                value=JSON(value),
                text=_text(field, value, info),
                photos=[*map(photo_url, value)] if field.kind is FieldType.PHOTO else [],
            )
        )
    return shown


def _text(field: Field, value: Any, info: Info) -> str:
    labels = {option.key: read_text(option.label, info) for option in field.options}
    match field.kind:
        case FieldType.CHOICE:
            return labels[value]
        case FieldType.CHOICES:
            return ", ".join(labels[one] for one in value)
        case FieldType.NUMBER:
            unit = read_text(field.unit, info) if field.unit else ""
            return f"{value} {unit}".strip()
        case FieldType.YES_NO:
            return "yes" if value else "no"
        case FieldType.PHOTO:
            return str(len(value))
    return str(value)
