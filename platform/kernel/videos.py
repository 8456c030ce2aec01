"""MP4 files, read and cleaned without decoding them: ISO/IEC 14496-12, boxes within boxes.

A box is a length of four bytes, a kind of four, and its content. What phones write about the owner
and the place is in boxes of its own kinds, which are blanked where they stand, so that no offset
in the file changes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BRANDS: Final = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"})
"""What an MP4 may say that it is, in its `ftyp`. QuickTime's `qt  ` plays in few browsers."""

_HOLDS_BOXES: Final = frozenset({b"moov", b"trak", b"mdia"})
_TELLS: Final = frozenset({b"udta", b"meta", b"uuid"})
"""Boxes that tell of people, places and devices; no player needs them."""

MAX_BOXES: Final = 2_000


class NotAVideo(Exception):
    """The bytes are no MP4 that we take."""


@dataclass(frozen=True, slots=True)
class Video:
    """A cleaned MP4: its bytes, its pixels across and down, and how long it lasts."""

    content: bytes
    width: int
    height: int
    seconds: int


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def video_read(content: bytes) -> Video:
    """The MP4 in `content`, without what it tells of who made it. Raises `NotAVideo`.

    `seconds` is rounded up. The pixels are those of the largest track.
    """
    cleaned = bytearray(content)
    width = height = seconds = 0
    try:
        boxes = list(_boxes(content, 0, len(content)))
        if not boxes or boxes[0].kind != b"ftyp" or content[8:12] not in BRANDS:
            raise NotAVideo
        if not any(box.kind == b"mdat" for box in boxes):
            raise NotAVideo
        for box in boxes:
            if box.kind in _TELLS:
                cleaned[box.start + 4 : box.start + 8] = b"free"
                cleaned[box.body : box.end] = bytes(box.end - box.body)
            elif box.kind == b"mvhd":
                seconds = _seconds(content, box)
            elif box.kind == b"tkhd":
                # The last eight bytes: width and height, in 1/65536 of a pixel.
                across, down = (
                    part >> 16 for part in struct.unpack_from(">II", content, box.end - 8)
                )
                if across * down > width * height:
                    width, height = across, down
    except (struct.error, IndexError) as error:
        raise NotAVideo from error
    if not (width and height and seconds):
        raise NotAVideo
    return Video(bytes(cleaned), width, height, seconds)


def _boxes(content: bytes, start: int, end: int) -> Iterator[_Box]:
    """Every box, and those inside the ones that hold boxes. Raises `NotAVideo` for a bad length."""
    seen = 0
    waiting = [(start, end)]
    while waiting:
        at, stop = waiting.pop()
        while at < stop:
            length, kind = struct.unpack_from(">I4s", content, at)
            body = at + 8
            if length == 1:
                (length,) = struct.unpack_from(">Q", content, body)
                body += 8
            elif length == 0:
                length = stop - at
            seen += 1
            if length < body - at or at + length > stop or seen > MAX_BOXES:
                raise NotAVideo
            yield _Box(kind, at, body, at + length)
            if kind in _HOLDS_BOXES:
                waiting.append((body, at + length))
            at += length


def _seconds(content: bytes, box: _Box) -> int:
    """How long the film of this `mvhd` lasts; its first byte says how wide the figures are."""
    if content[box.body] == 1:
        scale, length = struct.unpack_from(">IQ", content, box.body + 20)
    else:
        scale, length = struct.unpack_from(">II", content, box.body + 12)
    if not scale:
        raise NotAVideo
    return -(-int(length) // int(scale))
