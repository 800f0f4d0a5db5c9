"""Undo the compression of what a server sent, within limits: a few kilobytes must not become a full memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

MAX_DECODED_BYTES = 32 * 1024 * 1024

_GZIP_MAGIC = b"\x1f\x8b"
# Sitemaps are sometimes made by joining .gz files; each further member costs a copy of the rest.
_MAX_MEMBERS = 100
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class DecodedSizeError(ValueError):
    """It holds more than is allowed."""


def decode_content(body: bytes, codings: str | None, limit: int = MAX_DECODED_BYTES) -> bytes:
    """Return the body as it was before the codings of a Content-Encoding header (RFC 9110, 8.4) were applied.

    A name that is no coding (servers send "utf-8" or "none") is passed over, as browsers do. Raises ValueError for
    broken or cut data, for a coding that cannot be undone here, and for more than `limit` bytes.
    """
    for coding in reversed((codings or "").lower().split(",")):
        decode = _DECODERS.get(coding.strip())
        body = decode(body, limit) if decode and body else body
    if len(body) > limit:
        raise DecodedSizeError(f"it holds more than {limit:,} bytes")
    return body


def is_gzip(body: bytes) -> bool:
    """Answer whether the bytes begin as gzip data does."""
    return body.startswith(_GZIP_MAGIC)


def decode_gzip(body: bytes, limit: int = MAX_DECODED_BYTES) -> bytes:
    """Return what is in the members of gzip data; bytes that are no gzip data are returned as they are.

    Servers announce gzip for bodies that never were. Raises ValueError as `decode_content` does.
    """
    pieces: list[bytes] = []
    rest = body
    while is_gzip(rest) and len(pieces) < _MAX_MEMBERS:
        piece, rest = _inflate(rest, zlib.MAX_WBITS | 16, limit)
        limit -= len(piece)
        pieces.append(piece)
    return b"".join(pieces) if pieces else body


def join_chunks(body: bytes) -> bytes:
    """Return what a chunked body says (RFC 9112, 7.1); one that was joined before, or is cut, as far as it goes.

    Many tools that record the web undo the chunks and leave the header that announces them.
    """
    pieces: list[bytes] = []
    place = 0
    while size := _CHUNK_SIZE.match(body, place):
        length, start = int(size[1], 16), size.end()
        pieces.append(body[start : start + length])
        place = start + length + 2
        if not length:
            break
    return b"".join(pieces) if pieces else body


def _decode_deflate(body: bytes, limit: int) -> bytes:
    """The standard wants a zlib stream (RFC 9110, 8.4.1.2), many servers send the bare deflate data."""
    try:
        return _inflate(body, zlib.MAX_WBITS, limit)[0]
    except _NotDeflatedError:
        return _inflate(body, -zlib.MAX_WBITS, limit)[0]


def _refuse(coding: str) -> Callable[[bytes, int], bytes]:
    def refuse(_body: bytes, _limit: int) -> bytes:
        raise ValueError(f"its content coding {coding} cannot be undone")

    return refuse


class _NotDeflatedError(ValueError):
    pass


def _inflate(data: bytes, window_bits: int, limit: int) -> tuple[bytes, bytes]:
    decompressor = zlib.decompressobj(window_bits)
    try:
        piece = decompressor.decompress(data, limit + 1)
    except zlib.error as error:
        raise _NotDeflatedError(f"its compressed data is broken ({error})") from error
    if len(piece) > limit:
        raise DecodedSizeError("its compressed data holds more than is allowed")
    if not decompressor.eof:
        raise ValueError("its compressed data is cut short")
    return piece, decompressor.unused_data


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": decode_gzip,
    "x-gzip": decode_gzip,
    "deflate": _decode_deflate,
    **{coding: _refuse(coding) for coding in ("br", "zstd", "compress", "x-compress", "dcb", "dcz")},
}
