"""Files of rows: compressed, counted and hashed as they are written, bounded as they are read."""

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from registry.archives.refusals import ArchiveBroken

PIECE: Final = 256 * 1024
"""Bytes that are held at a time."""

_LEVEL: Final = 3  # of gzip: nine tenths of what it saves, in a third of the time

type Write = Callable[[memoryview], object]


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: `rows`, their text's `size`, the file's size (`packed`) and SHA-256."""

    rows: int
    size: int
    packed: int
    sha256: str


class _Counted:
    """A file that hashes what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash, self.size = file, hashlib.sha256(), 0

    def write(self, content: Any) -> int:
        self.hash.update(content)
        self.size += len(content)
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()


def pack(path: Path, fill: Callable[[Write], int]) -> Packed:
    """Compress into a new file what `fill` writes; it answers how many rows that was."""
    size = 0

    with path.open("xb") as file:
        counted = _Counted(file)
        with gzip.GzipFile("", "wb", _LEVEL, counted, mtime=0) as packer:

            def write(piece: memoryview) -> None:
                nonlocal size
                size += len(piece)
                packer.write(piece)

            rows = fill(write)
        sync(file)
    return Packed(rows=rows, size=size, packed=counted.size, sha256=counted.hash.hexdigest())


def unpack(file: IO[bytes], size: int) -> Iterator[bytes]:
    """What was packed, in pieces. Raises `ArchiveBroken` unless it is gzip of `size` bytes."""
    left = size
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as packer:
            while piece := packer.read(PIECE):
                left -= len(piece)
                if left < 0:
                    break
                yield piece
    except (OSError, EOFError) as error:
        raise ArchiveBroken("a file of rows cannot be unpacked: take another one") from error
    if left != 0:
        raise ArchiveBroken("a file of rows has another size than its manifest says")


def digest(pieces: Iterator[bytes]) -> tuple[str, int]:
    """The SHA-256 in hexadecimal, and the number of bytes."""
    counted, size = hashlib.sha256(), 0
    for piece in pieces:
        counted.update(piece)
        size += len(piece)
    return counted.hexdigest(), size


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file, in pieces."""
    while piece := file.read(PIECE):
        yield piece


def sync(file: IO[bytes]) -> None:
    """Have what was written to `file` on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
