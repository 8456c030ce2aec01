"""The parts of a report as tables to be handed out: headings in a person's language, plain cells.

Money is a number of major units with the currency in a column of its own, shares are percent with
two places: a spreadsheet adds up what it is given, and calculates nothing by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from kernel.money import Money
from kernel.tables import Cell, TableFormat, table_text
from kernel.texts import text_in
from kernel.wall_clock import WEEKDAYS
from tenants.insights.breakdowns import CourierSums, by_courier, by_service, by_zone, demand
from tenants.insights.periods import Period, Step
from tenants.insights.sums import Sums, series


class Part(StrEnum):
    """Which part of a report."""

    TIME = "time"
    SERVICES = "services"
    ZONES = "zones"
    COURIERS = "couriers"
    DEMAND = "demand"


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "from": {"en": "From", "zh-Hans": "起"},
    "to": {"en": "To", "zh-Hans": "止"},
    "service": {"en": "Service", "zh-Hans": "服务"},
    "zone": {"en": "Zone", "zh-Hans": "区域"},
    "no_zone": {"en": "Outside every zone", "zh-Hans": "区域之外"},
    "courier": {"en": "Courier", "zh-Hans": "骑手"},
    "weekday": {"en": "Weekday", "zh-Hans": "星期"},
    "hour": {"en": "Hour", "zh-Hans": "时段"},
    "placed": {"en": "Placed", "zh-Hans": "下单"},
    "completed": {"en": "Completed", "zh-Hans": "完成"},
    "cancelled": {"en": "Cancelled", "zh-Hans": "取消"},
    "returned": {"en": "Returned", "zh-Hans": "退回"},
    "turnover": {"en": "Turnover", "zh-Hans": "成交额"},
    "commission": {"en": "Commission", "zh-Hans": "佣金"},
    "average": {"en": "Average order", "zh-Hans": "客单价"},
    "currency": {"en": "Currency", "zh-Hans": "币种"},
    "answered": {"en": "Offers answered", "zh-Hans": "派单应答"},
    "accepted": {"en": "Offers accepted", "zh-Hans": "接单"},
    "accepted_share": {"en": "Accepted, %", "zh-Hans": "接单率（%）"},
    "given_back": {"en": "Given back", "zh-Hans": "退单"},
    "on_time": {"en": "On time, %", "zh-Hans": "准时率（%）"},
    "minutes": {"en": "Minutes to delivery", "zh-Hans": "送达用时（分钟）"},
    "rating": {"en": "Rating", "zh-Hans": "评分"},
    "ratings": {"en": "Ratings", "zh-Hans": "评价数"},
    "earned": {"en": "Earned", "zh-Hans": "收入"},
    "duty": {"en": "Hours on duty", "zh-Hans": "在岗小时"},
}
_WEEKDAYS: Final = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")

_SUMS: Final = (
    "placed",
    "completed",
    "cancelled",
    "returned",
    "turnover",
    "commission",
    "average",
    "currency",
)
_COURIER: Final = (
    "courier",
    "completed",
    "cancelled",
    "given_back",
    "answered",
    "accepted",
    "accepted_share",
    "on_time",
    "minutes",
    "rating",
    "ratings",
    "duty",
    "turnover",
    "earned",
    "currency",
)
_COLUMNS: Final[Mapping[Part, Sequence[str]]] = {
    Part.TIME: ("from", "to", *_SUMS),
    Part.SERVICES: ("service", *_SUMS),
    Part.ZONES: ("zone", *_SUMS),
    Part.COURIERS: _COURIER,
    Part.DEMAND: ("weekday", "hour", "placed"),
}

type Row = Mapping[str, Cell | None]


def report_table(
    *,
    period: Period,
    part: Part,
    step: Step,
    currency: str,
    language: str,
    fallback: str,
    format: TableFormat,
    at: datetime,
) -> str:
    """One part of a report as a table: CSV as it is, XLSX in base64.

    Words are in `language`, the operator's own in their `fallback` where they lack; `step` divides
    `Part.TIME` alone. What a report cannot say is blank.
    """
    writer = _Writer(currency, language, fallback)
    rows: Iterable[Row]
    if part is Part.TIME:
        rows = (
            {"from": str(each.starts_on), "to": str(each.ends_on), **writer.sums(each.sums)}
            for each in series(period, step)
        )
    elif part is Part.SERVICES:
        rows = (
            {"service": writer.text(each.name), **writer.sums(each.sums)}
            for each in by_service(period)
        )
    elif part is Part.ZONES:
        rows = (
            {"zone": writer.text(each.name or _WORDS["no_zone"]), **writer.sums(each.sums)}
            for each in by_zone(period)
        )
    elif part is Part.COURIERS:
        rows = (writer.courier(each) for each in by_courier(period, at=at))
    else:
        rows = (
            {
                "weekday": writer.weekday(each.weekday),
                "hour": f"{each.hour:02}:00",
                "placed": each.placed,
            }
            for each in demand(period)
        )
    headings = {name: writer.text(_WORDS[name]) for name in _COLUMNS[part]}
    return table_text(
        format,
        list(headings.values()),
        (
            {heading: cell for name, heading in headings.items() if (cell := row[name]) is not None}
            for row in rows
        ),
    )


class _Writer:
    """Cells in one language and one currency."""

    def __init__(self, currency: str, language: str, fallback: str) -> None:
        self._currency, self._language, self._fallback = currency, language, fallback

    def text(self, texts: Mapping[str, str]) -> str:
        return text_in(texts, self._language, self._fallback)

    def weekday(self, number: int) -> str:
        return (_WEEKDAYS if self._language == "zh-Hans" else WEEKDAYS)[number]

    def money(self, amount: int | None) -> Decimal | None:
        return None if amount is None else Money(amount, self._currency).major

    def sums(self, sums: Sums) -> Row:
        return {
            "placed": sums.placed,
            "completed": sums.completed,
            "cancelled": sums.cancelled,
            "returned": sums.returned,
            "turnover": self.money(sums.turnover),
            "commission": self.money(sums.commission),
            "average": self.money(sums.average),
            "currency": self._currency,
        }

    def courier(self, row: CourierSums) -> Row:
        work = row.work
        return {
            **self.sums(row.sums),
            "courier": row.display_name,
            "given_back": row.given_back,
            "answered": row.answered,
            "accepted": row.accepted,
            "accepted_share": _hundredth(row.accepted_bps),
            "on_time": _hundredth(work.on_time_bps),
            "minutes": work.minutes,
            "rating": _hundredth(work.rating),
            "ratings": work.rating_count,
            "duty": round(Decimal(row.duty_minutes) / 60, 2),
            "earned": self.money(row.earned),
        }


def _hundredth(value: int | None) -> Decimal | None:
    """Basis points as percent, hundredths of a star as stars."""
    return None if value is None else Decimal(value).scaleb(-2)
