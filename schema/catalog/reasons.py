"""Why a service is recommended, as it is said."""

from typing import Final

import strawberry

from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import read_text
from tenants.catalog import models
from tenants.catalog.recommendations import Reason, why_of

described_enum(
    Reason,
    "Why a service is recommended.",
    name="RecommendationReason",
    ALSO_CHOSEN="People who ordered what you keep or ordered also ordered it.",
    NEAR="People who order to where you order to chose it.",
    AGAIN="You ordered it more than once.",
    LIKE_FAVOURITE="It is on a shelf with one of your favourites.",
    LOOKED_AT="You looked at it lately.",
    POPULAR="Many order it; nothing of yours was used.",
)

WORDS: Final[dict[Reason, dict[str, str]]] = {
    Reason.ALSO_CHOSEN: {
        "en": "People who ordered {name} also ordered this.",
        "zh-Hans": "下单过“{name}”的顾客也选择了它。",
    },
    Reason.NEAR: {
        "en": "Chosen where you order to.",
        "zh-Hans": "你常用地点附近的顾客选择了它。",
    },
    Reason.AGAIN: {"en": "You have ordered this before.", "zh-Hans": "你多次下单过该服务。"},
    Reason.LIKE_FAVOURITE: {
        "en": "Like {name}, one of your favourites.",
        "zh-Hans": "与你收藏的“{name}”同类。",
    },
    Reason.LOOKED_AT: {"en": "You looked at this lately.", "zh-Hans": "你最近浏览过。"},
    Reason.POPULAR: {"en": "Popular here.", "zh-Hans": "大家常选。"},
}


@strawberry.type(description="Why a service is recommended.")
class Recommended:
    """To be shown beside it."""

    reason: Reason = strawberry.field(description="Why.")
    text: str = strawberry.field(description="Why, in words.")


def recommended_of(service: models.Service, info: Info) -> Recommended | None:
    """Why the row is recommended; None where it is not of that list."""
    why = why_of(service)
    if why is None:
        return None
    reason, because = why
    words = WORDS[reason].get(info.context.language, WORDS[reason]["en"])
    return Recommended(reason=reason, text=words.format(name=read_text(because, info)))
