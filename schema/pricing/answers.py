"""What a customer answers to the questions of a service's form."""

from collections.abc import Sequence
from typing import Any

import strawberry

from kernel.refusals import InvalidInput


@strawberry.input(one_of=True, description="An answer, of the kind that its question asks for.")
class AnswerValueInput:
    """A text, a number, yes or no, several options, or pictures."""

    text: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Words, a chosen option's key, or a date or time in ISO 8601.",
    )
    number: int | None = strawberry.field(default=strawberry.UNSET, description="How many.")
    flag: bool | None = strawberry.field(default=strawberry.UNSET, description="Yes or no.")
    choices: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="The keys of the chosen options, at most 60."
    )
    photos: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Pictures, by the `answer` of `formPhotoUpload`."
    )


@strawberry.input(description="The answer to a question of the service's form.")
class AnswerInput:
    """By the question's key."""

    key: str = strawberry.field(description="The question's key.")
    value: AnswerValueInput = strawberry.field(description="The answer.")


def answers_of(answers: Sequence[AnswerInput]) -> dict[str, Any]:
    """The answers by key. Raises `InvalidInput` for a question that is answered twice."""
    found: dict[str, Any] = {}
    for answer in answers:
        if answer.key in found:
            raise InvalidInput(field=f"answers.{answer.key[:40]}", reason="answered twice")
        value = next(
            value for value in vars(answer.value).values() if value is not strawberry.UNSET
        )
        found[answer.key] = value
    return found
