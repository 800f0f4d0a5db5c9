"""Keep every answer of a server as it came, in the format that other archives read, and read it back as a page.

Records are made by warcio and compressed here: each is one gzip member, and member by member is also how they are
read, so that a damaged file is known by the record that is damaged.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordbuilder import RecordBuilder  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecordLoader  # type: ignore[import-untyped]
from warcio.statusandheaders import (  # type: ignore[import-untyped]
    StatusAndHeaders,
    StatusAndHeadersParserException,
)
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from newscrawl import __version__
from newscrawl.appending import AppendOnlyFile
from newscrawl.decoding import MAX_DECODED_BYTES, decode_content, is_gzip
from newscrawl.exceptions import StorageError, WarcError
from newscrawl.items import Page

Headers = Iterable[tuple[str, str]]

# What a record adds to its body: the headers of the WARC record and of the answer.
_MAX_RECORD_BYTES = MAX_DECODED_BYTES + 1024 * 1024
_READ_BYTES = 256 * 1024
_RENDERED_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `body` is as on the wire, still content-encoded, but no longer chunked.

    Headers are (name, value) pairs in order, repeated ones included. `fetched_at` is ISO 8601 with an offset.
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


class WarcWriter:
    """Writes the exchanges of one crawl into a WARC file of its own, which is created at the first write.

    For one thread. The name `<prefix>-<UTC time>-<process>.warc.gz` sorts by time within a prefix.
    """

    def __init__(self, folder: Path, *, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        self._file: AppendOnlyFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange) -> tuple[str, int]:
        """Append the exchange and return (file relative to HOME, offset of the response record), safely on disk.

        Raises StorageError when the disk refuses; the file then ends with the last complete exchange.
        """
        response, request = _serialize_exchange(exchange)
        return self._append(response + request)

    def write_rendering(self, url: str, html: bytes, drawn_at: str, refers_to: str) -> tuple[str, int]:
        """Append what a browser made of a response, UTF-8, `refers_to` its record; return and raise as `write` does."""
        return self._append(_serialize_rendering(url, html, drawn_at, refers_to))

    def _append(self, records: bytes) -> tuple[str, int]:
        if self._file is None:
            self._file = self._begin_file()
        path = self._file.path
        try:
            return f"{path.parent.name}/{path.name}", self._file.append(records)
        except StorageError:
            self._file = None
            raise

    def close(self) -> None:
        """Close the file; a later write begins another one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin_file(self) -> AppendOnlyFile:
        stem = f"{self._prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        file = AppendOnlyFile.create(self._folder, stem, ".warc.gz")
        file.append(_serialize_warcinfo(file.path.name, self._prefix))
        return file


def read_page(home: Path, warc_file: str, offset: int) -> Page:
    """Return the page whose response record begins at `offset`, its content encoding undone.

    Of a page that was drawn the record is a conversion: the page is its HTML, without the headers that were sent.

    Raises WarcError, with file and offset, when the file is missing or cut, the record is damaged or no response,
    or its body cannot be decoded or is larger than 32 MB.
    """
    path = home / warc_file
    try:
        record = _read_member(path, offset)
        url, status, headers, fetched_at, body = _parse_page(record)
        joined = _join_headers(headers)
        return Page(
            url=url,
            status=status,
            headers=joined,
            body=decode_content(body, joined.get("content-encoding")),
            fetched_at=fetched_at,
            warc_file=warc_file,
            warc_offset=offset,
        )
    except OSError as error:
        raise WarcError(f"{path}, offset {offset}: cannot be read ({error.strerror or error})") from error
    except (ValueError, EOFError, ArchiveLoadFailed, StatusAndHeadersParserException) as error:
        raise WarcError(f"{path}, offset {offset}: {str(error) or 'the record is empty'}") from error


class _WireHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Headers as they were sent: warcio would percent-encode every value that is not ASCII."""

    def to_ascii_bytes(self, header_filter: Any = None) -> bytes:
        return bytes(self.to_bytes(header_filter))

    def to_bytes(self, filter_func: Any = None, encoding: str = "utf-8") -> bytes:
        return str(self.to_str(filter_func)).encode(encoding, "surrogateescape") + b"\r\n"


def _serialize_exchange(exchange: Exchange) -> tuple[bytes, bytes]:
    """Return the response record and the request record, each one gzip member."""
    builder = RecordBuilder(warc_version="1.1")
    common = {"WARC-Date": _format_warc_date(exchange.fetched_at)}
    named = {"WARC-Record-ID": exchange.record_id} if exchange.record_id else {}
    status_line = f"{exchange.status} {_one_line(exchange.reason)}".strip()
    response = builder.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=_WireHeaders(status_line, _settle_length(exchange), protocol="HTTP/1.1"),
        warc_headers_dict=common | named,
    )
    request = builder.create_warc_record(
        exchange.url,
        "request",
        http_headers=_WireHeaders(_request_line(exchange), _request_headers(exchange), is_http_request=True),
        warc_headers_dict=common | {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")},
    )
    return _serialize_record(response), _serialize_record(request)


def _serialize_rendering(url: str, html: bytes, drawn_at: str, refers_to: str) -> bytes:
    """A conversion record is another version of a record's content (WARC 1.1, 6.8); it names the one it came from."""
    record = RecordBuilder(warc_version="1.1").create_warc_record(
        url,
        "conversion",
        payload=BytesIO(html),
        length=len(html),
        warc_content_type=_RENDERED_TYPE,
        warc_headers_dict={"WARC-Date": _format_warc_date(drawn_at), "WARC-Refers-To": refers_to},
    )
    return _serialize_record(record)


def _serialize_record(record: Any) -> bytes:
    plain = BytesIO()
    WARCWriter(plain, gzip=False).write_record(record)
    # On news pages warcio's level 9 takes nearly twice the time of 6 for one per cent of size.
    compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return compressor.compress(plain.getbuffer()) + compressor.flush()


def _serialize_warcinfo(file_name: str, prefix: str) -> bytes:
    about = {
        "software": f"newscrawl/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": prefix,
    }
    return _serialize_record(RecordBuilder(warc_version="1.1").create_warcinfo_record(file_name, about))


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
    return re.sub(r"[\r\n]+[ \t]*", " ", value)


def _format_warc_date(fetched_at: str) -> str:
    moment = datetime.fromisoformat(fetched_at)
    if moment.tzinfo is None:
        raise ValueError(f"fetched_at without an offset: {fetched_at!r}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _read_member(path: Path, offset: int) -> bytes:
    """Return the one gzip member at the offset; zlib checks its length and its sum."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    room = _MAX_RECORD_BYTES
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(_READ_BYTES)
        if not is_gzip(data):
            raise ValueError("no record begins here")
        while not decompressor.eof:
            if not data:
                raise ValueError("the file is cut short")
            try:
                pieces.append(decompressor.decompress(data, room + 1))
            except zlib.error as error:
                raise ValueError(f"the record is damaged ({error})") from error
            room -= len(pieces[-1])
            if room < 0:
                raise ValueError(f"the record holds more than {_MAX_RECORD_BYTES:,} bytes")
            data = file.read(_READ_BYTES)
    return b"".join(pieces)


def _parse_page(member: bytes) -> tuple[str, int, Headers, str, bytes]:
    """Return URL, status, headers, time of the fetch and the body as on the wire, or as it was drawn."""
    loader = ArcWarcRecordLoader()
    record = loader.parse_record_stream(BytesIO(member), known_format="warc", no_record_parse=True)
    url, written_at = (record.rec_headers.get_header(name) for name in ("WARC-Target-URI", "WARC-Date"))
    is_drawn = record.rec_type == "conversion"
    is_page = record.rec_type == "response" or is_drawn
    if not is_page or not (url or "").startswith(("http:", "https:")) or not record.length:
        raise ValueError(f"the record is no HTTP response but of type {record.rec_type}")
    status, headers = 200, [("content-type", _RENDERED_TYPE)]
    if not is_drawn:
        answer = loader.load_http_headers("response", url, record.raw_stream, record.length)
        status, headers = int(answer.get_statuscode()), answer.headers
    body = record.raw_stream.read()
    if record.raw_stream.tell() != record.length:
        raise ValueError("the record is shorter than it says")
    fetched_at = datetime.fromisoformat(written_at or "").isoformat()
    return url, status, headers, fetched_at, body


def _join_headers(headers: Headers) -> Mapping[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return MappingProxyType(joined)
