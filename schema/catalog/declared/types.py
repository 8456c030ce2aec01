"""A declaration as it is read: plain objects made from the stored one."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

import strawberry
from strawberry.scalars import JSON
from strawberry.utils.str_converters import to_camel_case

from schema.catalog.declared.kinds import (
    CancelStage,
    Certificate,
    FormFieldType,
    Gender,
    Need,
    NoticeAudience,
)
from schema.core.context import Info
from schema.core.scalars import BigInt
from schema.core.texts import Text, read_text
from schema.orders.enums import OrderState
from tenants.catalog.declaration import Declaration, conditions, form, terms, work
from tenants.catalog.declaration.compiler import Finding
from tenants.catalog.declaration.json_schema import form_schema


@strawberry.type(description="Words, in the caller's language and in all there are.")
class Words:
    """A text of a declaration."""

    text: str = strawberry.field(description="In the caller's language.")
    all: list[Text] = strawberry.field(description="In every language.")

    @classmethod
    def of(cls, texts: Mapping[str, str], info: Info) -> Self:
        """From texts by language."""
        every = [Text(language=tag, text=text) for tag, text in texts.items()]
        return cls(text=read_text(texts, info), all=every)


def _words(texts: Mapping[str, str] | None, info: Info) -> Words | None:
    return Words.of(texts, info) if texts else None


@strawberry.type(description="What one answer must be for a condition to hold.")
class ConditionTest:
    """One of `options`, `flag`, or a number in a range."""

    field: str = strawberry.field(description="The key of the question.")
    options: list[str] = strawberry.field(description="One of these was chosen; empty: no matter.")
    flag: bool | None = strawberry.field(description="What a yes-or-no was answered with.")
    at_least: int | None = strawberry.field(description="A number from here.")
    at_most: int | None = strawberry.field(description="A number up to here.")

    @classmethod
    def of(cls, test: conditions.Test) -> Self:
        """From the stored one."""
        return cls(
            field=test.field,
            options=[value for value in test.values if isinstance(value, str)],
            flag=next((value for value in test.values if isinstance(value, bool)), None),
            at_least=test.at_least,
            at_most=test.at_most,
        )


@strawberry.type(description="When something holds, by the answers; exactly one member is given.")
class Condition:
    """A test, or conditions joined."""

    test: ConditionTest | None = strawberry.field(description="One answer is so.")
    all: list["Condition"] | None = strawberry.field(description="Each of these holds.")
    any: list["Condition"] | None = strawberry.field(description="One of these holds.")
    negated: "Condition | None" = strawberry.field(description="This does not hold.")

    @classmethod
    def of(cls, condition: conditions.Condition | None) -> "Condition | None":
        """From the stored one."""
        if condition is None:
            return None
        return cls(
            test=ConditionTest.of(condition.test) if condition.test else None,
            all=_parts(condition.all),
            any=_parts(condition.any),
            negated=cls.of(condition.negated),
        )


def _parts(parts: Sequence[conditions.Condition]) -> list[Condition] | None:
    return [cast(Condition, Condition.of(part)) for part in parts] or None


@strawberry.type(description="One of the answers to choose from.")
class FormOption:
    """An option."""

    key: str = strawberry.field(description="What the answer says.")
    label: Words = strawberry.field(description="What people read.")


@strawberry.type(description="A question of the order form.")
class FormField:
    """Asked in the order of the list, where its condition holds."""

    key: str = strawberry.field(description="What names it in `answers`.")
    type: FormFieldType = strawberry.field(description="What its answer is.")
    label: Words = strawberry.field(description="The question.")
    hint: Words | None = strawberry.field(description="What helps to answer it.")
    required: bool = strawberry.field(description="Whether it has to be answered when asked.")
    when: Condition | None = strawberry.field(description="When it is asked; null: always.")
    options: list[FormOption] = strawberry.field(description="Of CHOICE and CHOICES.")
    least: int | None = strawberry.field(description="Of NUMBER.")
    most: int | None = strawberry.field(description="Of NUMBER; of PHOTO, how many.")
    unit: Words | None = strawberry.field(description="What a NUMBER counts.")

    @classmethod
    def of(cls, field: form.Field, info: Info) -> Self:
        """From the stored one."""
        return cls(
            key=field.key,
            type=field.kind,
            label=Words.of(field.label, info),
            hint=_words(field.hint, info),
            required=field.required,
            when=Condition.of(field.when),
            options=[
                FormOption(key=option.key, label=Words.of(option.label, info))
                for option in field.options
            ],
            least=field.least,
            most=field.most,
            unit=_words(field.unit, info),
        )


@strawberry.type(description="A step of the work at a stop.")
class WorkStep:
    """Done by the courier, after the steps that it names."""

    key: str = strawberry.field(description="What `stepComplete` calls it.")
    stop: int = strawberry.field(description="At which stop, counted from 0.")
    name: Words = strawberry.field(description="What is done.")
    hint: Words | None = strawberry.field(description="How it is done.")
    required: bool = strawberry.field(description="Whether the stop waits for it.")
    photo: Need = strawberry.field(description="Whether a photo is taken.")
    after: list[str] = strawberry.field(description="The keys of the steps before it.")
    when: Condition | None = strawberry.field(description="In which orders; null: in all.")

    @classmethod
    def of(cls, step: work.Step, info: Info) -> Self:
        """From the stored one."""
        return cls(
            key=step.key,
            stop=step.stop,
            name=Words.of(step.name, info),
            hint=_words(step.hint, info),
            required=step.required,
            photo=step.photo,
            after=list(step.after),
            when=Condition.of(step.when),
        )


@strawberry.type(description="What a courier must have to be given such an order.")
class ServiceRequirements:
    """All of it is needed."""

    certificates: list[Certificate] = strawberry.field(description="Accepted ones.")
    exams: list[str] = strawberry.field(description="The keys of exams passed.")
    level: int = strawberry.field(description="0 asks for none.")
    gender: Gender | None = strawberry.field(description="Where the law lets it be asked for.")
    reason: Words | None = strawberry.field(description="What makes it lawful.")

    @classmethod
    def of(cls, stored: terms.Requirements, info: Info) -> Self:
        """From the stored ones."""
        return cls(
            certificates=list(stored.certificates),
            exams=list(stored.exams),
            level=stored.level,
            gender=stored.gender,
            reason=_words(stored.reason, info),
        )


@strawberry.type(description="What cancelling costs the customer at a stage.")
class CancellationFee:
    """At a stage that is not listed the customer cannot cancel."""

    stage: CancelStage = strawberry.field(description="How far the order is.")
    percent_bps: int = strawberry.field(description="Basis points of the total without goods.")


@strawberry.type(description="What somebody is told while an order is in a state.")
class ServiceNotice:
    """A notice."""

    state: OrderState = strawberry.field(description="While the order is there.")
    to: NoticeAudience = strawberry.field(description="Who is told.")
    text: Words = strawberry.field(description="What.")


@strawberry.type(description="What every price of the service is proven to keep.")
class PriceBounds:
    """Minor units of the operator's currency."""

    least: BigInt | None = strawberry.field(description="No price is below.")
    most: BigInt | None = strawberry.field(description="No price is above.")
    rises_with: list[str] = strawberry.field(
        description="Figures and number questions of which more never costs less."
    )


@strawberry.type(description="What a service asks, does, demands, says, and costs to cancel.")
class ServiceDeclaration:
    """One declaration, from which the rest of its orders follows."""

    form: list[FormField] = strawberry.field(description="The questions, in order.")
    form_schema: JSON = strawberry.field(
        description="The same as JSON Schema (2020-12) of the object of answers by key, with "
        "`x-` members as hints for drawing, in the caller's language."
    )
    steps: list[WorkStep] = strawberry.field(description="The work, in order.")
    requirements: ServiceRequirements = strawberry.field(description="Of whoever does it.")
    cancellation: list[CancellationFee] = strawberry.field(description="By stage.")
    notices: list[ServiceNotice] = strawberry.field(description="What is said when.")
    price: PriceBounds = strawberry.field(description="What its prices keep.")

    @classmethod
    def of(cls, stored: Mapping[str, Any], info: Info) -> Self:
        """From the stored JSON."""
        declared = Declaration.parse(stored)
        language = info.context.language
        return cls(
            form=[FormField.of(field, info) for field in declared.form.fields],
            form_schema=JSON(form_schema(declared.form, language=language, fallback=language)),
            steps=[WorkStep.of(step, info) for step in declared.steps],
            requirements=ServiceRequirements.of(declared.requirements, info),
            cancellation=[
                CancellationFee(stage=stage, percent_bps=bps)
                for stage, bps in declared.cancellation.fees
            ],
            notices=[
                ServiceNotice(
                    state=OrderState(notice.state),
                    to=notice.to,
                    text=Words.of(notice.text, info),
                )
                for notice in declared.notices
            ],
            price=PriceBounds(
                least=cast(Any, declared.price.least),
                most=cast(Any, declared.price.most),
                rises_with=list(declared.price.rises_with),
            ),
        )


@strawberry.type(description="What keeps a draft from being published.")
class ServiceFinding:
    """A finding."""

    fault: str = strawberry.field(description="What is wrong: a code, like `never_asked`.")
    path: str = strawberry.field(description="Where, in the service.")
    example: JSON = strawberry.field(description="The answers or figures that show it.")

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """From what the compiler found."""
        example = {to_camel_case(name): value for name, value in finding.example.items()}
        return cls(fault=str(finding.fault), path=finding.path, example=JSON(example))
