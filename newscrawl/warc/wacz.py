"""Pages of an archive in one file that replays in a browser without a server: WACZ 1.1.1, a ZIP of records and index.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from newscrawl import __version__
from newscrawl.exceptions import WarcError
from newscrawl.warc.index import make_line
from newscrawl.warc.records import serialize_resource, serialize_warcinfo
from newscrawl.warc.stream import Record, read_record

# ReplayWeb.page does not find what is in an entry that is marked as possibly large (ZIP64), so that none may be.
_FULL_BYTES = 1_000_000_000
_LINES_A_BLOCK = 300
_LINES_IN_MEMORY = 50_000


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """A page that readers are offered by its title, and where its response is."""

    title: str
    warc_file: str
    warc_offset: int


class WaczWriter:
    """Writes one WACZ into an open file; a context manager, which ends it. Memory does not grow with the pages."""

    def __init__(self, home: Path, file: IO[bytes], title: str) -> None:
        self._home = home
        self._title = title
        self._zip = ZipFile(file, "w", ZIP_STORED)
        self._created = datetime.now(UTC)
        self._resources: list[dict[str, object]] = []
        self._places: set[tuple[str, int]] = set()
        self._lines = _SortedLines()
        self._pages: IO[bytes] = TemporaryFile()  # noqa: SIM115 - it lives as long as the writer
        self._main_page: dict[str, str] | None = None
        self._number = 0
        self._begin_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()
        else:
            self._records.close()
        self._pages.close()
        self._lines.close()

    def add_page(self, page: ReplayPage) -> None:
        """Take in a page and offer it to readers. Raises WarcError when its record cannot be read."""
        record = self.add_record(page.warc_file, page.warc_offset)
        moment = record.headers.get("warc-date", "")
        told = {"id": f"{page.warc_file}:{page.warc_offset}", "url": record.url, "ts": moment, "title": page.title}
        self._main_page = self._main_page or told
        self._pages.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def add_record(self, warc_file: str, offset: int) -> Record:
        """Take in the record at a place, once. Raises WarcError when it cannot be read."""
        path = self._home / warc_file
        try:
            record = read_record(path, offset)
            if (warc_file, offset) not in self._places:
                self._places.add((warc_file, offset))
                self._add(record, path)
        except OSError as error:
            raise WarcError(f"{path}: cannot be read ({error.strerror or error})") from error
        except ValueError as error:
            raise WarcError(f"{path}, offset {offset}: {error}") from error
        return record

    def _add(self, record: Record, path: Path) -> None:
        if record.type == "conversion":
            # No replay tool shows one; what a browser drew is shown as a resource of that address.
            member = serialize_resource(record.url, record.block or b"", record.headers["warc-date"])
            record = replace(record, headers={**record.headers, "warc-type": "resource"}, length=len(member))
        else:
            with path.open("rb") as file:
                file.seek(record.offset)
                member = file.read(record.length)
        if self._records.size > _FULL_BYTES:
            self._records.close()
            self._begin_file()
        if line := make_line(replace(record, offset=self._records.size), self._records.name):
            self._lines.add(line)
        self._records.write(member)

    def _begin_file(self) -> None:
        self._number += 1
        self._records = self._open(f"archive/pages-{self._number:03}.warc.gz")
        about = {"software": f"newscrawl/{__version__}", "format": "WARC File Format 1.1"}
        self._records.write(serialize_warcinfo(self._records.name, about))

    def _finish(self) -> None:
        self._records.close()
        self._write_index()
        with self._open("pages/pages.jsonl", packed=True) as file:
            file.write(json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}).encode() + b"\n")
            self._pages.seek(0)
            while piece := self._pages.read(1024 * 1024):
                file.write(piece)
        package = self._describe()
        with self._open("datapackage.json", packed=True) as file:
            file.write(package)
        told = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        with self._open("datapackage-digest.json", packed=True) as file:
            file.write(json.dumps(told, indent=2).encode())
        self._zip.close()

    def _describe(self) -> bytes:
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": self._title,
            "software": f"newscrawl/{__version__}",
            "created": f"{self._created:%Y-%m-%dT%H:%M:%SZ}",
            "resources": self._resources,
        }
        if self._main_page:
            package |= {"mainPageUrl": self._main_page["url"], "mainPageDate": self._main_page["ts"]}
        return json.dumps(package, indent=2, ensure_ascii=False).encode()

    def _write_index(self) -> None:
        """Write the lines in blocks that are packed each for itself, and a list of where each block begins."""
        starts = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
        size, lines = 0, iter(self._lines)
        with self._open("indexes/index.cdx.gz") as file:
            while block := list(islice(lines, _LINES_A_BLOCK)):
                packed = gzip.compress("".join(block).encode(), mtime=0)
                place = {
                    "offset": size,
                    "length": len(packed),
                    "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
                }
                starts.append(f"{' '.join(block[0].split(' ', 2)[:2])} {json.dumps(place)}\n")
                file.write(packed)
                size += len(packed)
        with self._open("indexes/index.idx", packed=True) as file:
            file.write("".join(starts).encode())

    def _open(self, name: str, *, packed: bool = False) -> _Entry:
        """Begin a file in the ZIP; records are stored as they are, so that readers can take parts of them."""
        info = ZipInfo(name, self._created.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        return _Entry(self._zip.open(info, "w"), name, self._resources)


class _Entry:
    """A file in the ZIP while it is written; closed, it is one of the package's resources with its digest."""

    def __init__(self, file: IO[bytes], path: str, resources: list[dict[str, object]]) -> None:
        self.name = Path(path).name
        self.size = 0
        self._file = file
        self._path = path
        self._resources = resources
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    def close(self) -> None:
        self._file.close()
        if not self._path.startswith("datapackage"):
            told = {"hash": f"sha256:{self._digest.hexdigest()}", "bytes": self.size}
            self._resources.append({"name": self.name, "path": self._path, **told})


class _SortedLines:
    """Lines that come out in order, however many: what is more than some thousand waits in files."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._files: list[IO[str]] = []

    def add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) >= _LINES_IN_MEMORY:
            file = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - it is read again in __iter__
            file.writelines(sorted(self._lines))
            self._files.append(file)
            self._lines.clear()

    def __iter__(self) -> Iterator[str]:
        for file in self._files:
            file.seek(0)
        parts: list[Iterable[str]] = [*self._files, sorted(self._lines)]
        return heapq.merge(*parts)

    def close(self) -> None:
        for file in self._files:
            file.close()
