"""From an exchange to the bytes of its records, header by header: each record is one gzip member.

warcio's own objects take four times as long (benchmarks/warc.py) and percent-encode headers that are not ASCII.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from uuid import uuid4

Headers = Iterable[tuple[str, str]]

RENDERED_TYPE = "text/html; charset=utf-8"
_NOT_MODIFIED = 304
_NOTHING = b"\r\n\r\n"
# Kept as they are in an address; everything else that is no letter or digit would break a header or a CDXJ line.
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_PACKED_CODINGS = ("gzip", "x-gzip", "deflate", "br", "zstd")
_PACKED_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
# Extra flags 0, no time, system unknown (RFC 1952, 2.3): the same record gives the same bytes.
_GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `body` is as on the wire, still content-encoded, but no longer chunked.

    Headers are (name, value) pairs in order, repeated ones included. `fetched_at` is ISO 8601 with an offset;
    `ip_address` is the server's.
    """

    url: str
    method: str
    request_headers: Headers
    status: int
    reason: str
    response_headers: Headers
    body: bytes
    fetched_at: str
    record_id: str | None = None
    ip_address: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A full response that is on the disk, and that a later answer may repeat, at its own address or at any."""

    warc_file: str
    warc_offset: int
    url: str
    status: int
    date: str
    record_id: str
    payload_digest: str
    at_any_address: bool = False

    def is_repeated_by(self, exchange: Exchange) -> bool:
        """Answer whether an exchange brought nothing but what is kept: a 304, or the very same bytes once more."""
        is_there = self.at_any_address or quote(exchange.url, safe=_SAFE) == self.url
        if not is_there or exchange.method != "GET":
            return False
        is_same = (
            exchange.status == self.status and bool(exchange.body) and digest(exchange.body) == self.payload_digest
        )
        return is_same or exchange.status == _NOT_MODIFIED


def serialize_exchange(exchange: Exchange, kept: Kept | None = None) -> bytes:
    """Return the response record and, after it, the request record. Raises ValueError for a time without offset.

    An answer that repeats what is `kept` becomes a revisit record (WARC 1.1, 6.7): its head, without the body.
    """
    answered = _settle_length(exchange)
    head = _serialize_head(f"HTTP/1.1 {exchange.status} {_one_line(exchange.reason)}".rstrip(), answered)
    record_id = exchange.record_id or _make_id()
    about = {
        "WARC-Target-URI": quote(exchange.url, safe=_SAFE),
        "WARC-Date": _format_warc_date(exchange.fetched_at),
        **({"WARC-IP-Address": exchange.ip_address} if exchange.ip_address else {}),
    }
    response = _serialize_record(
        {
            "WARC-Type": "revisit" if kept else "response",
            "WARC-Record-ID": record_id,
            **about,
            **_refer_to(exchange, kept),
        },
        "application/http; msgtype=response",
        head,
        b"" if kept else exchange.body,
        is_packed=not kept and _is_packed(answered),
    )
    asked = _serialize_head(_request_line(exchange), _request_headers(exchange))
    related = {"WARC-Type": "request", "WARC-Record-ID": _make_id(), **about, "WARC-Concurrent-To": record_id}
    return response + _serialize_record(related, "application/http; msgtype=request", asked)


def serialize_equal(exchange: Exchange, kept: Kept) -> bytes:
    """Return a record of an answer whose body is left out although it was another one (WARC 1.1, 6.6).

    No revisit record: it would say that the body was that of the record it names.
    """
    about = {
        "WARC-Type": "metadata",
        "WARC-Record-ID": exchange.record_id or _make_id(),
        "WARC-Target-URI": quote(exchange.url, safe=_SAFE),
        "WARC-Date": _format_warc_date(exchange.fetched_at),
        "WARC-Refers-To": kept.record_id,
    }
    told = [
        ("visit", "every field of the article is as in the record that this one refers to"),
        ("status", str(exchange.status)),
        ("payload-digest", digest(exchange.body)),
        ("payload-length", str(len(exchange.body))),
        *((f"http-header-{name.lower()}", value) for name, value in exchange.response_headers),
    ]
    return _serialize_record(about, "application/warc-fields", body=_serialize_fields(told))


def _refer_to(exchange: Exchange, kept: Kept | None) -> dict[str, str]:
    if kept is None:
        return {}
    profile = "server-not-modified" if exchange.status == _NOT_MODIFIED else "identical-payload-digest"
    return {
        "WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}",
        "WARC-Refers-To": kept.record_id,
        "WARC-Refers-To-Target-URI": quote(kept.url, safe=_SAFE),
        "WARC-Refers-To-Date": kept.date,
        # The payload of a revisit is that of the record it names.
        "WARC-Payload-Digest": kept.payload_digest,
    }


def serialize_rendering(url: str, html: bytes, drawn_at: str, refers_to: str) -> bytes:
    """A conversion record is another version of a record's content (WARC 1.1, 6.8); it names the one it came from."""
    about = {
        "WARC-Type": "conversion",
        "WARC-Record-ID": _make_id(),
        "WARC-Target-URI": quote(url, safe=_SAFE),
        "WARC-Date": _format_warc_date(drawn_at),
        "WARC-Refers-To": refers_to,
    }
    return _serialize_record(about, RENDERED_TYPE, body=html)


def serialize_resource(url: str, html: bytes, warc_date: str) -> bytes:
    """Return a record of a page that no server sent, so that replay tools show it (WARC 1.1, 6.4)."""
    about = {
        "WARC-Type": "resource",
        "WARC-Record-ID": _make_id(),
        "WARC-Target-URI": quote(url, safe=_SAFE),
        "WARC-Date": warc_date,
    }
    return _serialize_record(about, RENDERED_TYPE, body=html)


def serialize_warcinfo(file_name: str, fields: Mapping[str, str]) -> bytes:
    """Return the record that a file begins with: what made it, and what that was told."""
    about = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": _make_id(),
        "WARC-Filename": file_name,
        "WARC-Date": _format_warc_date(datetime.now(UTC).isoformat(timespec="seconds")),
    }
    return _serialize_record(about, "application/warc-fields", body=_serialize_fields(fields.items()))


def _serialize_fields(fields: Headers) -> bytes:
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields).encode("utf-8", "replace")


def _serialize_record(
    about: Mapping[str, str], content_type: str, head: bytes = b"", body: bytes = b"", *, is_packed: bool = False
) -> bytes:
    """Return a record as one gzip member; its block is an HTTP head, where there is one, and a body."""
    headers = {
        **about,
        "Content-Type": content_type,
        "WARC-Block-Digest": digest(head, body),
        # Of an answer only: what other records hold is all payload, or none of it.
        **({"WARC-Payload-Digest": digest(body)} if about["WARC-Type"] == "response" else {}),
        "Content-Length": str(len(head) + len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + head
    return _store(start, body + _NOTHING) if is_packed else deflate(start + body + _NOTHING)


def deflate(record: bytes) -> bytes:
    """Return the record as a gzip member."""
    # On news pages level 9 takes 1.6 times the time of 6 for .993 of the size; 4 takes .59 of it for 1.05 of the size.
    # Few servers send pages plain when asked for gzip, so that the smaller file counts.
    compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return compressor.compress(record) + compressor.flush()


def _store(start: bytes, packed: bytes) -> bytes:
    """Return a gzip member of a head, which shrinks, and of what would not: compressed twice it costs time alone.

    Measured on 419 pages as servers send them: .05 of the time of level 6, .999 of its size.
    """
    head = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    stored = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    length = (len(start) + len(packed)) & 0xFFFFFFFF
    return b"".join((
        _GZIP_HEADER,
        # A flush ends at the edge of a byte, where another deflate stream can begin (RFC 1951, 3.2.4).
        head.compress(start),
        head.flush(zlib.Z_SYNC_FLUSH),
        stored.compress(packed),
        stored.flush(),
        zlib.crc32(packed, zlib.crc32(start)).to_bytes(4, "little"),
        length.to_bytes(4, "little"),
    ))  # fmt: skip


def _is_packed(headers: Headers) -> bool:
    told = {name.lower(): value.lower() for name, value in headers}
    content_type = told.get("content-type", "").split(";")[0].strip()
    return told.get("content-encoding", "") in _PACKED_CODINGS or content_type in _PACKED_TYPES


def digest(*parts: bytes) -> str:
    """Return the digest of the parts together, as WARC headers and indexes spell it.

    SHA-1 in base 32 is what replay tools look records up by; it guards against accidents, not against forgers.
    """
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        sha1.update(part)
    return "sha1:" + b32encode(sha1.digest()).decode()


def _make_id() -> str:
    return f"<{uuid4().urn}>"


def _serialize_head(first_line: str, headers: Headers) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{first_line}\r\n{lines}\r\n".encode("utf-8", "surrogateescape")


def _settle_length(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the answer's headers so that they fit its body, which is no longer chunked.

    An empty body keeps its Content-Length: the answer to HEAD and a 304 name the length of a body they do not send.
    """
    headers = [(name, _one_line(value)) for name, value in exchange.response_headers]
    names = [name.lower() for name, _ in headers]
    was_chunked = "transfer-encoding" in names
    if not was_chunked and not (exchange.body and "content-length" in names):
        return headers
    kept = [header for header in headers if header[0].lower() not in ("transfer-encoding", "content-length")]
    place = min(names.index(name) for name in ("transfer-encoding", "content-length") if name in names)
    kept.insert(place, ("Content-Length", str(len(exchange.body))))
    return kept


def _request_line(exchange: Exchange) -> str:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{exchange.method} {target} HTTP/1.1"


def _request_headers(exchange: Exchange) -> list[tuple[str, str]]:
    headers = [(name, _one_line(value)) for name, value in exchange.request_headers]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", urlsplit(exchange.url).netloc))
    return headers


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n]+[ \t]*", " ", value) if "\r" in value or "\n" in value else value


def _format_warc_date(fetched_at: str) -> str:
    moment = datetime.fromisoformat(fetched_at)
    if moment.tzinfo is None:
        raise ValueError(f"fetched_at without an offset: {fetched_at!r}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
