"""A tenant's stored files by their path, as `kernel.files` keeps them: listed, read, put back."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

_TOP: Final = ""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A stored file: its bytes, and when its storage says it was written (POSIX time)."""

    size: int
    changed_at: float


def media_list(label: str) -> dict[str, MediaFile]:
    """Every file under the scope's `label`, by its path below it."""
    return dict(_below(label, _TOP))


def media_open(label: str, path: str) -> IO[bytes]:
    """A stored file, for reading. Raises `FileNotFoundError`."""
    opened: Any = default_storage.open(f"{label}/{path}")
    return opened  # type: ignore[no-any-return]


def media_has(label: str, path: str, size: int) -> bool:
    """Whether the file is there, whole: what a killed process left of it is shorter."""
    with suppress(OSError):
        return default_storage.size(f"{label}/{path}") == size
    return False


def media_put(label: str, path: str, content: IO[bytes]) -> None:
    """Store a file under exactly this path, in place of what was there."""
    name = f"{label}/{path}"
    default_storage.delete(name)
    stored = default_storage.save(name, File(content))
    if stored != name:
        default_storage.delete(stored)
        raise RuntimeError(f"the storage would not take the name {name}")


def media_clear(label: str) -> None:
    """Remove every file under `label`, and the folders."""
    for path in media_list(label):
        default_storage.delete(f"{label}/{path}")
    folders = {str(Path(label)), *_folders(label)}
    for folder in sorted(folders, key=len, reverse=True):
        with suppress(OSError, NotImplementedError):
            default_storage.delete(folder)


def _below(label: str, folder: str) -> Iterator[tuple[str, MediaFile]]:
    for path in _names(label, folder, kind=1):
        name = f"{label}/{path}"
        with suppress(FileNotFoundError):  # removed this very moment
            changed = default_storage.get_modified_time(name).timestamp()
            yield path, MediaFile(size=default_storage.size(name), changed_at=changed)
    for inner in _names(label, folder, kind=0):
        yield from _below(label, inner)


def _folders(label: str, folder: str = _TOP) -> Iterator[str]:
    for inner in _names(label, folder, kind=0):
        yield f"{label}/{inner}"
        yield from _folders(label, inner)


def _names(label: str, folder: str, *, kind: int) -> list[str]:
    """The folders (kind 0) or files (kind 1) directly in `folder`, by their path below `label`."""
    try:
        found = default_storage.listdir(f"{label}/{folder}" if folder else label)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" if folder else name for name in sorted(found[kind])]
