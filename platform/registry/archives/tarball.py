"""The archive as one file: a plain tar, its manifest first, written and read in a stream.

Nothing is ever unpacked under a name that the archive says: members are looked up by the names
that the signed manifest asks for, and any other member is refused.
"""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from registry.archives import manifest as manifests
from registry.archives import signing
from registry.archives.manifest import Manifest
from registry.archives.packing import digest, pieces_of, sync, sync_folder
from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.signing import Signature, sign, signature_check
from registry.archives.store import MANIFEST, SIGNATURE, TABLES, table_file

SCRIPT: Final = "schema.sql"
_FIRST: Final = {MANIFEST: manifests.MAX_BYTES, SIGNATURE: signing.MAX_BYTES}


class _PlainMember(tarfile.TarInfo):
    """A file, and nothing else: no link, no device, no extension that is read into memory."""

    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        if self.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise ArchiveBroken("it has members that are no plain files: do not trust it")
        return super()._proc_member(tar)  # type: ignore[misc]


@contextmanager
def tar_written(path: Path, manifest: Manifest) -> Iterator["TarWriter"]:
    """A new archive at `path`, there as a whole or not at all. Raises `ArchiveRefused`."""
    draft = path.with_name(f".{path.name}.partial")
    if path.exists():
        raise ArchiveRefused(f"{path} is there already: choose another file")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT) as tar:
                writer = TarWriter(tar, manifest)
                content = manifest.dump()
                writer.add(MANIFEST, BytesIO(content), len(content))
                signature = sign(content).dump()
                writer.add(SIGNATURE, BytesIO(signature), len(signature))
                yield writer
            sync(file)
        draft.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ArchiveRefused(f"{path}: {error.strerror}; choose another file") from error
    finally:
        draft.unlink(missing_ok=True)


class TarWriter:
    """Adds members in their order."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar, self._made_at = tar, manifest.made_at.timestamp()

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """A member of `size` bytes."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(self._made_at), 0o600
        self._tar.addfile(member, content)


class Archive:
    """An archive that is open for reading: who signed it, and what it says of itself."""

    def __init__(self, file: IO[bytes], *, trusted: frozenset[str]) -> None:
        """Raises `ArchiveBroken`, `UnknownSigner` and `FormatUnknown`."""
        try:
            self._tar = tarfile.TarFile(fileobj=file, mode="r", tarinfo=_PlainMember)
            content, signature = (self._first(name) for name in _FIRST)
        except (tarfile.TarError, OSError) as error:
            raise ArchiveBroken("it is no archive of Daiqu's: take another file") from error
        self.signature = Signature.parse(signature)
        signature_check(content, self.signature, trusted=trusted)
        self.manifest = Manifest.parse(content)
        self._members: dict[str, tarfile.TarInfo] = {}

    def check(self) -> None:
        """Read every byte. Raises `ArchiveBroken` for the first that is not as it was written."""
        wanted = self._wanted()
        try:
            while (member := self._tar.next()) is not None:
                if member.name in self._members or member.name not in wanted:
                    raise ArchiveBroken(f"it has a member {member.name!a}: do not trust it")
                self._members[member.name] = member
                if self._digest(member) != wanted[member.name]:
                    raise ArchiveBroken(f"{member.name} is not what was written: take another one")
        except (tarfile.TarError, OSError) as error:
            raise ArchiveBroken("it cannot be read to its end: take another file") from error
        if missing := wanted.keys() - self._members.keys():
            raise ArchiveBroken(f"it lacks {min(missing)}: take another file")

    def table(self, name: str) -> IO[bytes]:
        """A table's packed rows; after `check`."""
        return self._member(f"{TABLES}/{table_file(name)}")

    def file(self, sha256: str) -> IO[bytes]:
        """A media file; after `check`."""
        return self._member(f"files/{sha256}")

    def _wanted(self) -> dict[str, tuple[str, int]]:
        """What must be there, by name: SHA-256 and size."""
        script = self.manifest.script
        if script is None:
            raise ArchiveBroken("it is a backup's manifest, not an archive's: take another file")
        return {
            SCRIPT: (script.sha256, script.size),
            **{
                f"{TABLES}/{table_file(name)}": (table.sha256, table.packed)
                for name, table in self.manifest.tables.items()
            },
            **{
                f"files/{file.sha256}": (file.sha256, file.size)
                for file in self.manifest.files.values()
            },
        }

    def _first(self, name: str) -> bytes:
        member = self._tar.next()
        if member is None or member.name != name or member.size > _FIRST[name]:
            raise ArchiveBroken("it is no archive of Daiqu's: take another file")
        content = self._opened(member).read()
        if len(content) != member.size:
            raise ArchiveBroken("it cannot be read to its end: take another file")
        return content

    def _digest(self, member: tarfile.TarInfo) -> tuple[str, int]:
        return digest(pieces_of(self._opened(member)))

    def _member(self, name: str) -> IO[bytes]:
        return self._opened(self._members[name])

    def _opened(self, member: tarfile.TarInfo) -> IO[bytes]:
        file = self._tar.extractfile(member)
        assert file is not None
        return file
