"""The read that precedes a subscription."""

import strawberry

from schema.core.context import Info
from schema.core.fields import Value, query
from schema.core.rights import Audience
from tenants.journal.selectors import CURSOR_QUERY, cursor_of_rows, event_cursor


@strawberry.type
class LiveQueries:
    """Root query fields of the live side."""

    @query(
        right=Audience.SIGNED_IN,
        value=Value(CURSOR_QUERY, lambda rows: str(cursor_of_rows(rows))),
    )
    def live_cursor(self, info: Info) -> str:
        """Where the log stands now. Select it before the data, then follow from it as `after`."""
        return str(event_cursor())
