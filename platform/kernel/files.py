"""Files that people send: judged by their content, kept under their tenant, shown by signed links.

    with store_image(upload, folder="proofs", max_bytes=5_000_000, at=at) as photo:
        stop_complete(..., photo=photo)

Written before the rows that name it, removed when the block raises: so no row ever names a file
that is not there, and what is left over after a crash is a file that no row names. When the block
is done the file counts as kept, which a listener may still refuse. So the block belongs into the
transaction of the rows, at its end.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any, Final, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer, b64_decode, b64_encode
from django.db import transaction
from PIL import Image, ImageOps

from kernel.events import Fact, announce
from kernel.ids import new_id
from kernel.refusals import NotFound, Refusal
from kernel.tenancy import current_scope
from kernel.videos import NotAVideo, video_read

KEPT: Final = "file.kept"
"""Announced when a file is kept for good: bytes, and of_work where it proves work under way."""

REMOVED: Final = "file.removed"
"""Announced when a file is to be removed: bytes."""

MAX_PIXELS: Final = 40_000_000
MAX_SIDE: Final = 4_096
"""Pixels of the longer side of what is kept; larger pictures are scaled down to it."""

MAX_SECONDS: Final = 60
"""Of a video."""

WEBP, PDF, MP4 = "image/webp", "application/pdf", "video/mp4"
_SUFFIXES: Final = {WEBP: ".webp", PDF: ".pdf", MP4: ".mp4"}
_IMAGE_TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second picture in it, from a phone
    "PNG": "image/png",
    "WEBP": WEBP,
}
_UNSAID: Final = (None, "", "application/octet-stream")

type Upload = UploadedFile[Any]


@dataclass(eq=False)
class FileTooLarge(Refusal):
    """The file has more bytes than are taken here."""

    max_bytes: int


class FileTypeRefused(Refusal):
    """The file is not of a kind that is taken here, or not what it says it is."""


@dataclass(eq=False)
class VideoTooLong(Refusal):
    """The video lasts longer than is taken here."""

    max_seconds: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is kept. `path` is what a row keeps of it, within the scope's own folder, whose
    name no row knows: so rows can be copied to another tenant. `sha256` and `bytes` are of what is
    kept, not of what was sent. Width and height are in pixels, None for a PDF; `seconds` is how
    long a video lasts.

    As a context manager it is announced as kept `at` the end of its block, and removed when the
    block or a listener raises. `of_work` says that it proves work under way.
    """

    path: str
    width: int | None
    height: int | None
    sha256: bytes
    content_type: str
    bytes: int
    at: datetime
    of_work: bool
    seconds: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._remove()
            return
        try:
            facts = {"bytes": self.bytes, "of_work": self.of_work}
            announce(Fact(kind=KEPT, subject=_id_of(self.path), at=self.at, data=facts))
        except BaseException:
            self._remove()
            raise

    def _remove(self) -> None:
        default_storage.delete(storage_name(self.path))


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file that a valid link leads to, open for reading. `expires` is the link's end."""

    file: IO[bytes]
    name: str
    content_type: str
    expires: datetime


def store_image(
    upload: Upload, *, folder: str, max_bytes: int, at: datetime, of_work: bool = False
) -> StoredFile:
    """Keep a JPEG, PNG or WebP as a fresh WebP: upright, without metadata, at most `MAX_SIDE`.

    `of_work` for what proves work under way, which no plan's limit stops. Raises `FileTooLarge`
    and `FileTypeRefused`; the end of the block raises `PlanLimitReached`.
    """
    image = _decoded(_content(upload, max_bytes), upload.content_type)
    encoded = BytesIO()
    image.save(encoded, "WEBP", quality=82, method=2)
    return _keep(encoded.getvalue(), WEBP, folder, at, of_work, size=image.size)


def store_document(upload: Upload, *, folder: str, max_bytes: int, at: datetime) -> StoredFile:
    """Keep a PDF as it is, or a picture as `store_image` does, and raise likewise."""
    content = _content(upload, max_bytes)
    if content.startswith(b"%PDF-") and upload.content_type in (PDF, *_UNSAID):
        return _keep(content, PDF, folder, at, of_work=False)
    upload.seek(0)
    return store_image(upload, folder=folder, max_bytes=max_bytes, at=at)


def store_video(upload: Upload, *, folder: str, max_bytes: int, at: datetime) -> StoredFile:
    """Keep an MP4 of at most `MAX_SECONDS`, without what it tells of who made it, and where.

    Raises `FileTooLarge`, `FileTypeRefused` and `VideoTooLong`; the end of the block raises
    `PlanLimitReached`.
    """
    content = _content(upload, max_bytes)
    if upload.content_type not in (MP4, *_UNSAID):
        raise FileTypeRefused
    try:
        video = video_read(content)
    except NotAVideo as error:
        raise FileTypeRefused from error
    if video.seconds > MAX_SECONDS:
        raise VideoTooLong(max_seconds=MAX_SECONDS)
    size = (video.width, video.height)
    return _keep(video.content, MP4, folder, at, of_work=False, size=size, seconds=video.seconds)


def file_remove(path: str, *, at: datetime) -> None:
    """Remove a kept file once the present transaction has committed; nothing, where there is none.

    For the end of a transaction that takes the last row which names it.
    """
    name = storage_name(path)
    try:
        size = default_storage.size(name)
    except OSError:
        return
    announce(Fact(kind=REMOVED, subject=_id_of(path), at=at, data={"bytes": size}))
    transaction.on_commit(partial(default_storage.delete, name), robust=True)


def signed_url(path: str, at: datetime, lifetime: timedelta) -> str:
    """A link to a stored file of the bound scope, for at least `lifetime`, at most twice as long.

    It is the same for all of a `lifetime`, so that browsers may keep what it shows.
    """
    step = int(lifetime.total_seconds())
    expires = (int(at.timestamp()) // step + 2) * step
    return f"/files/{_signer().sign(b64_encode(f'{expires}:{path}'.encode()).decode())}"


def open_signed(token: str, at: datetime) -> SignedFile:
    """The file behind the last part of a link. Raises `NotFound` for a link that is forged,
    expired, of another scope, or to nothing: all read the same. The caller closes the file.
    """
    try:
        signed = b64_decode(_signer().unsign(token).encode()).decode()
        expires, _, name = signed.partition(":")
        if int(expires) <= at.timestamp():
            raise NotFound(what="File")
        file = default_storage.open(storage_name(name))
    except (BadSignature, ValueError, OSError, SuspiciousFileOperation) as error:
        raise NotFound(what="File") from error
    suffix = PurePosixPath(name).suffix
    content_type = next(kind for kind, its in _SUFFIXES.items() if its == suffix)
    end = datetime.fromtimestamp(int(expires), at.tzinfo)
    return SignedFile(file, PurePosixPath(name).name, content_type, end)


def storage_name(path: str) -> str:
    """Where the storage keeps `path` of the bound scope."""
    return f"{current_scope().label}/{path}"


def _signer() -> Signer:
    return Signer(salt=f"files:{current_scope().label}", sep=".")


def _content(upload: Upload, max_bytes: int) -> bytes:
    limit = min(max_bytes, settings.UPLOAD_MAX_BYTES)
    if upload.size is None or upload.size > limit:
        raise FileTooLarge(max_bytes=limit)
    content: bytes = upload.read()
    return content


def _decoded(content: bytes, said: str | None) -> Image.Image:
    """The picture, upright, in RGB or RGBA, without anything else that the file held."""
    try:
        image = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        kind = _IMAGE_TYPES.get(image.format or "")
        if kind is None or said not in (kind, *_UNSAID) or image.width * image.height > MAX_PIXELS:
            raise FileTypeRefused
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(image)
        picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except Exception as error:
        # Decoders fail in many ways on a broken file, and in none of them is it a picture.
        raise FileTypeRefused from error
    picture.info.clear()
    return picture


def _id_of(path: str) -> UUID:
    return UUID(PurePosixPath(path).stem)


def _keep(
    content: bytes,
    content_type: str,
    folder: str,
    at: datetime,
    of_work: bool,
    size: tuple[int, int] | None = None,
    seconds: int | None = None,
) -> StoredFile:
    name = storage_name(f"{folder}/{new_id()}{_SUFFIXES[content_type]}")
    width, height = size or (None, None)
    return StoredFile(
        path=default_storage.save(name, ContentFile(content)).removeprefix(storage_name("")),
        width=width,
        height=height,
        sha256=hashlib.sha256(content).digest(),
        content_type=content_type,
        bytes=len(content),
        at=at,
        of_work=of_work,
        seconds=seconds,
    )
