"""A price rule as a row of a spreadsheet, and back: one cell for each thing that it says.

    bands        1000=300; 3000=500         metres or grams up to, and what that costs
    amounts      mop=300; oven=1200         options, and what each costs
    weekdays     1 7                        Monday is 1
    hours        22:00-06:00                over midnight where it ends before it begins
    dates        2026-01-28..2026-02-04     both included; either may be left out
    days         holiday working
    zones_from   ids of zones
    distance_meters, weight_grams, wave_size   3000..5000   both included; either may be left out
    member_levels   gold silver
    answers      rooms>=3; rooms<=5; kind=wall|floor; lift=true

A blank cell says nothing. Amounts are minor units.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from kernel.refusals import InvalidInput
from tenants.pricing.models import Rounding, Rule, Step

WHOLE: Final = (
    "amount",
    "courier_least",
    "courier_most",
    "percent_bps",
    "rate_bps",
    "minimum",
    "per_km",
    "free_meters",
    "per_kg",
    "free_grams",
    "per_hour",
    "minimum_minutes",
    "per_unit",
    "free_units",
    "per_floor",
    "free_floors",
)
PARAMETERS: Final = (*WHOLE, "field", "included", "bands", "amounts")
CONDITIONS: Final = (
    "weekdays",
    "hours",
    "dates",
    "days",
    "zones_from",
    "zones_to",
    "distance_meters",
    "weight_grams",
    "urgent",
    "member_levels",
    "wave_size",
    "answers",
)
PLAIN: Final = ("priority", "active", "valid_from", "valid_until", "round_to", "rounding")
COLUMNS: Final = ("id", "step", "service", *PLAIN, *PARAMETERS, *CONDITIONS)
"""Beside those of the label: `label:` and a language each."""

LABEL: Final = "label:"

type Cells = Mapping[str, str]


def cells_of(rule: Rule) -> dict[str, str]:
    """What the rule says, by column, but for its service."""
    cells = {
        "id": str(rule.id),
        "step": rule.step,
        "priority": str(rule.priority),
        "active": _flag_written(rule.active),
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else "",
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else "",
        "round_to": str(rule.round_to),
        "rounding": rule.rounding,
    }
    cells |= {f"{LABEL}{tag}": text for tag, text in rule.label.items()}
    for name in PARAMETERS:
        if name in rule.params:
            cells[name] = _WRITE.get(name, str)(rule.params[name])
    for name in CONDITIONS:
        if name in rule.when:
            cells[name] = _WRITE.get(name, str)(rule.when[name])
    return cells


def read_cells(cells: Cells) -> dict[str, Any]:
    """The fields of a `RuleDraft`, but for its service. Raises `InvalidInput(column)`."""
    try:
        step = Step(cells.get("step", ""))
    except ValueError:
        raise InvalidInput(field="step", reason=f"one of {', '.join(Step)}") from None
    fields: dict[str, Any] = {
        "step": step,
        "label": {
            column.removeprefix(LABEL): text
            for column, text in cells.items()
            if column.startswith(LABEL) and text
        },
        "params": {name: read for name in PARAMETERS if (read := _read(cells, name)) is not None},
        "when": {name: read for name in CONDITIONS if (read := _read(cells, name)) is not None},
    }
    for name in PLAIN:
        if (read := _read(cells, name)) is not None:
            fields[name] = read
    return fields


def _read(cells: Cells, name: str) -> Any:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return _READ[name](text)
    except ValueError:
        raise InvalidInput(field=name, reason=f"{text[:40]!a} is not as in the export") from None


def _flag_written(flag: bool) -> str:
    return "true" if flag else "false"


def _flag_read(text: str) -> bool:
    if text.casefold() not in ("true", "false"):
        raise ValueError(text)
    return text.casefold() == "true"


def _bands_written(bands: list[dict[str, int]]) -> str:
    return "; ".join(f"{band['up_to']}={band['amount']}" for band in bands)


def _pairs(text: str) -> list[tuple[str, int]]:
    pairs = [part.rpartition("=") for part in text.split(";")]
    return [(key.strip(), int(amount)) for key, _, amount in pairs]


def _amounts_read(text: str) -> dict[str, int]:
    pairs = _pairs(text)
    if len(dict(pairs)) < len(pairs):
        raise ValueError(text)
    return dict(pairs)


def _ends_written(ends: dict[str, Any], first: str, last: str, between: str) -> str:
    return f"{ends.get(first, '')}{between}{ends.get(last, '')}"


def _dates_read(text: str) -> dict[str, str]:
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(text)
    ends = {"from": first.strip(), "to": last.strip()}
    return {name: end for name, end in ends.items() if end}


def _hours_read(text: str) -> dict[str, str]:
    first, _, last = text.partition("-")
    return {"from": first.strip(), "to": last.strip()}


def _span_read(text: str) -> dict[str, int]:
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(text)
    ends = {"at_least": first.strip(), "at_most": last.strip()}
    return {name: int(end) for name, end in ends.items() if end}


def _tests_written(tests: list[dict[str, Any]]) -> str:
    parts = []
    for test in tests:
        key = test["field"]
        if "is" in test:
            parts.append(f"{key}={'|'.join(map(_value_written, test['is']))}")
        parts += [
            f"{key}{sign}{test[end]}"
            for sign, end in ((">=", "at_least"), ("<=", "at_most"))
            if end in test
        ]
    return "; ".join(parts)


def _tests_read(text: str) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = []
    for part in text.split(";"):
        for sign, end in ((">=", "at_least"), ("<=", "at_most")):
            key, found, number = part.partition(sign)
            if found:
                tests.append({"field": key.strip(), end: int(number)})
                break
        else:
            key, found, values = part.partition("=")
            if not found:
                raise ValueError(text)
            tests.append(
                {"field": key.strip(), "is": [_value_read(each) for each in values.split("|")]}
            )
    return _joined(tests)


def _joined(tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both ends of a range as one test, as they were before they were written."""
    found: list[dict[str, Any]] = []
    for test in tests:
        last = found[-1] if found else {}
        is_other_end = "at_most" in test and "at_least" in last and "at_most" not in last
        if is_other_end and last["field"] == test["field"]:
            last["at_most"] = test["at_most"]
        else:
            found.append(test)
    return found


def _value_written(value: Any) -> str:
    return _flag_written(value) if isinstance(value, bool) else str(value)


def _value_read(text: str) -> str | int | bool:
    word = text.strip()
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isdecimal() else word


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_WRITE: Final[Mapping[str, Callable[[Any], str]]] = {
    "included": _flag_written,
    "urgent": _flag_written,
    "bands": _bands_written,
    "amounts": lambda amounts: "; ".join(f"{key}={cost}" for key, cost in amounts.items()),
    "weekdays": lambda days: " ".join(map(str, days)),
    "days": " ".join,
    "zones_from": " ".join,
    "zones_to": " ".join,
    "hours": lambda ends: _ends_written(ends, "from", "to", "-"),
    "dates": lambda ends: _ends_written(ends, "from", "to", ".."),
    "distance_meters": lambda ends: _ends_written(ends, "at_least", "at_most", ".."),
    "weight_grams": lambda ends: _ends_written(ends, "at_least", "at_most", ".."),
    "wave_size": lambda ends: _ends_written(ends, "at_least", "at_most", ".."),
    "member_levels": " ".join,
    "answers": _tests_written,
}
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(WHOLE, int),
    "priority": int,
    "round_to": int,
    "rounding": Rounding,
    "active": _flag_read,
    "valid_from": _moment,
    "valid_until": _moment,
    "field": str,
    "included": _flag_read,
    "bands": lambda text: [{"up_to": int(up), "amount": cost} for up, cost in _pairs(text)],
    "amounts": _amounts_read,
    "weekdays": lambda text: [int(day) for day in text.split()],
    "days": str.split,
    "zones_from": str.split,
    "zones_to": str.split,
    "hours": _hours_read,
    "dates": _dates_read,
    "distance_meters": _span_read,
    "weight_grams": _span_read,
    "wave_size": _span_read,
    "member_levels": str.split,
    "urgent": _flag_read,
    "answers": _tests_read,
}
