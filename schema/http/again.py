"""Requests that came before: answered without being read again, as far as that goes.

Apps ask the same few things all day. A request of a trusted document is found as it came, byte
for byte, with the session that it came with; then `schema.lowering.whole` tells its operation anew,
whose questions to the database travel in one round trip with the one about the session. The answer
stands only if that session is still its caller's, with the same rights; in any other case, and
whenever something is odd, the request goes the whole way.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from graphql import OperationType

from kernel import clock
from kernel.statements import rows_of_each
from kernel.telemetry import measured
from kernel.tenancy import TenantRef, current_scope
from kernel.tenancy.unavailable import is_unanswered
from schema.core.context import language_asked
from schema.core.documents import trusted_documents
from schema.core.errors import bug_log
from schema.core.execution import Answer
from schema.http.context import context_of, token_of
from schema.lowering.errors import Broken
from schema.lowering.plans import drop_whole, keep_whole, whole_of
from schema.lowering.readers import Asking
from schema.lowering.shadow import is_one_due
from schema.lowering.steady import Standing
from schema.lowering.whole import Whole
from tenants.access.selectors import actor_of_rows, session_query, token_digest
from tenants.access.services.api_keys import KEY_PREFIX

LONGEST: Final = 4_000
"""Bytes of a body beyond which nothing is kept."""
_HEADERS: Final = ("CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "QUERY_STRING")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: where its operation is kept, and the digest of its caller's token."""

    place: Hashable
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class _Known:
    whole: Whole
    documents: dict[str, str]
    is_shared: bool


def asked_of(request: HttpRequest, body: bytes) -> Asked | None:
    """Where this request's operation is kept; None where none may be.

    In a transaction are rows that nobody else sees. Keys of third parties are noted when they are
    used, and who names no language gets the operator's.
    """
    meta = request.META
    scope = current_scope()
    if not isinstance(scope, TenantRef) or not 0 < len(body) <= LONGEST or not settings.LOWERING:
        return None
    token = token_of(request)
    if token is not None and token.startswith(KEY_PREFIX):
        return None
    if connection.in_atomic_block or language_asked(meta.get("HTTP_ACCEPT_LANGUAGE", "")) is None:
        return None
    digest = None if token is None else token_digest(token)
    return Asked((Standing(scope), digest, body, *map(meta.get, _HEADERS)), digest)


def keep(asked: Asked, answer: Answer) -> None:
    """Keep the operation of an answer, if it has one."""
    if answer.whole is not None:
        known = _Known(answer.whole, trusted_documents(), answer.is_shared)
        keep_whole(asked.place, known)


def answered_again(request: HttpRequest, asked: Asked, *, kept_elsewhere: bool) -> Answer | None:
    """The answer as it is now; None where the request has to go the whole way.

    One that all strangers share goes there too when it is `kept_elsewhere` from then on. Raises
    what `kernel.tenancy.unavailable.is_unanswered` knows.
    """
    known: _Known | None = whole_of(asked.place)
    if known is None or (kept_elsewhere and known.is_shared):
        return None
    whole = known.whole
    label = current_scope().label
    if known.documents is not trusted_documents() or not whole.is_good(label):
        drop_whole(asked.place)
        return None
    if is_one_due(len(whole.parts)):
        return None
    kind = OperationType.QUERY.value
    with measured(kind, name=whole.root_field, label=label) as work:
        try:
            data = _data(request, whole, asked.digest)
            if data is None:
                drop_whole(asked.place)
        except Broken:
            data = None
        except Exception as error:
            if is_unanswered(error):
                raise
            bug_log(error, lowering=whole.root_field)
            data = None
        work.is_counted = data is not None
    return None if data is None else Answer(data=data, executed=True)


def _data(request: HttpRequest, whole: Whole, digest: bytes | None) -> dict[str, Any] | None:
    """The data; None where the session is not what it was."""
    queries = whole.queries
    if digest is not None:
        queries = [session_query(digest=digest, at=clock.now()), *queries]
    found = rows_of_each(queries)
    if digest is not None:
        session, *found = found
        if actor_of_rows(session) != whole.actor:
            return None
    asking = Asking(partial(_executor, request, whole))
    return whole.data(found, asking)


def _executor(request: HttpRequest, whole: Whole) -> Any:
    context = context_of(request)
    context.actor = whole.actor  # found to be still so in this request
    return whole.executor_of(context)
