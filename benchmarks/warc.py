"""What a WARC record costs, beside warcio's own builder and writer: `python -m benchmarks.warc`.

The pages are as servers send them, gzip-encoded. All writers take turns in one run and the best of each counts; the
ratios are what the comments in newscrawl/warc/records.py quote.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from io import BytesIO
from time import process_time

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.pages import SETS, load_pages
from newscrawl.warc.records import Exchange, serialize_exchange

ROUNDS = 3
_SENT = [("Host", "news.example"), ("User-Agent", "newscrawl"), ("Accept-Encoding", "gzip, deflate")]
_ANSWERED = [("Date", "Mon, 30 Nov 2026 10:00:00 GMT"), ("Server", "nginx"), ("Content-Type", "text/html")]


def make_exchanges(*, is_packed: bool) -> list[Exchange]:
    """Return every page of the sets as the answer of a server that compresses, or does not."""
    coding = [("Content-Encoding", "gzip")] if is_packed else []
    return [
        Exchange(
            url=page.url or "http://news.example/",
            method="GET",
            request_headers=_SENT,
            status=200,
            reason="OK",
            response_headers=_ANSWERED + coding,
            body=gzip.compress(page.html, 6) if is_packed else page.html,
            fetched_at="2026-11-30T10:00:00+00:00",
        )
        for name in SETS
        for page in load_pages(name)
    ]


def serialize_with_warcio(exchange: Exchange) -> bytes:
    """Return the same two records as warcio makes them, at the level that ours are packed with."""
    builder, about = RecordBuilder(warc_version="1.1"), {"WARC-Date": "2026-11-30T10:00:00Z"}
    answer = StatusAndHeaders("200 OK", list(exchange.response_headers), protocol="HTTP/1.1")
    asked = StatusAndHeaders("GET / HTTP/1.1", list(exchange.request_headers), is_http_request=True)
    body = BytesIO(exchange.body)
    made = (
        builder.create_warc_record(exchange.url, "response", body, http_headers=answer, warc_headers_dict=about),
        builder.create_warc_record(exchange.url, "request", http_headers=asked, warc_headers_dict=about),
    )
    members = []
    for record in made:
        plain = BytesIO()
        WARCWriter(plain, gzip=False).write_record(record)
        compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        members.append(compressor.compress(plain.getvalue()) + compressor.flush())
    return b"".join(members)


def _measure(serialize: Callable[[Exchange], bytes], exchanges: list[Exchange]) -> tuple[float, int]:
    started = process_time()
    size = sum(len(serialize(exchange)) for exchange in exchanges)
    return process_time() - started, size


def main() -> None:
    """Print, for packed and plain bodies, our time and size in parts of warcio's."""
    for is_packed in (True, False):
        exchanges = make_exchanges(is_packed=is_packed)
        rounds = [
            (_measure(serialize_with_warcio, exchanges), _measure(serialize_exchange, exchanges)) for _ in range(ROUNDS)
        ]
        theirs, ours = (min(measured[place] for measured in rounds) for place in (0, 1))
        print(
            f"{len(exchanges)} pages, {'gzip' if is_packed else 'plain'}: {1e6 * ours[0] / len(exchanges):.0f} µs a page, "
            f"{ours[0] / theirs[0]:.2f} of warcio's time, {ours[1] / theirs[1]:.3f} of its size"
        )


if __name__ == "__main__":
    main()
