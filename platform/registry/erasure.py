"""How the erasing of a tenant is asked for, waited for, confirmed or cancelled. Platform scope.

An archived tenant only; a waiting period (`ERASURE_WAIT_DAYS`); then a second confirmation that
names it. From there on there is no way back: a job carries it out, see erasing.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet

from kernel.jobs import defer
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import line_checked
from registry.audit import owner_action
from registry.life_cycle import ErasureOpen, erasure_is_open, tenant_locked
from registry.models import Erasure
from registry.owners import Owner
from registry.states import ERASURE_LIFE, OWNER, TENANT_LIFE

LINK: Final = timedelta(minutes=15)
_SALT: Final = "registry.erasure.certificate"


@dataclass(eq=False)
class ErasureTooEarly(Refusal):
    """The waiting period is not over."""

    due_at: datetime


def erasure_request(*, owner: Owner, tenant_id: UUID, reason: str, at: datetime) -> Erasure:
    """Begin the waiting period, after which an archived tenant can be erased.

    Raises `IllegalMove`, `ErasureOpen`, `NotFound` and `InvalidInput`.
    """
    reason = line_checked(reason, field="reason", max_length=500)
    with transaction.atomic():
        tenant = tenant_locked(tenant_id)
        TENANT_LIFE.check(state=tenant.state, move="erase")
        if erasure_is_open(tenant):
            raise ErasureOpen
        erasure = Erasure.objects.create(
            tenant=tenant,
            reason=reason,
            requested_by_id=owner.account_id,
            requested_at=at,
            due_at=at + timedelta(days=settings.ERASURE_WAIT_DAYS),
        )
        _record(erasure, "erasureRequest", owner, at)
    return erasure


def erasure_cancel(*, owner: Owner, erasure_id: UUID, at: datetime) -> Erasure:
    """The tenant stays archived. Raises `IllegalMove` once it is confirmed, and `NotFound`."""
    with transaction.atomic():
        erasure = _locked(erasure_id)
        ERASURE_LIFE.check(state=erasure.state, move="cancel")
        erasure.cancelled_at = at
        erasure.save(update_fields=["cancelled_at"])
        _record(erasure, "erasureCancel", owner, at)
    return erasure


def erasure_confirm(*, owner: Owner, erasure_id: UUID, slug: str, at: datetime) -> Erasure:
    """Erase the tenant, whose `slug` has to be given once more; a job begins at once.

    Raises `IllegalMove`, `ErasureTooEarly`, `NotFound`, and `InvalidInput` for another name.
    """
    with transaction.atomic():
        erasure = _locked(erasure_id)
        ERASURE_LIFE.check(state=erasure.state, move="confirm")
        if at < erasure.due_at:
            raise ErasureTooEarly(due_at=erasure.due_at)
        if slug != erasure.tenant.slug:
            raise InvalidInput(field="slug", reason="not what this tenant is called")
        erasure.confirmed_by_id, erasure.confirmed_at = owner.account_id, at
        erasure.save(update_fields=["confirmed_by_id", "confirmed_at"])
        _record(erasure, "erasureConfirm", owner, at)
        erasure_defer(erasure)
    return erasure


def erasure_defer(erasure: Erasure) -> None:
    """Have it carried out, unless that waits already."""
    defer("registry.erase", erasure=str(erasure.id), once=f"erase {erasure.id}")


def erasures_stuck() -> QuerySet[Erasure]:
    """Confirmed, and not carried out yet."""
    return Erasure.objects.filter(confirmed_at__isnull=False, erased_at=None)


def erasures_known() -> QuerySet[Erasure]:
    """Every erasure that was ever asked for, the newest first."""
    return Erasure.objects.order_by("-id")


def erasure_row(erasure_id: UUID) -> QuerySet[Erasure]:
    """The one erasure, as a queryset."""
    return Erasure.objects.filter(id=erasure_id)


def erasure_moves(erasure: Erasure, *, at: datetime) -> list[str]:
    """What an owner may do with it now."""
    moves = ERASURE_LIFE.open_moves(state=erasure.state, roles=[OWNER])
    return [move for move in moves if move != "confirm" or erasure.due_at <= at]


def certificate_text(certificate: dict[str, Any]) -> str:
    """The certificate as it was signed: JSON, its keys in order, nothing between its tokens."""
    return orjson.dumps(certificate["certificate"], option=orjson.OPT_SORT_KEYS).decode()


def certificate_url(erasure: Erasure, *, at: datetime) -> str:
    """A link to the certificate as a file, for a quarter of an hour."""
    expires = int((at + LINK).timestamp())
    return f"/certificates/{Signer(salt=_SALT, sep='.').sign(f'{erasure.id}_{expires}')}"


def certificate_open(token: str, *, at: datetime) -> tuple[str, bytes]:
    """A file name and the certificate with its signature, as JSON. Raises `NotFound`."""
    try:
        named, _, expires = Signer(salt=_SALT, sep=".").unsign(token).partition("_")
    except BadSignature as error:
        raise NotFound(what="Certificate") from error
    erasure = Erasure.objects.filter(id=named, certificate__isnull=False).first()
    if erasure is None or int(expires) <= at.timestamp():
        raise NotFound(what="Certificate")
    content = orjson.dumps(erasure.certificate, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    return f"erasure-{erasure.id}.json", content


def _locked(erasure_id: UUID) -> Erasure:
    found = Erasure.objects.select_related("tenant").filter(id=erasure_id)
    erasure = found.select_for_update(of=("self",)).first()
    if erasure is None:
        raise NotFound(what="Erasure")
    return erasure


def _record(erasure: Erasure, action: str, owner: Owner, at: datetime) -> None:
    data = {"erasure": str(erasure.id)}
    owner_action(owner=owner, action=action, tenant=erasure.tenant, data=data, at=at)
