"""Where backups are kept: a folder per tenant below `settings.BACKUP_ROOT`.

    TENANT/BACKUP/manifest.json, signature.json, tables/NAME.copy.gz
    TENANT/files/AB/ABCD…        media by content, shared by the tenant's backups

A backup is written under another name, forced to the disk, and renamed when it is whole: one that
was killed half-way is a folder whose name begins with a dot, which nobody reads.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from django.conf import settings

from kernel.ids import new_id
from registry.archives import manifest as manifests
from registry.archives import signing
from registry.archives.manifest import FileFacts, Manifest
from registry.archives.media import MediaFile
from registry.archives.packing import digest, pieces_of, sync, sync_folder
from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.signing import Signature, sign, signature_check

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
TABLES: Final = "tables"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup whose manifest is what was signed. `digest` is the manifest's SHA-256."""

    folder: Path
    manifest: Manifest
    digest: str

    def table(self, name: str) -> IO[bytes]:
        """The table's packed rows, for reading."""
        return (self.folder / TABLES / table_file(name)).open("rb")

    def file(self, facts: FileFacts) -> IO[bytes]:
        """A media file, for reading."""
        return _content_path(self.folder.parent, facts.sha256).open("rb")

    def check(self) -> None:
        """Read every byte. Raises `ArchiveBroken` for the first that is not as it was written.

        Media that is not is set aside, since backups to come would share it.
        """
        for name, table in self.manifest.tables.items():
            _content_check(self.folder / TABLES / table_file(name), table.sha256, table.packed)
        expected = {table_file(name) for name in self.manifest.tables}
        if {path.name for path in (self.folder / TABLES).iterdir()} != expected:
            raise ArchiveBroken("it has files that its manifest does not know: take another one")
        for sha256, size in {(f.sha256, f.size) for f in self.manifest.files.values()}:
            path = _content_path(self.folder.parent, sha256)
            try:
                _content_check(path, sha256, size)
            except ArchiveBroken:
                if path.exists():
                    path.rename(path.with_name(f".{sha256}.rotten"))
                raise


class Store:
    """One tenant's backups."""

    def __init__(self, tenant_id: UUID) -> None:
        self.folder = Path(settings.BACKUP_ROOT) / str(tenant_id)

    def begin(self, backup_id: UUID) -> Path:
        """An empty folder for a backup to be written into, with one for its tables."""
        self.abandon(backup_id)
        draft = self._draft(backup_id)
        (draft / TABLES).mkdir(parents=True)
        return draft

    def abandon(self, backup_id: UUID) -> None:
        """Remove what was begun, if it is still there."""
        shutil.rmtree(self._draft(backup_id), ignore_errors=True)

    def finish(self, manifest: Manifest) -> str:
        """Sign the manifest and give the backup its name. Answers the manifest's SHA-256."""
        draft = self._draft(manifest.id)
        content = manifest.dump()
        for name, written in ((MANIFEST, content), (SIGNATURE, sign(content).dump())):
            with (draft / name).open("xb") as file:
                file.write(written)
                sync(file)
        sync_folder(draft / TABLES)
        sync_folder(draft)
        draft.rename(self.folder / str(manifest.id))
        sync_folder(self.folder)
        return hashlib.sha256(content).hexdigest()

    def open(self, backup_id: UUID) -> Kept:
        """A backup, its manifest checked. Raises `ArchiveBroken`, `UnknownSigner`, `FormatUnknown`.

        Its tables and files are checked by `Kept.check`.
        """
        folder = self.folder / str(backup_id)
        content = _small(folder / MANIFEST, manifests.MAX_BYTES)
        signature = Signature.parse(_small(folder / SIGNATURE, signing.MAX_BYTES))
        signature_check(content, signature)
        manifest = Manifest.parse(content)
        if manifest.id != backup_id:
            raise ArchiveBroken("it is another backup than its name says: take another one")
        return Kept(folder, manifest, hashlib.sha256(content).hexdigest())

    def file_add(self, source: IO[bytes], media: MediaFile) -> FileFacts:
        """Keep a media file, unless the store has its content already."""
        draft = self.folder / "files" / f".{new_id()}"
        draft.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as file:
                sha256, size = digest(_copied(source, file))
                sync(file)
            path = _content_path(self.folder, sha256)
            path.parent.mkdir(exist_ok=True)
            draft.replace(path)
            sync_folder(path.parent)
        finally:
            draft.unlink(missing_ok=True)
        return FileFacts(size=size, sha256=sha256, changed_at=media.changed_at)

    def file(self, facts: FileFacts) -> IO[bytes]:
        """A kept media file, for reading."""
        return _content_path(self.folder, facts.sha256).open("rb")

    def has(self, facts: FileFacts) -> bool:
        """Whether the content is kept."""
        with suppress(FileNotFoundError):
            return _content_path(self.folder, facts.sha256).stat().st_size == facts.size
        return False

    def sweep(self, keep: Collection[UUID]) -> None:
        """Remove every backup but those of `keep`, and the media that none of them names.

        Nobody may be writing here. What cannot be read keeps all media: it may name them.
        """
        if not self.folder.exists():
            return
        names = {str(backup_id) for backup_id in keep}
        for path in self.folder.iterdir():
            if path.name != "files" and path.name not in names:
                # Out of sight first, so that half of it is never taken for a backup.
                gone = self.folder / f".{new_id()}"
                path.rename(gone)
                shutil.rmtree(gone)
        try:
            manifests = [self.open(UUID(name)).manifest for name in names if self._exists(name)]
        except ArchiveRefused:
            return
        used = {facts.sha256 for manifest in manifests for facts in manifest.files.values()}
        for path in (self.folder / "files").glob("*/*"):
            if path.name not in used:
                path.unlink()
        for path in (self.folder / "files").glob(".*"):
            path.unlink()

    def erase(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _exists(self, name: str) -> bool:
        return (self.folder / name).exists()

    def _draft(self, backup_id: UUID) -> Path:
        return self.folder / f".{backup_id}.partial"


def table_file(name: str) -> str:
    """What the file of a table's rows is called."""
    return f"{name}.copy.gz"


def _content_path(folder: Path, sha256: str) -> Path:
    return folder / "files" / sha256[:2] / sha256


def _content_check(path: Path, sha256: str, size: int) -> None:
    try:
        with path.open("rb") as file:
            found = digest(pieces_of(file))
    except FileNotFoundError as error:
        raise ArchiveBroken(f"it lacks {path.name}: take another one") from error
    if found != (sha256, size):
        raise ArchiveBroken(f"{path.name} is not what was written: take another one")


def _small(path: Path, limit: int) -> bytes:
    try:
        if os.stat(path).st_size > limit:
            raise ArchiveBroken(f"its {path.name} is far too large: take another one")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ArchiveBroken(f"it lacks {path.name}: take another one") from error


def _copied(source: IO[bytes], target: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces_of(source):
        target.write(piece)
        yield piece
