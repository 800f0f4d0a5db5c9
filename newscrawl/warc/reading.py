"""From a record to the page that was served, and from a whole WARC file, whoever wrote it, to its pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from newscrawl.decoding import decode_content, join_chunks
from newscrawl.exceptions import WarcError
from newscrawl.items import Page
from newscrawl.warc.records import RENDERED_TYPE, Kept
from newscrawl.warc.stream import Broken, Record, iterate_records, read_record

logger = logging.getLogger(__name__)

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})(?!\d)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def read_page(home: Path, warc_file: str, offset: int) -> Page:
    """Return the page whose response record begins at `offset`, its content encoding undone.

    Of a page that was drawn the record is a conversion: the page is its HTML, without the headers that were sent.

    Raises WarcError, with file and offset, when the file is missing or cut, the record is damaged or no response,
    or its body cannot be decoded or is larger than 32 MB.
    """
    path = home / warc_file
    try:
        return parse_page(read_record(path, offset), warc_file)
    except OSError as error:
        raise WarcError(f"{path}, offset {offset}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise WarcError(f"{path}, offset {offset}: {error}") from error


def find_kept(home: Path, warc_file: str, offset: int) -> Kept | None:
    """Return what a later answer may repeat of the record at a place; None where that is no whole response of ours."""
    try:
        record = read_record(home / warc_file, offset)
        status = _STATUS_LINE.match(record.block or b"")
        told = record.headers
        if record.type == "response" and status:
            place = (warc_file, offset, record.url, int(status[1]))
            return Kept(*place, told["warc-date"], told["warc-record-id"], told["warc-payload-digest"])
    except (OSError, ValueError, KeyError):
        # Whoever reads the page tells; here it is only kept once more.
        pass
    return None


def parse_page(record: Record, warc_file: str | None = None, body_of: Record | None = None) -> Page:
    """Return the page that a response or conversion record holds, or a revisit record whose body is another's.

    Its place is that of the record that holds the body. Raises ValueError for a record that is none of these, or
    broken, or cannot be decoded.
    """
    if record.type not in ("response", "conversion", "revisit") or not record.url.startswith(("http:", "https:")):
        raise ValueError(f"the record is no HTTP response but of type {record.type or 'unknown'}")
    whole = body_of or record
    if whole.block is None:
        raise ValueError("the record holds more than a page can")
    status, headers, body = (200, {"content-type": RENDERED_TYPE}, whole.block)
    if record.type != "conversion":
        status, headers, body = _parse_answer(whole.block)
        if body_of and record.block:
            # What the server said this time; of a 304 the status says only that the page is the other one still.
            told = _parse_answer(record.block)[:2]
            status, headers = (status, headers) if told[0] == 304 else told
    return Page(
        url=record.url,
        status=status,
        headers=MappingProxyType(headers),
        body=decode_content(body, headers.get("content-encoding")),
        fetched_at=_read_date(record),
        warc_file=warc_file,
        warc_offset=whole.offset,
    )


def read_pages(path: Path, on_broken: Callable[[WarcError], None] | None = None) -> Iterator[Page]:
    """Yield the pages of a WARC file in the order in which they lie there, compressed in whatever way.

    `on_broken` is given a WarcError, with file and offset, for each record that is damaged, cut or cannot be decoded;
    without it they are logged. A revisit is a page with the body of the earlier record that it names, where the file
    has that. Records that are no answers of web servers are passed over. Raises WarcError when the file cannot be read.
    """
    earlier = _Bodies(path)
    for found in iterate_records(path):
        try:
            if isinstance(found, Broken):
                raise ValueError(found.reason)
            if page := _find_page(found, path.name, earlier):
                yield page
        except ValueError as error:
            problem = WarcError(f"{path}, offset {found.offset}: {error}")
            (on_broken or logger.warning)(problem)


def _find_page(record: Record, name: str, earlier: _Bodies) -> Page | None:
    if record.type not in ("response", "revisit") or not record.url.startswith(("http:", "https:")):
        return None
    if record.type == "response":
        earlier.note(record)
        return parse_page(record, name)
    whole = earlier.find(record)
    return parse_page(record, name, whole)


class _Bodies:
    """Where in a file the bodies are that its revisit records leave out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[str, int] = {}

    def note(self, record: Record) -> None:
        if record.is_alone:
            for key in (f"{record.url} {record.headers.get('warc-date')}", record.headers.get("warc-payload-digest")):
                if key:
                    self._offsets.setdefault(key, record.offset)

    def find(self, revisit: Record) -> Record:
        """Return the full response. Raises ValueError where the file does not have it."""
        told = revisit.headers
        named = f"{told.get('warc-refers-to-target-uri', '').strip('<>')} {told.get('warc-refers-to-date')}"
        offset = self._offsets.get(named, self._offsets.get(told.get("warc-payload-digest", "")))
        if offset is None:
            raise ValueError("the earlier record that this revisit names is not in the file")
        return read_record(self._path, offset)


def _parse_answer(block: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and the body as on the wire, no longer chunked."""
    status = _STATUS_LINE.match(block)
    if not status:
        raise ValueError("it holds no answer of a web server")
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers = _parse_headers(head.splitlines()[1:])
    if "chunked" in headers.pop("transfer-encoding", "").lower():
        body = join_chunks(body)
    return int(status[1]), headers, body


def _parse_headers(lines: list[bytes]) -> dict[str, str]:
    """Return the headers by lower-case name, repeated ones joined."""
    joined: dict[str, str] = {}
    key = ""
    for line in lines:
        text = _decode(line)
        name, colon, value = text.partition(":")
        if text[:1].isspace() and key:
            joined[key] += f" {text.strip()}"
        elif colon:
            key, value = name.strip().lower(), value.strip()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _read_date(record: Record) -> str:
    told = record.headers.get("warc-date", "")
    try:
        # WARC 1.1 allows nine digits after the second, Python six.
        moment = datetime.fromisoformat(told)
    except ValueError as error:
        raise ValueError(f"its WARC-Date is no time: {told[:40]!r}" if told else "it has no WARC-Date") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).isoformat()
