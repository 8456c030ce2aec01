"""Lines of service that an operator declares: pet care, phone repair, cross-border pick-up."""

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.models import Line, Service, ServiceKind
from tenants.catalog.search.index import search_refresh
from tenants.catalog.services import NAME_LENGTH
from tenants.places.hours import Hours

MAX_LINES: Final = 50
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


@transaction.atomic
def line_save(
    *,
    actor: Actor,
    line_id: UUID | None,
    key: str,
    name: Mapping[str, str],
    kind: ServiceKind,
    hours: Hours | None,
    position: int,
) -> Line:
    """Make or change a line. Its kind is fixed while a service is of it.

    `hours` are in the operator's local time, None for always. Raises `NotFound` and `InvalidInput`.
    """
    actor.require(Right.CATALOG_MANAGE)
    # One at a time: two of one key would meet at the constraint.
    transaction_lock("catalog.lines")
    lines = {line.id: line for line in Line.objects.all()}
    if line_id is None:
        if len(lines) >= MAX_LINES:
            raise InvalidInput(field="key", reason=f"at most {MAX_LINES} lines")
        line = Line()
    elif line_id not in lines:
        raise NotFound(what="Line")
    else:
        line = lines[line_id]
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            field="key", reason="a letter, then letters, digits and underscores, all small, 2 to 40"
        )
    if any(other.key == key and other.id != line.id for other in lines.values()):
        raise InvalidInput(field="key", reason="there is a line of this key")
    if line_id and kind != line.kind and Service.objects.filter(line=line).exists():
        raise InvalidInput(field="kind", reason="there are services of this line")
    line.key, line.kind, line.position = key, kind, position
    line.name = texts_checked(name, field="name", max_length=NAME_LENGTH, language=brand_language())
    line.hours = None if hours is None else hours.serialise()
    line.save()
    search_refresh(Service.objects.filter(line=line))
    return line


@transaction.atomic
def line_remove(*, actor: Actor, line_id: UUID) -> None:
    """Take a line away. Raises `NotFound`, and `InvalidInput` while a service is of it."""
    actor.require(Right.CATALOG_MANAGE)
    line = Line.objects.select_for_update().filter(id=line_id).first()
    if line is None:
        raise NotFound(what="Line")
    if Service.objects.filter(line=line).exists():
        raise InvalidInput(field="lineId", reason="there are services of this line")
    line.delete()
