"""A WARC file as a stream of records, whoever wrote it: what is broken is named by its place and passed over.

Compressed member by member or all in one, or not at all; nothing larger than a page is ever held in memory.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any

from newscrawl.decoding import MAX_DECODED_BYTES, is_gzip
from newscrawl.exceptions import WarcError

# What a record adds to its body: the headers of the WARC record and of the answer.
MAX_BLOCK_BYTES = MAX_DECODED_BYTES + 1024 * 1024
_MAX_HEAD_BYTES = 256 * 1024
_READ_BYTES = 64 * 1024
_GZIP_START = b"\x1f\x8b\x08"
_RECORD_START = re.compile(rb"(?<=\n)WARC/\d\.\d+\r?\n")
_VERSION = re.compile(rb"WARC/\d\.\d+\r?\n")
_DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}


@dataclass(frozen=True, slots=True)
class Record:
    """A record, its headers by lower-case name, and its block, which is None where it is larger than a page may be.

    `offset` and `length` are its bytes in the file. Where one gzip member holds several records, `offset` is the
    member's and leads to its first record only; `is_alone` is False for all of them.
    """

    offset: int
    length: int
    headers: dict[str, str]
    head: bytes
    block: bytes | None
    is_alone: bool = True

    @property
    def type(self) -> str:
        """What kind of record it is: `response`, `request`, `revisit`, ..."""
        return self.headers.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """The address it is about; wget puts it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<>")


@dataclass(frozen=True, slots=True)
class Broken:
    """A place in a file where no whole record is, and why; `is_end` where nothing follows that could be read."""

    offset: int
    reason: str
    is_end: bool = False


def iterate_records(path: Path, start: int = 0) -> Iterator[Record | Broken]:
    """Yield every record of a file from an offset on, and for each place that cannot be read why.

    Raises WarcError when the file cannot be opened or read.
    """
    try:
        with path.open("rb") as file:
            yield from _iterate(file, start)
    except OSError as error:
        raise WarcError(f"{path}: cannot be read ({error.strerror or error})") from error


def read_record(path: Path, offset: int) -> Record:
    """Return the record that begins at `offset`. Raises ValueError, with the reason, and OSError."""
    with path.open("rb") as file:
        file.seek(offset)
        for found in _iterate_member(file, offset):
            if isinstance(found, Broken):
                raise ValueError(found.reason)
            return found
    raise ValueError("no record begins here")


def _iterate(file: IO[bytes], offset: int) -> Iterator[Record | Broken]:
    end = file.seek(0, 2)
    while offset < end:
        file.seek(offset)
        after, problem = offset, None
        for found in _iterate_member(file, offset):
            if isinstance(found, Broken):
                problem = found
                break
            after = found.offset + found.length
            yield found
        if problem:
            after = _find_start(file, problem.offset + 1)
            yield Broken(problem.offset, problem.reason, is_end=after >= end)
        offset = after


def _iterate_member(file: IO[bytes], offset: int) -> Iterator[Record | Broken]:
    """Yield what the gzip member at the offset holds, or of a plain file the one record there."""
    magic = file.read(len(_GZIP_START))
    file.seek(offset)
    if not is_gzip(magic):
        try:
            yield _read_record(file, offset)
        except (ValueError, EOFError) as error:
            yield Broken(offset, str(error))
        return
    member = _Member(file)
    stream = BufferedReader(member, _READ_BYTES)
    number = 0
    has_more = True
    try:
        while has_more:
            record = _read_record(stream, offset)
            number += 1
            # The sum over the member comes behind its last byte: of a record that is alone in it, only now is it whole.
            problem: Exception | None = None
            try:
                has_more = _skip_blank_lines(stream)
            except (ValueError, EOFError) as error:
                problem = error
            if number > 1 or not problem:
                is_alone = number == 1 and not has_more
                yield Record(offset, member.length, record.headers, record.head, record.block, is_alone)
            if problem:
                raise problem
    except (ValueError, EOFError) as error:
        yield Broken(offset, str(error))


class _Member(RawIOBase):
    """What one gzip member holds; zlib checks its length and its sum."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.length = 0
        self._file = file
        self._decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._packed = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._decompressor.eof:
            self._packed = self._packed or self._file.read(_READ_BYTES)
            if not self._packed:
                raise EOFError("the file is cut short")
            before = len(self._packed)
            try:
                piece = self._decompressor.decompress(self._packed, len(buffer))
            except zlib.error as error:
                raise ValueError(f"the record is damaged ({error})") from error
            rest = self._decompressor.unused_data or self._decompressor.unconsumed_tail
            self._packed, self.length = rest, self.length + before - len(rest)
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)
        return 0


def _read_record(stream: IO[bytes], offset: int) -> Record:
    """Return the record at the stream's place. Raises ValueError or EOFError with the reason."""
    first = stream.readline(100)
    if not _VERSION.fullmatch(first):
        raise ValueError("no record begins here")
    headers, head = _read_headers(stream, first)
    told = headers.get("content-length", "")
    if not (told.isascii() and told.isdigit()):
        raise ValueError(f"its Content-Length is no number: {told[:40]!r}" if told else "it has no Content-Length")
    length = int(told)
    block = _read_block(stream, length)
    if block is not None:
        _check_digest(block, headers.get("warc-block-digest", ""))
    end = stream.read(4)
    if end not in (b"\r\n\r\n", b"") and end.strip(b"\r\n"):
        raise ValueError("it is longer than its Content-Length says")
    return Record(offset, len(head) + length + len(end), headers, head, block)


def _read_headers(stream: IO[bytes], first: bytes) -> tuple[dict[str, str], bytes]:
    lines, size = [first], len(first)
    while (line := stream.readline(_MAX_HEAD_BYTES)) not in (b"\r\n", b"\n"):
        size += len(line)
        if not line.endswith(b"\n"):
            raise EOFError("the record is cut short in its headers")
        if size > _MAX_HEAD_BYTES:
            raise ValueError(f"its headers are longer than {_MAX_HEAD_BYTES:,} bytes")
        lines.append(line)
    headers: dict[str, str] = {}
    for text in b"".join(lines[1:]).decode("utf-8", "replace").splitlines():
        name, colon, value = text.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers, b"".join(lines) + line


def _read_block(stream: IO[bytes], length: int) -> bytes | None:
    """Return the block, or None for one that no page can have, which is passed over."""
    if length <= MAX_BLOCK_BYTES:
        block = stream.read(length)
        if len(block) < length:
            raise EOFError("the record is shorter than it says")
        return block
    while length:
        piece = stream.read(min(length, _READ_BYTES))
        if not piece:
            raise EOFError("the record is shorter than it says")
        length -= len(piece)
    return None


def _check_digest(block: bytes, told: str) -> None:
    """Raise ValueError where a record does not hold what it held when it was written."""
    name, _, value = told.partition(":")
    make = _DIGESTS.get(name.lower())
    if make is None:
        return
    digest = make(block, usedforsecurity=False).digest()
    if value.lower() != digest.hex() and value.upper().rstrip("=") != b32encode(digest).decode().rstrip("="):
        raise ValueError("the record is damaged (its digest is another)")


def _skip_blank_lines(stream: BufferedReader[Any]) -> bool:
    """Answer whether anything but line ends is left; they are taken."""
    while ahead := stream.peek(1)[:1]:
        if ahead not in b"\r\n":
            return True
        stream.read(1)
    return False


def _find_start(file: IO[bytes], offset: int) -> int:
    """Return where the next record begins, or the size of the file."""
    file.seek(offset)
    base, data = offset, b""
    while piece := file.read(_READ_BYTES):
        data += piece
        for place in _list_candidates(data):
            if _is_start(file, base + place):
                return base + place
        # A sign may lie across the edge of two pieces.
        kept = min(len(data), 32)
        base, data = base + len(data) - kept, data[-kept:]
        file.seek(base + kept)
    return base + len(data)


def _list_candidates(data: bytes) -> list[int]:
    found = [match.start() for match in re.finditer(re.escape(_GZIP_START), data)]
    return sorted([*found, *(match.start() for match in _RECORD_START.finditer(data))])


def _is_start(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    start = file.read(4096)
    if is_gzip(start):
        try:
            start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, 100)
        except zlib.error:
            return False
    return _VERSION.match(start) is not None
