"""What an operator has going besides orders: a promotion with its code, and a bulletin."""

from datetime import datetime, timedelta
from typing import Final

from tenants.access.actors import Actor
from tenants.brand.bulletins import bulletin_save
from tenants.brand.models import Bulletin
from tenants.promotions.services.editing import Terms, promotion_codes_make, promotion_save

WORD: Final = "WELCOME10"


def desk(administrator: Actor, *, at: datetime) -> None:
    """A tenth off somebody's first order, by a code; and what to expect in bad weather."""
    promotion = promotion_save(
        actor=administrator,
        promotion_id=None,
        terms=Terms(
            name={"zh-Hans": "新人首单九折", "en": "A tenth off your first order"},
            starts_at=at - timedelta(days=7),
            ends_at=at + timedelta(days=60),
            percent_bps=1000,
            by_code=True,
            first_order=True,
            uses_limit=500,
            per_person=1,
        ),
        at=at,
    )
    promotion_codes_make(
        actor=administrator,
        promotion_id=promotion.id,
        number=1,
        word=WORD,
        uses_limit=None,
        channel="Poster",
        at=at,
    )
    bulletin_save(
        actor=administrator,
        bulletin_id=None,
        title={"zh-Hans": "雨雪天送达可能稍慢", "en": "Rain and snow make us slower"},
        text={
            "zh-Hans": "恶劣天气里请多等几分钟，骑手的安全第一。",
            "en": "In bad weather please allow a few minutes more. Safety comes first.",
        },
        audience=Bulletin.Audience.EVERYBODY,
        pinned=False,
        shown_from=at,
        shown_until=None,
        at=at,
    )
