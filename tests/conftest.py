"""What several tests need: the real command in a process of its own, and a home that is thrown away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from newscrawl import Archive
from newscrawl.archive.verification import verify
from newscrawl.demo import DemoSite
from newscrawl.items import Place
from newscrawl.warc import Exchange, WarcWriter

# What properties find by chance is found on a person's machine; a check of a change says the same twice.
settings.register_profile("ci", derandomize=True)
if "CI" in os.environ:
    settings.load_profile("ci")

BIN = Path(sys.executable).parent
TOOLS = Path(__file__).parent.parent / ".venv-replay" / "bin"
CONSENTS: dict[tuple[object, ...], tuple[str, ...]] = {
    ("newscrawl", "crawl"): ("--allow-private",),
    ("newscrawl", "extract"): ("--allow-private",),
    ("scrapy", "crawl"): ("-a", "allow_private=yes"),
}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A check that did not run is no check: in CI only what needs rights that the machine denies may be skipped."""
    report = yield
    reason = str(call.excinfo.value) if call.excinfo and call.excinfo.errisinstance(pytest.skip.Exception) else ""
    if reason and os.environ.get("CI") == "true" and not reason.startswith("privilege: "):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
    return report


def make_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what would change what newscrawl does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "SCRAPY_"))}
    return kept | {"PYTHONWARNINGS": "default"} | more


def make_due(home: Path) -> None:
    """Let the next crawl visit every article again, and what else would be visited some day."""
    with Archive(home / "archive.db") as archive, archive.db.conn as connection:
        connection.execute(
            "UPDATE pages SET next_visit_at = '2000-01-01T00:00:00+00:00' "
            "WHERE next_visit_at IS NOT NULL OR outcome = 'article'"
        )


def find_losses(home: Path) -> list[str]:
    """Return what `newscrawl verify` finds, without what a killed writer may leave: half a record that no row names."""
    return [str(problem) for problem in verify(home, Counter()) if problem.kind not in ("tail", "unused")]


def find_rejected(home: Path) -> list[str]:
    """Return what is left of killed writers once a crawl has ended, and what others' tools say against any WARC file."""
    found = [str(problem) for problem in verify(home, Counter()) if problem.kind == "tail"]
    files = sorted((home / "warc").iterdir())
    for command in [sys.executable, "-m", "warcio.cli", "check"], [TOOLS / "cdxj-indexer", "--output", os.devnull]:
        # The second is in an environment of its own: make .venv-replay/.done
        if Path(command[0]).exists():
            done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
            found += [f"{command[-1]}: {done.returncode}", done.stdout, done.stderr] if done.returncode else []
    return found


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own, as many megabytes large as the test says."""
    if os.geteuid() != 0:
        pytest.skip("privilege: only root can mount a disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={request.param}m", "tmpfs", folder]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("privilege: no disk can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def store_page(writer: WarcWriter, url: str, html: str) -> Place:
    """Write a page into a WARC as a crawl does."""
    return writer.write(
        Exchange(
            url=url,
            method="GET",
            request_headers=[("Host", "x.com")],
            status=200,
            reason="OK",
            response_headers=[("Content-Type", "text/html; charset=utf-8")],
            body=html.encode(),
            fetched_at="2025-01-15T08:00:00+00:00",
        )
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the demo paper, crawled once: copy it before you change anything."""
    home = tmp_path_factory.mktemp("demo")
    with DemoSite(port=0) as demo:
        write_demo_profile(home, demo)
        command = [BIN / "newscrawl", "--home", home, "crawl", "demo", "--since", "2000-01-01", "--allow-private"]
        subprocess.run(command, env=make_environment(), check=True, capture_output=True)
    return home


def write_demo_profile(home: Path, demo: DemoSite) -> None:
    site = demo.site
    lists = "".join(
        f"{name} = {json.dumps(list(getattr(site, name)))}\n" for name in ("feeds", "sitemaps", "section_pages")
    )
    (home / "sites").mkdir(parents=True)
    (home / "sites" / "demo.toml").write_text(
        f'name = "{site.name}"\ndomain = "{site.domain}"\ntimezone = "{site.timezone}"\ndelay_seconds = 0\n{lists}',
        encoding="utf-8",
    )


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Run newscrawl (or another command) with this test's home; what it prints is text.

    The servers of the tests are on this machine: crawls are told that they may be, unless `private` is False.
    """

    def run_command(
        *arguments: object, command: str = "newscrawl", cwd: Path = tmp_path, private: bool = True, **options: Any
    ) -> Any:
        consent = CONSENTS.get((command, *arguments[:1]), ()) if private else ()
        environment = make_environment(**{"NEWSCRAWL_HOME": str(home)} | options.pop("env", {}))
        return subprocess.run(
            [str(BIN / command), *map(str, arguments), *consent],
            cwd=cwd,
            env=environment,
            timeout=120,
            **{"capture_output": True, "text": True, "encoding": "utf-8"} | options,
        )

    return run_command


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure whatever pytest does with output: the long proofs say what they measured."""

    def print_figure(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    return print_figure
