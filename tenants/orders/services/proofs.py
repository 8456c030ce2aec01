"""Evidence at a stop, chained: each proof's hash covers the one before of the same order."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import F

from kernel.crypto import blind_index
from kernel.files import Upload, store_image
from tenants.couriers.models import Courier
from tenants.orders.models import Order, Proof, Stop

NO_PROOF: Final = bytes(32)
"""What the first proof of an order has before it."""

_ORDER: Final = ("at", "id")
"""That in which they were made: ids are UUIDv7."""


@contextmanager
def photo_proof(
    upload: Upload | None, *, stop: Stop, courier: Courier, at: datetime
) -> Iterator[Proof | None]:
    """Keep a photo, if there is one, as taken at `stop`; the file goes when the block raises.

    Under the order's lock, like every proof. Nobody stands at a door because of a plan: the room
    that it takes is counted and never refused. Raises `FileTooLarge` and `FileTypeRefused`.
    """
    if upload is None:
        yield None
        return
    folder, most = f"orders/{stop.order_id}", settings.UPLOAD_MAX_BYTES
    with store_image(upload, folder=folder, max_bytes=most, at=at, of_work=True) as photo:
        yield _append(stop, Proof.Kind.PHOTO, courier, photo.sha256, at, file=photo.path)


def pin_prove(*, stop: Stop, courier: Courier, at: datetime) -> Proof:
    """Keep that the receipt PIN was told at `stop`: a keyed digest of it, never the PIN itself."""
    digest = hashlib.sha256(blind_index("receipt_pin", f"{stop.id}:{stop.pin}")).digest()
    return _append(stop, Proof.Kind.PIN, courier, digest, at)


def chain_is_whole(order: Order) -> bool:
    """Whether no proof of `order` was changed, removed from the middle or put in later."""
    return _are_whole(Proof.objects.filter(stop__order=order).order_by(*_ORDER))


def chains_broken(*, since: datetime) -> list[UUID]:
    """The orders with a proof of `since` or later whose chain is not whole."""
    recent = Proof.objects.filter(at__gte=since).values("stop__order_id")
    proofs = (
        Proof.objects.filter(stop__order_id__in=recent)
        .annotate(order_id=F("stop__order_id"))
        .order_by("order_id", *_ORDER)
        .iterator(chunk_size=1000)
    )
    chains = groupby(proofs, key=attrgetter("order_id"))
    return [order_id for order_id, chain in chains if not _are_whole(chain)]


def _are_whole(chain: Iterable[Proof]) -> bool:
    previous = NO_PROOF
    for proof in chain:
        if bytes(proof.previous_hash) != previous or bytes(proof.hash) != _hash(proof):
            return False
        previous = bytes(proof.hash)
    return True


def upload_digest(upload: Upload | None) -> str | None:
    """What tells two uploads apart: the SHA-256, in hex, of the bytes as they came."""
    if upload is None:
        return None
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _append(
    stop: Stop, kind: Proof.Kind, courier: Courier, sha256: bytes, at: datetime, file: str = ""
) -> Proof:
    last = Proof.objects.filter(stop__order_id=stop.order_id).order_by("at", "id").last()
    proof = Proof(
        stop=stop,
        kind=kind,
        courier=courier,
        file=file,
        sha256=sha256,
        previous_hash=last.hash if last else NO_PROOF,
        at=at,
    )
    proof.hash = _hash(proof)
    proof.save(force_insert=True)
    return proof


def _hash(proof: Proof) -> bytes:
    """SHA-256 over the proof's facts as sorted JSON, after the hash before it."""
    facts = {
        "id": proof.id,
        "stop": proof.stop_id,
        "kind": str(proof.kind),
        "courier": proof.courier_id,
        "file": proof.file,
        "sha256": bytes(proof.sha256).hex(),
        "at": proof.at.isoformat(),
    }
    body = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(bytes(proof.previous_hash) + body).digest()
