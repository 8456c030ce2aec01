"""What stands beside the demo's services: lines of service, questions, cases told with consent."""

from datetime import datetime, timedelta
from typing import Final

from devtools.demo.pictures import picture
from tenants.access.actors import Actor
from tenants.catalog.content import case_picture_add, case_save, case_show, faq_save
from tenants.catalog.lines import line_save
from tenants.catalog.models import Moment, Service, ServiceKind
from tenants.catalog.search.index import search_refresh
from tenants.places.hours import Weekday, hours_checked

type Words = dict[str, str]

LINES: Final[dict[str, tuple[Words, ServiceKind, tuple[str, ...]]]] = {
    "pet_care": (
        {"zh-Hans": "宠物照护", "en": "Pet care"},
        ServiceKind.ON_SITE,
        ("Dog walking", "Cat feeding", "Pet bathing"),
    ),
    "phone_repair": (
        {"zh-Hans": "手机电脑维修", "en": "Phones and computers"},
        ServiceKind.ON_SITE,
        ("Phone repair at home", "Computer repair", "Computer help"),
    ),
}
"""By key: name, kind, and the English names of the services that are of it."""

QUESTIONS: Final[dict[ServiceKind, tuple[tuple[Words, Words], ...]]] = {
    ServiceKind.ON_SITE: (
        (
            {"zh-Hans": "需要我准备什么？", "en": "Do I need to prepare anything?"},
            {
                "zh-Hans": "工具和耗材我们自带，只需通水通电。",
                "en": "We bring tools and supplies. Water and power must be on.",
            },
        ),
        (
            {"zh-Hans": "不满意怎么办？", "en": "What if I am not satisfied?"},
            {
                "zh-Hans": "七天内联系客服，免费返工。",
                "en": "Tell support within seven days, and we do it again for nothing.",
            },
        ),
    ),
    ServiceKind.PICK_UP: (
        (
            {"zh-Hans": "取件码会泄露吗？", "en": "Who sees my parcel code?"},
            {
                "zh-Hans": "加密保存，只有接单的骑手在取件时能看到。",
                "en": "Only the courier who has your order, while they fetch it.",
            },
        ),
    ),
    ServiceKind.BUY_FOR_ME: (
        (
            {"zh-Hans": "商品缺货怎么办？", "en": "What if something is sold out?"},
            {
                "zh-Hans": "骑手会先联系您，不会擅自替换。",
                "en": "The courier asks you first and never swaps it unasked.",
            },
        ),
    ),
    ServiceKind.DELIVERY: (
        (
            {"zh-Hans": "易碎品能送吗？", "en": "Do you carry fragile things?"},
            {
                "zh-Hans": "可以，请在备注写明，建议保价。",
                "en": "Yes. Say so in the note, and insure what it is worth.",
            },
        ),
    ),
}
CASES: Final = 3
"""On-site services with a case."""


def beside_services(administrator: Actor, *, color: str, at: datetime) -> None:
    """Lines, a question or two for each service, and a case with two pictures for the first few."""
    for position, (key, (name, kind, members)) in enumerate(LINES.items()):
        services = Service.objects.filter(name__en__in=members)
        if not services.exists():
            continue
        line = line_save(
            actor=administrator,
            line_id=None,
            key=key,
            name=name,
            kind=kind,
            hours=hours_checked(week=[(day, "09:00", "21:00") for day in Weekday], exceptions=[]),
            position=position,
        )
        services.update(line=line)
        search_refresh(Service.objects.filter(line=line))
    on_site = 0
    for service in Service.objects.order_by("position", "id"):
        kind = ServiceKind(service.kind)
        for question, answer in QUESTIONS[kind]:
            faq_save(
                actor=administrator,
                faq_id=None,
                service_id=service.id,
                question=question,
                answer=answer,
            )
        if kind is ServiceKind.ON_SITE and on_site < CASES:
            on_site += 1
            _case(service, administrator, seed=on_site, color=color, at=at)


def _case(service: Service, administrator: Actor, *, seed: int, color: str, at: datetime) -> None:
    case = case_save(
        actor=administrator,
        case_id=None,
        service_id=service.id,
        title={tag: f"{name} · {seed}" for tag, name in service.name.items()},
        story={
            "zh-Hans": "顾客同意展示。施工前后各一张，当天完成。",
            "en": "Shown with the customer's consent: before and after, done within the day.",
        },
        at=at,
    )
    for number, moment in enumerate((Moment.BEFORE, Moment.AFTER)):
        case_picture_add(
            actor=administrator,
            case_id=case.id,
            upload=picture(100 * seed + number, color),
            moment=moment,
            alt=service.name,
            at=at,
        )
    case_show(
        actor=administrator,
        case_id=case.id,
        consent_at=at - timedelta(days=1),
        shown=True,
        at=at,
    )
