"""Which documents run: trusted ones for everybody, registered ones of a tenant, free ones of few.

A trusted document is one that a first-party client sends: `frontend_contracts/operations` has it,
and the manifest has its sha256. A registered one was left with a tenant by a third party. Any
other is free: the setting FREE_DOCUMENTS opens them to all, otherwise staff, the platform's owner
and API keys send them, within `schema.core.figures`.
"""

import json
import time
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from kernel.refusals import AccessDenied, Refusal
from schema.core.context import Context
from tenants.access.selectors import registered_text


@dataclass(eq=False)
class DocumentUnknown(Refusal):
    """No document has this id: neither in the manifest nor registered with this operator."""

    document_id: str


class FreeDocumentRefused(Refusal):
    """Only staff, the platform's owner and API keys send documents of their own."""


class Kind(Enum):
    """Where a document comes from."""

    TRUSTED = "the manifest"
    REGISTERED = "a third party's, kept by the tenant"
    FREE = "the request"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may run; what it shows is another question."""

    text: str
    kind: Kind
    is_bounded: bool = False
    """Whether its figures are limited and told."""


def document_of(*, text: str, document_id: str | None, context: Context) -> Document:
    """The document that a request asks for: by its id where there is one, else by its text.

    Raises `DocumentUnknown` and `FreeDocumentRefused`.
    """
    if document_id is not None:
        if (trusted := trusted_documents().get(document_id)) is not None:
            return Document(trusted, Kind.TRUSTED)
        if not context.on_platform and (left := registered_text(document_id)) is not None:
            return Document(left, Kind.REGISTERED, is_bounded=True)
        raise DocumentUnknown(document_id=document_id[:64])
    if settings.FREE_DOCUMENTS:
        return Document(text, Kind.FREE)
    if digest_of(text) in trusted_documents():
        return Document(text, Kind.TRUSTED)
    if not _may_send_free(context):
        raise FreeDocumentRefused
    return Document(text, Kind.FREE, is_bounded=True)


def digest_of(text: str) -> str:
    """A document's id: the sha256 of its text in hex, after `sha256:`."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def trusted_documents() -> dict[str, str]:
    """The manifest's documents by their ids; none where there is no manifest.

    It is read once, and again when it was built anew, which is looked at once a second: a front
    end's author need not start again.
    """
    return _looked_at(settings.TRUSTED_DOCUMENTS, int(time.monotonic()))


@lru_cache(maxsize=1)
def _looked_at(name: str, _second: int) -> dict[str, str]:
    path = Path(name)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return _NONE


_NONE: dict[str, str] = {}


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> dict[str, str]:
    manifest = json.loads(path.read_text())
    return {id: document["text"] for id, document in manifest["documents"].items()}


def _may_send_free(context: Context) -> bool:
    try:
        if context.on_platform:
            return context.owner is not None
        return context.actor is not None and context.actor.is_staff
    except AccessDenied:
        return False
