"""Stored pages are extracted in processes of their own: on every core, and one that dies or hangs costs one page.

A process is given the places of records in the WARC and sends articles back; it holds no archive and no network. It ends
itself by a signal of the kernel when a page takes too long, and with the process that it works for.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from newscrawl.exceptions import NewscrawlError, WarcError
from newscrawl.extraction import extract_page
from newscrawl.extraction.parts import join_part
from newscrawl.items import Article, Outcome, Page, Place, Site
from newscrawl.warc import read_page

KEPT = (Outcome.ARTICLE, Outcome.PAYWALLED)
"""The outcomes that make an article's row, where there is a title."""
SECONDS_A_PAGE = 60
MOST_BYTES = 2 * 1024**3
BROKEN_RECORD = "broken WARC record"

# So much waits at each process that it need not wait for us.
_AHEAD = 16
_STILLBORN_AT_MOST = 3
_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COMMAND = "import sys; from newscrawl.extractors import work; work(int(sys.argv[1]))"

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Job:
    """One article to be extracted: of which site, and where its page is, or its pages, the first part first."""

    site: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a stored page says, and the page it stands on, without its body."""

    article: Article
    page: Page


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no article: the word to count it under, and what a person is told."""

    reason: str
    detail: str


def extract_job(home: Path, sites: Mapping[str, Site], job: Job) -> Extracted | Failed:
    """Extract one article in this process; whatever its page can raise is returned."""
    try:
        return _extract(home, sites.get(job.site), job.places)
    except WarcError as error:
        return Failed(BROKEN_RECORD, str(error))
    except Exception as error:
        return Failed(type(error).__name__, f"{job.places[0][0]}, offset {job.places[0][1]}: {error}")


def _extract(home: Path, site: Site | None, places: Sequence[Place]) -> Extracted:
    first = read_page(home, *places[0])
    article = extract_page(first, site)
    for place in places[1:]:
        longer = join_part(article, extract_page(read_page(home, *place), site))
        if longer is None:
            raise WarcError(f"{home / place[0]}, offset {place[1]}: it is no part of {article.url} any more")
        article = longer
    digest = sha256(first.body).hexdigest() if first.body else None
    # Neither a body nor a mapping that cannot be changed goes through a pipe.
    return Extracted(
        replace(article, removed=dict(article.removed)), replace(first, body=b"", headers={}, digest=digest)
    )


@dataclass(slots=True)
class _Process(Generic[Key]):
    process: subprocess.Popen[bytes]
    pipe: Connection
    sent: deque[tuple[Key, Job]] = field(default_factory=deque)
    is_ready: bool = False


class Extractors(Generic[Key]):
    """Up to `number` processes that extract pages of HOME's WARCs; a context manager, for one thread.

    Answers come in the order in which they are ready, each with the key that its job was sent under. A `number` that is
    raised starts more processes, one that is lowered ends none.
    """

    def __init__(
        self, home: Path, sites: Mapping[str, Site], number: int, *, seconds_a_page: int = SECONDS_A_PAGE
    ) -> None:
        self._told = pickle.dumps((home, dict(sites), seconds_a_page))
        self._seconds = seconds_a_page
        self._waiting: deque[tuple[Key, Job]] = deque()
        self._processes: list[_Process[Key]] = []
        self.number = number
        self._stillborn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def room(self) -> int:
        """How many jobs more can be sent before the answers to others are taken."""
        sent = sum(len(process.sent) for process in self._processes)
        return max(self.number * _AHEAD - sent - len(self._waiting), 0)

    def send(self, key: Key, job: Job) -> None:
        """Have a job done."""
        self._waiting.append((key, job))
        self._hand_out()

    def receive(self, seconds: float | None = 0) -> list[tuple[Key, Extracted | Failed]]:
        """Return the answers that are there, after waiting for the first one so long; None: until there is one."""
        answers: list[tuple[Key, Extracted | Failed]] = []
        by_pipe = {process.pipe: process for process in self._processes}
        for pipe in wait(list(by_pipe), seconds) if by_pipe else ():
            process = by_pipe[pipe]  # type: ignore[index]
            try:
                while process.pipe.poll():
                    answer = process.pipe.recv()
                    if process.is_ready:
                        answers.append((process.sent.popleft()[0], answer))
                    process.is_ready, self._stillborn = True, 0
            except (EOFError, OSError):
                answers += self._bury(process)
        self._hand_out()
        return answers

    def close(self) -> None:
        """End the processes, whatever they are at."""
        processes, self._processes = self._processes, []
        for process in processes:
            process.pipe.close()
            process.process.kill()
            process.process.wait()
        self._waiting.clear()

    def _hand_out(self) -> None:
        while self._waiting:
            idlest = min(self._processes, key=lambda process: len(process.sent), default=None)
            if (idlest is None or idlest.sent) and len(self._processes) < self.number:
                idlest = self._start()
            if idlest is None or len(idlest.sent) >= _AHEAD:
                return
            idlest.sent.append(self._waiting.popleft())
            try:
                idlest.pipe.send(idlest.sent[-1][1])
            except OSError:
                # It is dead: who reads its answers finds out, and what it was sent is sent again.
                return

    def _start(self) -> _Process[Key]:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", _COMMAND, str(theirs.fileno())]
        with theirs, _held_back():
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        started = _Process[Key](process, Connection(ours.detach()))
        started.pipe.send_bytes(self._told)
        self._processes.append(started)
        return started

    def _bury(self, dead: _Process[Key]) -> list[tuple[Key, Extracted | Failed]]:
        """Put another process in a dead one's place: the page that it was at is lost, the others are sent again.

        Raises NewscrawlError where one after the other died before it could do anything.
        """
        self._processes.remove(dead)
        dead.pipe.close()
        status = dead.process.wait()
        lost = dead.sent.popleft() if dead.is_ready and dead.sent else None
        self._waiting.extendleft(reversed(dead.sent))
        if not dead.is_ready:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN_AT_MOST:
                raise NewscrawlError(f"processes for extraction end at their start, with status {status}: free memory")
        if lost is None:
            return []
        key, job = lost
        file, offset = job.places[0]
        if status == -signal.SIGPROF:
            failed = Failed(
                "extraction hung", f"{file}, offset {offset}: not extracted within {self._seconds} s of a core"
            )
        else:
            failed = Failed("extraction died", f"{file}, offset {offset}: its process ended with status {status}")
        return [(key, failed)]


@contextmanager
def _held_back() -> Iterator[None]:
    """Start a process that signals do not reach: Ctrl-C and the end of a service are for the one that it works for."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def work(descriptor: int) -> None:
    """Be one of the processes: answer jobs from the pipe until it is closed."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    pipe = Connection(descriptor)
    home, sites, seconds = pickle.loads(pipe.recv_bytes())
    try:
        pipe.send(None)
        while True:
            job: Job = pipe.recv()
            # Whoever does not catch its signal is ended by it, in the middle of a C function too; a busy machine is no reason.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer = extract_job(home, sites, job)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send(answer)
    except (EOFError, OSError):
        return


def describe_outcome(article: Article) -> str:
    """Return what a page without an article is, in the words under which it is counted."""
    if article.outcome in KEPT:
        return "no title"
    return f"{article.outcome}: {article.reason}" if article.reason else str(article.outcome)


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
