"""Reads of flags and announcements: owners' on the platform's host, the others on a tenant's."""

from typing import cast

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from kernel.tenancy import current_tenant
from registry import models
from registry.announcements import announcements_here, announcements_known
from registry.flags import flags_known
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import STAFF, Audience
from schema.registry.types.announcements import Announcement, PlatformAnnouncement
from schema.registry.types.flags import FeatureFlag


@strawberry.type
class NoticeQueries:
    """Root query fields of flags and announcements."""

    @connection(DjangoListConnection[FeatureFlag], right=Audience.OWNER)
    def feature_flags(self, info: Info) -> QuerySet[models.Flag]:
        """Every flag by its key."""
        return flags_known()

    @connection(DjangoListConnection[Announcement], right=Audience.OWNER)
    def announcements(self, info: Info) -> QuerySet[models.PlatformAnnouncement]:
        """All that operators were ever told, the newest first."""
        return announcements_known()

    @query(right=Audience.PUBLIC)
    def flags(self, info: Info) -> list[str]:
        """The keys of the flags that the platform has switched on for this operator."""
        return sorted(current_tenant().flags)

    @query(right=STAFF)
    def platform_announcements(self, info: Info) -> list[PlatformAnnouncement]:
        """What the platform's owner tells this operator's staff now, the newest first."""
        return cast(list[PlatformAnnouncement], announcements_here(clock.now()))
