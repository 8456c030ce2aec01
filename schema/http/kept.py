"""Answers to strangers, kept for as long as the operator shows what they were made of.

Everybody who has not signed in gets the same answer to the same request, so the second one need
not be read at all: it is found by the request as it came. What may be kept, the root fields
declare (`shared`); a reading of the clock, an error, a token forbid it. The revision of what the
tenant shows (`registry.showcases`) is part of the place, and is taken before the answer is made:
once something changes, nobody looks there any more.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from kernel.telemetry import kept_answers
from kernel.tenancy import TenantRef, current_scope
from registry.showcases import showcases
from schema.core.execution import Answer

KEPT_SECONDS: Final = 60.0
"""Links in an answer are good for hours, and counts may be so late."""
SHARE_OF_ONE: Final = 64
"""One answer takes at most such a part of what may be kept."""
_OVERHEAD: Final = 500
"""Bytes that an answer takes beside its own."""
_HEADERS: Final = ("CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "QUERY_STRING")

type Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes out; `is_public` when a cache between us and its reader may have it."""

    body: bytes
    content_type: str
    etag: str
    is_public: bool
    until: float

    def response(self, request: HttpRequest) -> HttpResponse:
        """The response; 304 where the reader, or a cache before us, has it already."""
        response = HttpResponse(self.body, content_type=self.content_type)
        response["Vary"] = "Accept, Accept-Language, Authorization"
        if not self.is_public:
            response["Cache-Control"] = "private, no-store"
            return response
        response["Cache-Control"] = "public, no-cache"  # to be kept, and asked for each time
        response["ETag"] = self.etag
        conditional = get_conditional_response(request, etag=self.etag, response=response)
        assert conditional is not None
        return conditional


class KeptAnswers:
    """Those of all tenants of a process, KEPT_ANSWERS_BYTES; the longest unasked goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, place: Place) -> Kept | None:
        """What is kept there, if it still may be."""
        with self._lock:
            kept = self._kept.get(place)
            if kept is not None and kept.until < monotonic():
                self._drop(place)
                kept = None
            if kept is not None:
                self._kept.move_to_end(place)
        kept_answers.labels("hit" if kept else "miss").inc()
        return kept

    def put(self, place: Place, answer: Answer, *, content_type: str, is_public: bool) -> Kept:
        """Keep an answer, unless it is too large."""
        body = answer.json()
        etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
        kept = Kept(body, content_type, etag, is_public, monotonic() + KEPT_SECONDS)
        if len(body) <= settings.KEPT_ANSWERS_BYTES // SHARE_OF_ONE:
            with self._lock:
                self._drop(place)
                self._kept[place] = kept
                self._bytes += len(body) + _OVERHEAD
                while self._bytes > settings.KEPT_ANSWERS_BYTES:
                    self._drop(next(iter(self._kept)))
        return kept

    @property
    def bytes(self) -> int:
        """What they take."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Keep none."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, place: Place) -> None:
        kept = self._kept.pop(place, None)
        if kept is not None:
            self._bytes -= len(kept.body) + _OVERHEAD


kept_here: Final = KeptAnswers()
"""The process's."""


def place_of(request: HttpRequest, body: bytes) -> Place | None:
    """Where the answer to this request is kept; None where none may be.

    In a transaction are rows that nobody else sees.
    """
    meta = request.META
    scope = current_scope()
    if "HTTP_AUTHORIZATION" in meta or not isinstance(scope, TenantRef):
        return None
    if not settings.KEPT_ANSWERS_BYTES or connection.in_atomic_block:
        return None
    revision = showcases.revision(scope)
    if revision is None:
        return None
    digest = blake2b(body, digest_size=16).digest() if body else b""
    return (scope.schema, revision, request.method, digest, *map(meta.get, _HEADERS))
