"""WARC files as other tools write them, and with faults: records by hand, packed in every way that occurs."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable

URL = "http://paper.example/1"
DATE = "2020-05-01T08:00:00Z"
HTML = "<html><title>خبر</title><p>نص</p></html>".encode()


def make_answer(body: bytes = HTML, *headers: str, first: str = "HTTP/1.1 200 OK") -> bytes:
    """Return the block of a response record."""
    lines = [first, *(headers or ("Content-Type: text/html; charset=utf-8",))]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def make_record(block: bytes, kind: str = "response", url: str = URL, date: str = DATE, **more: str) -> bytes:
    """Return a record; `more` are headers, with underscores for hyphens, and take the place of the usual ones."""
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{abs(hash((url, date, block))) % 10**12:012}>",
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def pack_each(records: Iterable[bytes]) -> bytes:
    """Return a file with a gzip member a record, as the standard recommends."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


PACKINGS: dict[str, Callable[[Iterable[bytes]], bytes]] = {
    "a member each": pack_each,
    "all in one member": lambda records: gzip.compress(b"".join(records), mtime=0),
    "not compressed": b"".join,
}
