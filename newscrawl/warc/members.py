"""The records of a compressed WARC file one after the other, in one pass and little memory, also where some are damaged."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_READ_BYTES = 64 * 1024
_GZIP_START = b"\x1f\x8b\x08"
_RECORD_START = b"WARC/"


@dataclass(frozen=True, slots=True)
class Member:
    """What lies from `offset` to `end` of a file: a gzip member's content, or bytes that have a `problem`.

    `content` is None for a damaged one, and for one that holds more than was asked for. `is_tail` says that nothing
    whole follows: a file ends so whose writer was killed.
    """

    offset: int
    end: int
    content: bytes | None = None
    problem: str | None = None
    is_tail: bool = False


def read_members(path: Path, most_bytes: int) -> Iterator[Member]:
    """Yield all that a file holds, in order; content of more than `most_bytes` is checked and not kept.

    After damage the next record is looked for. Raises OSError.
    """
    with path.open("rb") as file:
        size, offset = file.seek(0, 2), 0
        while offset < size:
            try:
                member = _read_member(file, offset, most_bytes)
            except ValueError as error:
                following = _find_record(file, offset + 1)
                member = Member(offset, following or size, None, str(error), is_tail=following is None)
            yield member
            offset = member.end


def _read_member(file: BinaryIO, offset: int, most_bytes: int) -> Member:
    """Return the member at the offset; zlib checks its length and its sum. Raises ValueError."""
    pieces: list[bytes] = []
    size, end = 0, offset
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    file.seek(offset)
    while not decompressor.eof:
        data = file.read(_READ_BYTES)
        if end == offset and not data.startswith(_GZIP_START):
            raise ValueError("no record begins here")
        if not data:
            raise ValueError("the record is cut short by the end of the file")
        end += len(data)
        # In steps: a few bytes may be packed so that they fill the memory.
        is_more = True
        while is_more and not decompressor.eof:
            piece = _inflate(decompressor, data)
            data = decompressor.unconsumed_tail
            is_more = bool(data) or len(piece) == _READ_BYTES
            size += len(piece)
            if size > most_bytes:
                pieces.clear()
            else:
                pieces.append(piece)
    return Member(offset, end - len(decompressor.unused_data), b"".join(pieces) if size <= most_bytes else None)


def _inflate(decompressor: zlib._Decompress, data: bytes) -> bytes:
    try:
        return decompressor.decompress(data, _READ_BYTES)
    except zlib.error as error:
        raise ValueError(f"the record is damaged ({error})") from error


def _find_record(file: BinaryIO, start: int) -> int | None:
    """Return where the next gzip member begins that holds a WARC record."""
    file.seek(start)
    data = file.read(_READ_BYTES)
    while data:
        place = data.find(_GZIP_START)
        while place >= 0:
            if _is_record(file, start + place):
                return start + place
            place = data.find(_GZIP_START, place + 1)
        # What begins a member may lie across two reads.
        kept = data[-len(_GZIP_START) + 1 :]
        start += len(data) - len(kept)
        file.seek(start + len(kept))
        more = file.read(_READ_BYTES)
        data = kept + more if more else b""
    return None


def _is_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(1024), len(_RECORD_START))
    except zlib.error:
        return False
    return start == _RECORD_START
