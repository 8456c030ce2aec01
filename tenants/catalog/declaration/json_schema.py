"""The form of a service as JSON Schema (draft 2020-12), for whatever draws or checks it.

`x-` members are hints for drawing: what kind of question it is, its hint, its unit, its place. The
schema accepts exactly the answers that `Form.answers_checked` accepts, but for phone numbers, whose
numbering plans no pattern has, and for pictures, of which it cannot know which there are.
"""

from collections.abc import Mapping
from typing import Any, Final

from kernel.texts import text_in
from tenants.catalog.declaration.conditions import Condition, Test
from tenants.catalog.declaration.form import (
    LINE_LENGTH,
    PHOTO_PATTERN,
    PROSE_LENGTH,
    TRACKING_PATTERN,
    Field,
    FieldType,
    Form,
)

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def form_schema(form: Form, *, language: str, fallback: str) -> dict[str, Any]:
    """The schema of the object of answers by key, with its words in `language`."""
    schema: dict[str, Any] = {
        "$schema": DRAFT,
        "type": "object",
        "properties": {
            field.key: _question(field, number, language, fallback)
            for number, field in enumerate(form.fields)
        },
        "required": [field.key for field in form.fields if field.required and field.when is None],
        "additionalProperties": False,
    }
    if conditional := [_asked(field) for field in form.fields if field.when is not None]:
        schema["allOf"] = conditional
    return schema


def _question(field: Field, number: int, language: str, fallback: str) -> dict[str, Any]:
    words = {"title": text_in(field.label, language, fallback), "x-kind": field.kind.value}
    if field.hint:
        words["description"] = text_in(field.hint, language, fallback)
    if field.unit:
        words["x-unit"] = text_in(field.unit, language, fallback)
    return {**words, "x-position": number, **_answer(field, language, fallback)}


def _answer(field: Field, language: str, fallback: str) -> dict[str, Any]:
    chosen = [
        {"const": option.key, "title": text_in(option.label, language, fallback)}
        for option in field.options
    ]
    match field.kind:
        case FieldType.LINE:
            return {"type": "string", "minLength": 1, "maxLength": LINE_LENGTH}
        case FieldType.PROSE:
            return {"type": "string", "minLength": 1, "maxLength": PROSE_LENGTH}
        case FieldType.NUMBER:
            return {"type": "integer", "minimum": field.least, "maximum": field.most}
        case FieldType.CHOICE:
            return {"type": "string", "oneOf": chosen}
        case FieldType.CHOICES:
            items = {"type": "string", "oneOf": chosen}
            return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}
        case FieldType.YES_NO:
            return {"type": "boolean"}
        case FieldType.DATE:
            return {"type": "string", "format": "date"}
        case FieldType.TIME:
            return {"type": "string", "format": "time"}
        case FieldType.PHONE:
            return {"type": "string", "format": "phone"}
        case FieldType.TRACKING_NUMBER:
            return {"type": "string", "pattern": f"^{TRACKING_PATTERN}$"}
        case FieldType.PHOTO:
            items = {"type": "string", "pattern": f"^{PHOTO_PATTERN}$"}
            return {
                "type": "array",
                "items": items,
                "minItems": 1,
                "maxItems": field.most,
                "uniqueItems": True,
                "x-upload": "formPhotoUpload",
            }


def _asked(field: Field) -> dict[str, Any]:
    """Needed, if it is, while its condition holds; not there otherwise."""
    assert field.when is not None
    rule: dict[str, Any] = {
        "if": _condition(field.when),
        "else": {"properties": {field.key: False}},
    }
    if field.required:
        rule["then"] = {"required": [field.key]}
    return rule


def _condition(condition: Condition) -> dict[str, Any]:
    if condition.test is not None:
        return _test(condition.test)
    if condition.negated is not None:
        return {"not": _condition(condition.negated)}
    name, parts = ("anyOf", condition.any) if condition.any else ("allOf", condition.all)
    return {name: [_condition(part) for part in parts]}


def _test(test: Test) -> dict[str, Any]:
    answer: Mapping[str, Any]
    if test.values:
        values = {"enum": list(test.values)}
        answer = {"anyOf": [values, {"type": "array", "contains": values}]}
    else:
        bounds = {"minimum": test.at_least, "maximum": test.at_most}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        answer = {"type": "integer", **given}
    return {"properties": {test.field: answer}, "required": [test.field]}
