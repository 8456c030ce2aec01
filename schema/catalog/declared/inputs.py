"""A declaration as it is written."""

from typing import Any

import strawberry

from schema.catalog.declared.kinds import (
    CancelStage,
    Certificate,
    FormFieldType,
    Gender,
    Need,
    NoticeAudience,
)
from schema.core.scalars import BigInt
from schema.core.texts import TextInput, texts_of
from schema.orders.enums import OrderState


@strawberry.input(description="What one answer must be: one of options, a flag, or a range.")
class ConditionTestInput:
    """Exactly one kind of test."""

    field: str = strawberry.field(description="The key of the question.")
    options: list[str] | None = strawberry.field(
        default=None, description="One of these is chosen."
    )
    flag: bool | None = strawberry.field(default=None, description="Answered so.")
    at_least: int | None = strawberry.field(default=None, description="A number from here.")
    at_most: int | None = strawberry.field(default=None, description="A number up to here.")

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        test: dict[str, Any] = {"field": self.field}
        if self.options is not None:
            test["is"] = list(self.options)
        if self.flag is not None:
            test["is"] = [self.flag]
        bounds = {"at_least": self.at_least, "at_most": self.at_most}
        return test | {name: bound for name, bound in bounds.items() if bound is not None}


@strawberry.input(one_of=True, description="When something holds, by the answers.")
class ConditionInput:
    """A test, or conditions joined."""

    test: ConditionTestInput | None = strawberry.field(
        default=strawberry.UNSET, description="One answer is so."
    )
    all: list["ConditionInput"] | None = strawberry.field(
        default=strawberry.UNSET, description="Each of these holds."
    )
    any: list["ConditionInput"] | None = strawberry.field(
        default=strawberry.UNSET, description="One of these holds."
    )
    negated: "ConditionInput | None" = strawberry.field(
        default=strawberry.UNSET, description="This does not hold."
    )

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        if self.test:
            return self.test.stored()
        if self.negated:
            return {"not": self.negated.stored()}
        if self.all:
            return {"all": [part.stored() for part in self.all]}
        return {"any": [part.stored() for part in self.any or []]}


@strawberry.input(description="One of the answers to choose from.")
class FormOptionInput:
    """An option."""

    key: str = strawberry.field(description="Small letters, digits and underscores.")
    label: list[TextInput] = strawberry.field(description="Up to 80 characters.")


@strawberry.input(description="A question of the order form.")
class FormFieldInput:
    """Conditions ask about earlier questions only."""

    key: str = strawberry.field(description="Small letters, digits and underscores.")
    type: FormFieldType = strawberry.field(description="What its answer is.")
    label: list[TextInput] = strawberry.field(description="Up to 80 characters.")
    hint: list[TextInput] = strawberry.field(
        default_factory=list, description="Up to 300 characters."
    )
    required: bool = strawberry.field(default=False, description="Whether it must be answered.")
    when: ConditionInput | None = strawberry.field(default=None, description="Null: always asked.")
    options: list[FormOptionInput] = strawberry.field(
        default_factory=list, description="Of CHOICE and CHOICES; at most 60."
    )
    least: int | None = strawberry.field(default=None, description="Of NUMBER, needed there.")
    most: int | None = strawberry.field(
        default=None,
        description="Of NUMBER, needed there; up to 1,000,000. Of PHOTO: how many, 1 to 6; else 1.",
    )
    unit: list[TextInput] = strawberry.field(
        default_factory=list, description="What a NUMBER counts."
    )

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        field: dict[str, Any] = {
            "key": self.key,
            "type": self.type.value,
            "label": texts_of(self.label),
            "hint": texts_of(self.hint),
            "required": self.required,
        }
        if self.when is not None:
            field["when"] = self.when.stored()
        if self.options:
            field["options"] = [
                {"key": option.key, "label": texts_of(option.label)} for option in self.options
            ]
        if self.unit:
            field["unit"] = texts_of(self.unit)
        bounds = {"least": self.least, "most": self.most}
        return field | {name: bound for name, bound in bounds.items() if bound is not None}


@strawberry.input(description="A step of the work at a stop.")
class WorkStepInput:
    """In the order in which the courier reads them."""

    key: str = strawberry.field(description="Small letters, digits and underscores.")
    stop: int = strawberry.field(default=0, description="At which stop, counted from 0.")
    name: list[TextInput] = strawberry.field(description="Up to 80 characters.")
    hint: list[TextInput] = strawberry.field(
        default_factory=list, description="Up to 300 characters."
    )
    required: bool = strawberry.field(default=False, description="Whether the stop waits for it.")
    photo: Need = strawberry.field(default=Need.OFF, description="Whether a photo is taken.")
    after: list[str] = strawberry.field(
        default_factory=list, description="The keys of the steps before it."
    )
    when: ConditionInput | None = strawberry.field(
        default=None, description="In which orders; null: in all."
    )

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        step: dict[str, Any] = {
            "key": self.key,
            "stop": self.stop,
            "name": texts_of(self.name),
            "hint": texts_of(self.hint),
            "required": self.required,
            "photo": self.photo.value,
            "after": list(self.after),
        }
        return step if self.when is None else step | {"when": self.when.stored()}


@strawberry.input(description="What a courier must have to be given such an order.")
class ServiceRequirementsInput:
    """All of it is needed."""

    certificates: list[Certificate] = strawberry.field(
        default_factory=list, description="Accepted ones."
    )
    exams: list[str] = strawberry.field(
        default_factory=list, description="The keys of exams passed; at most 10."
    )
    level: int = strawberry.field(default=0, description="0 to 9; 0 asks for none.")
    gender: Gender | None = strawberry.field(
        default=None, description="Only where the law lets it be asked for, with the reason."
    )
    reason: list[TextInput] = strawberry.field(
        default_factory=list, description="What makes it lawful; customers and couriers read it."
    )

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        needed: dict[str, Any] = {
            "certificates": [each.value for each in self.certificates],
            "exams": list(self.exams),
            "level": self.level,
        }
        if self.gender is not None:
            needed |= {"gender": self.gender.value, "reason": texts_of(self.reason)}
        return needed


@strawberry.input(description="What cancelling costs the customer at a stage.")
class CancellationFeeInput:
    """At a stage that is not listed the customer cannot cancel."""

    stage: CancelStage = strawberry.field(description="How far the order is.")
    percent_bps: int = strawberry.field(
        description="Basis points of the total without goods; never less than at an earlier stage."
    )


@strawberry.input(description="What somebody is told while an order is in a state.")
class ServiceNoticeInput:
    """A notice."""

    state: OrderState = strawberry.field(description="While the order is there.")
    to: NoticeAudience = strawberry.field(description="Who is told.")
    text: list[TextInput] = strawberry.field(description="Up to 300 characters.")


@strawberry.input(description="What every price of the service must be proven to keep.")
class PriceBoundsInput:
    """Minor units of the operator's currency."""

    least: BigInt | None = strawberry.field(default=None, description="No price is below.")
    most: BigInt | None = strawberry.field(default=None, description="No price is above.")
    rises_with: list[str] = strawberry.field(
        default_factory=list,
        description="distance_meters, weight_grams, duration_minutes, insured_value, and keys of "
        "NUMBER questions, of which more must never cost less.",
    )


@strawberry.input(description="What a service asks, does, demands, says, and costs to cancel.")
class ServiceDeclarationInput:
    """What is left out is not declared; see the page on declarations."""

    form: list[FormFieldInput] = strawberry.field(
        default_factory=list, description="The questions, in order; at most 40."
    )
    steps: list[WorkStepInput] = strawberry.field(
        default_factory=list, description="The work, in order; at most 30."
    )
    requirements: ServiceRequirementsInput | None = strawberry.field(
        default=None, description="Of whoever does it."
    )
    cancellation: list[CancellationFeeInput] | None = strawberry.field(
        default=None, description="By stage; null: free until somebody has taken the order."
    )
    notices: list[ServiceNoticeInput] = strawberry.field(
        default_factory=list, description="What is said when; at most 20."
    )
    price: PriceBoundsInput | None = strawberry.field(
        default=None, description="What its prices keep."
    )

    def stored(self) -> dict[str, Any]:
        """As it is stored, to be checked there."""
        declared: dict[str, Any] = {
            "form": [field.stored() for field in self.form],
            "steps": [step.stored() for step in self.steps],
            "notices": [
                {
                    "state": notice.state.value,
                    "to": notice.to.value,
                    "text": texts_of(notice.text),
                }
                for notice in self.notices
            ],
        }
        if self.requirements is not None:
            declared["requirements"] = self.requirements.stored()
        if self.cancellation is not None:
            declared["cancellation"] = {
                fee.stage.value: fee.percent_bps for fee in self.cancellation
            }
        if self.price is not None:
            declared["price"] = {
                "least": self.price.least,
                "most": self.price.most,
                "rises_with": list(self.price.rises_with),
            }
        return declared
