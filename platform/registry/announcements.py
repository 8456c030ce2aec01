"""What the owner tells operators: news for their staff, and what stands on the status page."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kernel.refusals import InvalidInput, NotFound
from kernel.tenancy import current_tenant, platform_scope
from kernel.texts import texts_checked
from registry.audit import owner_action
from registry.models import PlatformAnnouncement as Announcement
from registry.owners import Owner

MOST: Final = 20
"""Announcements shown at once."""

PAST: Final = timedelta(days=14)
"""For how long the status page shows what is over."""


@transaction.atomic
def announcement_publish(
    *,
    owner: Owner,
    kind: Announcement.Kind,
    title: Mapping[str, str],
    body: Mapping[str, str],
    plans: Collection[str],
    starts_at: datetime | None,
    ends_at: datetime | None,
    at: datetime,
) -> Announcement:
    """Tell operators something, from `starts_at` (None: now) to `ends_at` (None: until ended).

    `plans` are keys of plans whose tenants' staff see it, none meaning all; an incident and
    maintenance are for everybody, on the status page. Platform scope. Raises `InvalidInput`.
    """
    starts_at = starts_at or at
    if ends_at is not None and ends_at <= starts_at:
        raise InvalidInput(field="endsAt", reason="after startsAt")
    if plans and kind != Announcement.Kind.NEWS:
        raise InvalidInput(field="plans", reason="only news can be for some plans alone")
    announcement = Announcement.objects.create(
        kind=kind,
        title=texts_checked(title, field="title", max_length=120, language="en"),
        body=texts_checked(body, field="body", max_length=2000, language="en"),
        plans=sorted(set(plans)),
        starts_at=starts_at,
        ends_at=ends_at,
        account_id=owner.account_id,
        created_at=at,
    )
    data = {"announcement": str(announcement.id), "kind": kind.value}
    owner_action(owner=owner, action="announcementPublish", data=data, at=at)
    return announcement


@transaction.atomic
def announcement_end(*, owner: Owner, announcement_id: UUID, at: datetime) -> Announcement:
    """It is over, or never comes. Platform scope. Raises `NotFound`."""
    found = Announcement.objects.select_for_update().filter(id=announcement_id).first()
    if found is None:
        raise NotFound(what="Announcement")
    if found.ends_at is None or found.ends_at > at:
        found.ends_at = at
        found.save(update_fields=["ends_at"])
        data = {"announcement": str(found.id)}
        owner_action(owner=owner, action="announcementEnd", data=data, at=at)
    return found


def announcements_known() -> QuerySet[Announcement]:
    """All there ever were, the newest first. Platform scope."""
    return Announcement.objects.order_by("-starts_at", "-id")


def announcement_row(announcement_id: UUID) -> QuerySet[Announcement]:
    """The one announcement, as a queryset. Platform scope."""
    return Announcement.objects.filter(id=announcement_id)


def announcements_here(at: datetime) -> list[Announcement]:
    """What the bound tenant's staff is told now, the newest first, at most `MOST`.

    Must not be called inside a transaction.
    """
    plan = current_tenant().terms.plan
    with platform_scope():
        for_it = announcements_known().filter(Q(plans=[]) | Q(plans__contains=[plan]))
        return list(_current(for_it, at)[:MOST])


def announcements_of_status(at: datetime) -> tuple[list[Announcement], list[Announcement]]:
    """Incidents and maintenance: what is on or to come, and what ended of late. Platform scope."""
    theirs = announcements_known().exclude(kind=Announcement.Kind.NEWS)
    present = theirs.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    # What was ended before it began never came.
    past = theirs.filter(ends_at__lte=at, ends_at__gt=at - PAST, starts_at__lt=F("ends_at"))
    return list(present[:MOST]), list(past[:MOST])


def _current(among: QuerySet[Announcement], at: datetime) -> QuerySet[Announcement]:
    return among.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
