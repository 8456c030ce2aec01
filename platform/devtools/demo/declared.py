"""Two lines of service that came later, by declaration alone: no release, only data.

What an operator does in an afternoon: a line, a service with its questions, steps and terms, its
price rules, publishing. See tenants/catalog/declaration/README.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tenants.access.actors import Actor
from tenants.catalog.declaration import Declaration
from tenants.catalog.lines import line_save
from tenants.catalog.models import Line, ServiceKind
from tenants.catalog.services import category_save, service_publish, service_save
from tenants.pricing.models import Step
from tenants.pricing.services.rules import RuleDraft, price_rule_save
from tenants.pricing.services.tariffs import tariff_publish

type Words = dict[str, str]


def words(zh: str, en: str) -> Words:
    """A text in the demo's two languages."""
    return {"zh-Hans": zh, "en": en}


@dataclass(frozen=True)
class Declared:
    """A service of a new line, all of it as data."""

    line: tuple[str, Words]
    shelf: Words
    kind: ServiceKind
    name: Words
    summary: Words
    minutes: int | None
    declaration: dict[str, Any]
    rules: tuple[tuple[Step, Words, dict[str, Any]], ...]


CROSS_BORDER: Final = Declared(
    line=("cross_border", words("跨境代取", "Cross-border pick-up")),
    shelf=words("跨境代取", "Cross-border pick-up"),
    kind=ServiceKind.PICK_UP,
    name=words("口岸自提点代取", "Pick-up at the border point"),
    summary=words("代取海淘包裹，当面核对单号与封条", "From abroad, number and seal checked"),
    minutes=None,
    declaration={
        "stops": [
            {"kind": "pick_up", "photo": "required"},
            {"kind": "drop_off", "pin": "required"},
        ],
        "asked": {"weight": "required", "insured_value": "optional", "urgent": "optional"},
        "form": [
            {
                "key": "tracking", "type": "tracking_number", "required": True,
                "label": words("国际运单号", "International tracking number"),
            },
            {
                "key": "size", "type": "choice", "required": True,
                "label": words("包裹大小", "Size of the parcel"),
                "options": [
                    {"key": "small", "label": words("鞋盒以内", "Up to a shoe box")},
                    {"key": "large", "label": words("更大", "Larger")},
                ],
            },
            {
                "key": "duty", "type": "yes_no", "required": True,
                "label": words("是否需要代缴关税？", "Is there duty to pay for you?"),
            },
            {
                "key": "duty_paper", "type": "line", "required": True,
                "label": words("税单编号", "Number of the duty notice"),
                "when": {"field": "duty", "is": [True]},
            },
        ],
        "steps": [
            {
                "key": "check_seal", "stop": 0, "required": True, "photo": "required",
                "name": words("核对封条并拍照", "Check the seal, with a photo"),
            },
            {
                "key": "pay_duty", "stop": 0, "required": True, "after": ["check_seal"],
                "name": words("代缴关税", "Pay the duty"), "photo": "required",
                "when": {"field": "duty", "is": [True]},
            },
            {
                "key": "open_together", "stop": 1,
                "name": words("与顾客当面开箱", "Open it together with the customer"),
            },
        ],
        "requirements": {"certificates": ["identity"]},
        "cancellation": {"placed": 0, "accepted": 2000, "departed": 5000},
        "notices": [
            {
                "state": "departed", "to": "customer",
                "text": words("请保持电话畅通，自提点可能核对身份",
                              "Please keep your phone at hand: the point may ask who you are"),
            }
        ],
        "price": {
            "least": 1000, "most": 100_000, "rises_with": ["distance_meters", "weight_grams"],
        },
    },
    rules=(
        (Step.BASE, words("代取费", "Pick-up"), {"amount": 1800}),
        (Step.SIZE, words("大件", "Large parcel"), {"amounts": {"large": 800}}),
        (Step.OPTION, words("代缴关税", "Duty paid for you"),
         {"field": "duty", "amounts": {"yes": 500}}),
    ),
)  # fmt: skip

PET_SITTING: Final = Declared(
    line=("pet_sitting", words("上门喂养", "Pet sitting")),
    shelf=words("宠物", "Pets"),
    kind=ServiceKind.ON_SITE,
    name=words("上门喂养", "Pet sitting at your home"),
    summary=words("喂食、换水、清理、拍视频", "Fed, watered, cleaned up after, with photos"),
    minutes=45,
    declaration={
        "stops": [{"kind": "on_site", "photo": "optional", "pin": "off"}],
        "asked": {"urgent": "optional"},
        "form": [
            {
                "key": "animal", "type": "choice", "required": True,
                "label": words("宠物", "Your pet"),
                "options": [
                    {"key": "cat", "label": words("猫", "Cat")},
                    {"key": "dog", "label": words("狗", "Dog")},
                    {"key": "other", "label": words("其他", "Another animal")},
                ],
            },
            {
                "key": "pets", "type": "number", "required": True, "least": 1, "most": 6,
                "label": words("几只", "How many"), "unit": words("只", "pets"),
            },
            {
                "key": "walk", "type": "yes_no",
                "label": words("需要遛狗吗？", "A walk as well?"),
                "when": {"field": "animal", "is": ["dog"]},
            },
            {
                "key": "extras", "type": "choices", "label": words("加项", "Extras"),
                "options": [
                    {"key": "medicine", "label": words("喂药", "Medicine given")},
                    {"key": "bath", "label": words("洗澡", "A bath")},
                ],
            },
            {
                "key": "habits", "type": "prose",
                "label": words("习惯与注意事项", "Habits, and what to mind"),
            },
        ],
        "steps": [
            {"key": "feed", "name": words("喂食换水", "Feed and water"), "required": True,
             "photo": "required"},
            {"key": "litter", "name": words("清理猫砂", "Clean the litter"), "required": True,
             "when": {"field": "animal", "is": ["cat"]}},
            {"key": "walk", "name": words("遛狗 20 分钟", "Walk for 20 minutes"), "required": True,
             "photo": "optional", "after": ["feed"], "when": {"field": "walk", "is": [True]}},
            {"key": "lock_up", "name": words("锁好门窗", "Lock up"), "required": True,
             "photo": "required", "after": ["feed", "litter", "walk"]},
        ],
        "requirements": {"certificates": ["identity"]},
        "cancellation": {"placed": 0, "accepted": 0, "departed": 5000},
        "notices": [
            {"state": "arrived", "to": "courier",
             "text": words("进门先拍照，动物不得离开视线",
                           "A photo first; never let the animal out of sight")},
        ],
        "price": {"least": 900, "most": 50_000, "rises_with": ["pets"]},
    },
    rules=(
        (Step.BASE, words("上门费", "Visit"), {"amount": 1400}),
        (Step.OPTION, words("多只", "More than one"),
         {"field": "pets", "per_unit": 400, "free_units": 1}),
        (Step.OPTION, words("遛狗", "Walk"), {"field": "walk", "amounts": {"yes": 700}}),
        (Step.OPTION, words("加项", "Extras"),
         {"field": "extras", "amounts": {"medicine": 300, "bath": 1200}}),
    ),
)  # fmt: skip

DECLARED: Final = {"qinghe": CROSS_BORDER, "hearth": PET_SITTING}
"""By operator."""


def declared_service(administrator: Actor, declared: Declared, *, at: datetime) -> None:
    """Make the line, the service and its prices, and put them on sale."""
    key, line_name = declared.line
    line = line_save(
        actor=administrator,
        line_id=None,
        key=key,
        name=line_name,
        kind=declared.kind,
        hours=None,
        position=Line.objects.count(),
    )
    shelf = category_save(
        actor=administrator,
        category_id=None,
        parent_id=None,
        name=declared.shelf,
        position=90,
        active=True,
    )
    service = service_save(
        actor=administrator,
        service_id=None,
        category_id=shelf.id,
        line_id=line.id,
        kind=declared.kind,
        name=declared.name,
        summary=declared.summary,
        description={},
        declaration=Declaration.parse(declared.declaration),
        duration_minutes=declared.minutes,
        position=0,
        at=at,
    )
    for step, label, params in declared.rules:
        draft = RuleDraft(step=step, service_id=service.id, label=label, params=params)
        price_rule_save(actor=administrator, rule_id=None, draft=draft, at=at)
    # Its prices first: nothing goes on sale whose price is not proven.
    tariff_publish(actor=administrator, at=at)
    service_publish(actor=administrator, service_id=service.id, at=at)
