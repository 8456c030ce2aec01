"""What holds between customer, courier and operator: who may do it, what cancelling costs, what
is said when, and between which bounds the price lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kernel.refusals import InvalidInput
from tenants.catalog.declaration.reading import (
    distinct,
    each_of,
    key_in,
    member_in,
    object_of,
    texts_in,
    whole_in,
)

TEXT_LENGTH: Final = 300
MAX_NOTICES: Final = 20
MAX_RISING: Final = 20
PRICE_LIMIT: Final = 2**53 - 1
"""The largest amount that every client's numbers hold exactly."""


class Certificate(StrEnum):
    """A kind of evidence that staff have checked, as couriers hand it in."""

    IDENTITY = "identity"
    HEALTH = "health"
    SKILL = "skill"


class Gender(StrEnum):
    """Whom a service may ask for, where the law lets it: care of the body, a women's dormitory."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a courier must have. `reason` says what makes it lawful to ask for a gender."""

    certificates: tuple[Certificate, ...] = ()
    exams: tuple[str, ...] = ()
    level: int = 0
    gender: Gender | None = None
    reason: Mapping[str, str] | None = None

    @classmethod
    def parse(cls, stored: object) -> "Requirements":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        value = object_of(stored, {"certificates", "exams", "level", "gender", "reason"})
        gender = value.get("gender")
        if gender is not None and not value.get("reason"):
            raise InvalidInput(
                field="reason", reason="a gender is asked for only with the reason that allows it"
            )
        certificates = each_of(value, "certificates", _certificate, at_most=len(Certificate))
        exams = each_of(value, "exams", _key, at_most=10)
        distinct(certificates, path="certificates")
        distinct(exams, path="exams")
        return cls(
            certificates=certificates,
            exams=exams,
            level=whole_in(value, "level", least=0, most=9) or 0,
            gender=None if gender is None else member_in(value, "gender", Gender),
            reason=texts_in(value, "reason", max_length=TEXT_LENGTH) if gender else None,
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        stored: dict[str, Any] = {
            "certificates": [each.value for each in self.certificates],
            "exams": list(self.exams),
            "level": self.level,
        }
        if self.gender is not None:
            stored |= {"gender": self.gender.value, "reason": dict(self.reason or {})}
        return stored


class CancelStage(StrEnum):
    """How far an order is when its customer cancels it."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    DEPARTED = "departed"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling costs the customer, in basis points of the total without goods.

    By stage; at a stage that is not there the customer cannot cancel, staff can.
    """

    fees: tuple[tuple[CancelStage, int], ...] = ((CancelStage.PLACED, 0),)

    @classmethod
    def parse(cls, stored: object) -> "Cancellation":
        """The inverse of `serialise`. Raises `InvalidInput`: also for a fee that falls later on."""
        value = object_of(stored, set(CancelStage))
        fees: list[tuple[CancelStage, int]] = []
        for stage in CancelStage:
            bps = whole_in(value, stage, least=0, most=10_000)
            if bps is not None:
                if fees and bps < fees[-1][1]:
                    raise InvalidInput(field=stage, reason="less than at an earlier stage")
                fees.append((stage, bps))
        return cls(tuple(fees))

    def serialise(self) -> dict[str, int]:
        """Plain JSON, as it is stored."""
        return {stage.value: bps for stage, bps in self.fees}

    def fee_bps(self, stage: CancelStage) -> int | None:
        """What it costs at `stage`; None where the customer cannot."""
        return dict(self.fees).get(stage)


class Audience(StrEnum):
    """Who is told."""

    CUSTOMER = "customer"
    COURIER = "courier"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the customer or the courier is told while the order is in a state."""

    state: str
    to: Audience
    text: Mapping[str, str]

    @classmethod
    def parse(cls, stored: object) -> "Notice":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        value = object_of(stored, {"state", "to", "text"}, needed={"state", "to", "text"})
        return cls(
            state=key_in(value, "state"),
            to=member_in(value, "to", Audience),
            text=texts_in(value, "text", max_length=TEXT_LENGTH),
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        return {"state": self.state, "to": self.to.value, "text": dict(self.text)}


@dataclass(frozen=True, slots=True)
class PriceBounds:
    """What every price of the service is proven to keep: minor units of the operator's currency.

    `rises_with`: figures (`distance_meters`, `weight_grams`, `duration_minutes`, `insured_value`)
    and keys of number questions, of which more never costs less.
    """

    least: int | None = None
    most: int | None = None
    rises_with: tuple[str, ...] = ()

    @classmethod
    def parse(cls, stored: object) -> "PriceBounds":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        value = object_of(stored, {"least", "most", "rises_with"})
        least = whole_in(value, "least", least=1, most=PRICE_LIMIT)
        most = whole_in(value, "most", least=1, most=PRICE_LIMIT)
        if least is not None and most is not None and least > most:
            raise InvalidInput(field="most", reason="below least")
        rises_with = each_of(value, "rises_with", _key, at_most=MAX_RISING)
        distinct(rises_with, path="rises_with")
        return cls(least=least, most=most, rises_with=rises_with)

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        return {"least": self.least, "most": self.most, "rises_with": list(self.rises_with)}


def _certificate(stored: object) -> Certificate:
    return member_in({"certificate": stored}, "certificate", Certificate)


def _key(stored: object) -> str:
    return key_in({"key": stored})
