"""PostgreSQL's text format, row by row: what COPY hands out and takes in."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

type Row = list[bytes | None]

_NULL: Final = rb"\N"
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_SPECIAL: Final = re.compile(rb"[\b\f\n\r\t\v\\]")
_MEANS: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_WRITTEN: Final = {meant: b"\\" + letter for letter, meant in _MEANS.items()} | {b"\\": b"\\\\"}


def rows(pieces: Iterable[bytes | memoryview]) -> Iterator[Row]:
    """The rows in `pieces`, each a list of what stands in its columns; None is null."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + bytes(piece)).split(b"\n")
        for line in lines:
            yield [None if value == _NULL else _read(value) for value in line.split(b"\t")]
    assert not rest  # COPY ends each row


def line(row: Row) -> bytes:
    """A row as COPY takes it."""
    return b"\t".join(_NULL if value is None else _write(value) for value in row) + b"\n"


def _read(value: bytes) -> bytes:
    if b"\\" not in value:
        return value
    return _ESCAPED.sub(lambda match: _MEANS.get(match[1], match[1]), value)


def _write(value: bytes) -> bytes:
    return _SPECIAL.sub(lambda match: _WRITTEN[match[0]], value)
