"""From a place in a WARC file to the page that was served.

A file is read member by member, so that a damaged one is known by the record that is damaged.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.recordloader import ArcWarcRecordLoader  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]

from newscrawl.decoding import MAX_DECODED_BYTES, decode_content, is_gzip
from newscrawl.exceptions import WarcError
from newscrawl.items import Page
from newscrawl.warc.records import RENDERED_TYPE, Headers

# What a record adds to its body: the headers of the WARC record and of the answer.
MAX_RECORD_BYTES = MAX_DECODED_BYTES + 1024 * 1024
_READ_BYTES = 256 * 1024


def read_page(home: Path, warc_file: str, offset: int) -> Page:
    """Return the page whose response record begins at `offset`, its content encoding undone.

    Of a page that was drawn the record is a conversion: the page is its HTML, without the headers that were sent.

    Raises WarcError, with file and offset, when the file is missing or cut, the record is damaged or no response,
    or its body cannot be decoded or is larger than 32 MB.
    """
    path = home / warc_file
    try:
        return replace(parse_page(_read_member(path, offset)), warc_file=warc_file, warc_offset=offset)
    except OSError as error:
        raise WarcError(f"{path}, offset {offset}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise WarcError(f"{path}, offset {offset}: {error}") from error


def parse_page(record: bytes) -> Page:
    """Return the page of a response or conversion record, without its place. Raises ValueError when there is none."""
    try:
        url, status, headers, fetched_at, body = _parse_record(record)
    except (EOFError, ArchiveLoadFailed, StatusAndHeadersParserException) as error:
        raise ValueError(str(error) or "the record is empty") from error
    joined = _join_headers(headers)
    content = decode_content(body, joined.get("content-encoding"))
    return Page(url=url, status=status, headers=joined, body=content, fetched_at=fetched_at)


def _read_member(path: Path, offset: int) -> bytes:
    """Return the one gzip member at the offset; zlib checks its length and its sum."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    room = MAX_RECORD_BYTES
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
                raise ValueError(f"the record holds more than {MAX_RECORD_BYTES:,} bytes")
            data = file.read(_READ_BYTES)
    return b"".join(pieces)


def _parse_record(member: bytes) -> tuple[str, int, Headers, str, bytes]:
    """Return URL, status, headers, time of the fetch and the body as on the wire, or as it was drawn."""
    loader = ArcWarcRecordLoader()
    record = loader.parse_record_stream(BytesIO(member), known_format="warc", no_record_parse=True)
    url, written_at = (record.rec_headers.get_header(name) for name in ("WARC-Target-URI", "WARC-Date"))
    is_drawn = record.rec_type == "conversion"
    is_page = record.rec_type == "response" or is_drawn
    if not is_page or not (url or "").startswith(("http:", "https:")) or not record.length:
        raise ValueError(f"the record is no HTTP response but of type {record.rec_type}")
    status, headers = 200, [("content-type", RENDERED_TYPE)]
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
