"""What an operator announces to its customers and couriers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.models import Bulletin
from tenants.brand.selectors import brand_language

MAX_BULLETINS: Final = 50
TITLE_LENGTH, TEXT_LENGTH = 80, 2000


@transaction.atomic
def bulletin_save(
    *,
    actor: Actor,
    bulletin_id: UUID | None,
    title: Mapping[str, str],
    text: Mapping[str, str],
    audience: Bulletin.Audience,
    pinned: bool,
    shown_from: datetime | None,
    shown_until: datetime | None,
    at: datetime,
) -> Bulletin:
    """Write a bulletin, or write it otherwise; without `shown_from` it is shown at once.

    Raises `NotFound` and `InvalidInput`: also for times without an offset, and for more than
    `MAX_BULLETINS`, of which old ones have to be taken down first.
    """
    actor.require(Right.BRAND_MANAGE)
    transaction_lock("brand.bulletins")
    if bulletin_id is None:
        if Bulletin.objects.count() >= MAX_BULLETINS:
            raise InvalidInput(field="title", reason=f"at most {MAX_BULLETINS} bulletins")
        bulletin = Bulletin(shown_from=at)
    else:
        bulletin = _bulletin(bulletin_id)
    for name, time in (("shownFrom", shown_from), ("shownUntil", shown_until)):
        if time is not None and time.tzinfo is None:
            raise InvalidInput(field=name, reason="a time has an offset")
    bulletin.shown_from = shown_from or bulletin.shown_from
    bulletin.shown_until = shown_until
    if shown_until is not None and shown_until <= bulletin.shown_from:
        raise InvalidInput(field="shownUntil", reason="not after it begins")
    language = brand_language()
    bulletin.title = texts_checked(title, field="title", max_length=TITLE_LENGTH, language=language)
    flat = {tag: words.replace("\r\n", "\n") for tag, words in text.items()}
    texts_checked(
        {tag: words.replace("\n", " ") for tag, words in flat.items()},
        field="text",
        max_length=TEXT_LENGTH,
        language=language if flat else None,
    )
    bulletin.text = {tag: words.strip() for tag, words in flat.items()}
    bulletin.audience = audience
    bulletin.pinned = pinned
    bulletin.updated_at = at
    bulletin.save()
    return bulletin


@transaction.atomic
def bulletin_remove(*, actor: Actor, bulletin_id: UUID) -> None:
    """Take a bulletin down for good. Raises `NotFound`."""
    actor.require(Right.BRAND_MANAGE)
    _bulletin(bulletin_id).delete()


def bulletins_shown(actor: Actor | None, *, at: datetime) -> QuerySet[Bulletin]:
    """What is shown to `actor` now: whoever is no courier is, or may become, a customer."""
    told = [Bulletin.Audience.EVERYBODY]
    rights = actor.rights if actor else frozenset()
    if Right.FULFIL_AS_COURIER in rights:
        told.append(Bulletin.Audience.COURIERS)
    if actor is None or Right.ORDER_AS_CUSTOMER in rights:
        told.append(Bulletin.Audience.CUSTOMERS)
    still = Q(shown_until=None) | Q(shown_until__gt=at)
    return Bulletin.objects.filter(still, audience__in=told, shown_from__lte=at)


def bulletins_kept() -> QuerySet[Bulletin]:
    """Every bulletin, those to come and those that are over too. Not scoped to anybody."""
    return Bulletin.objects.all()


def _bulletin(bulletin_id: UUID) -> Bulletin:
    bulletin = Bulletin.objects.select_for_update().filter(id=bulletin_id).first()
    if bulletin is None:
        raise NotFound(what="Bulletin")
    return bulletin
