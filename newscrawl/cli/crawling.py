"""newscrawl crawl and demo: fetch, keep, and say what came of it."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from newscrawl.cli.console import Progress, count, put, say
from newscrawl.cli.options import (
    DEFAULT_WORKERS,
    allow_private_option,
    home_option,
    optional_home_option,
    render_option,
    workers_option,
)
from newscrawl.cli.reading import format_line
from newscrawl.cli.wellness import follow_up
from newscrawl.exceptions import ProfileError, UsageError

if TYPE_CHECKING:
    from newscrawl.reports import CrawlReport
    from newscrawl.spiders.jobs import CrawlJob

DEMO_HOME = Path("data/demo")
# The paper's day is years ago; all of it is wanted.
_DEMO_SINCE = "2000-01-01"
# A page that its site has taken down is an answer, and the archive's to keep; unless it was all that was asked for.
_NO_FAULT = frozenset({"http 404", "http 410"})

_DONE = ("finished", "dry run")


@click.command()
@click.argument("targets", nargs=-1, metavar="SITE|DOMAIN|URL...")
@click.option(
    "--urls", type=click.File(encoding="utf-8"), metavar="FILE", help="Also the addresses in FILE, one a line."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N article pages of each site.")
@click.option(
    "--since",
    metavar="DAY",
    help="Take the links that their front door dates from this day on, the newest first; without it, of the last week.",
)
@click.option(
    "--via",
    type=click.Choice(("feed", "sitemap", "section")),
    help="Take only what front doors of this kind list; without it, of every kind.",
)
@click.option("--failed", is_flag=True, help="Only the pages that could not be had before.")
@click.option("--dry-run", is_flag=True, help="Fetch front doors only, and print the addresses that would be fetched.")
@click.option("--force", is_flag=True, help="Also a site that asked to be left alone for a while (Retry-After).")
@click.option("--due", is_flag=True, help="Crawl what the schedule says is due now, once: for cron and timers.")
@workers_option
@allow_private_option
@render_option
@home_option
def crawl(
    targets: tuple[str, ...],
    urls: TextIO | None,
    limit: int | None,
    since: str | None,
    via: str | None,
    failed: bool,
    dry_run: bool,
    force: bool,
    due: bool,
    workers: int | None,
    allow_private: bool,
    render: bool,
    home: Path,
) -> int:
    """Crawl sites into the archive.

    SITE is a profile's key (see "sites list"). A DOMAIN, or a URL with the path "/", is crawled from its front doors:
    feeds, sitemaps, section pages. Any other URL is that one page; where it proves to be a list, what it lists is
    crawled. Ctrl-C ends the crawl after the page under way; the same command goes on where it stopped.

    New pages come first, then known ones that are due: an article 1 and 6 hours, 1, 7 and 30 days after its
    publication, and when a front door says that it changed. A single address is always fetched.

    A public host is crawled only with NEWSCRAWL_CONTACT in the environment: your e-mail address or page.

    With --due or --workers each site is crawled in a process of its own, which is ended when it makes no progress for
    15 minutes. --due passes over what another process crawls already; see "schedule show" for what is due when.
    """
    from newscrawl.cli.targets import plan_jobs

    named = [*targets, *(_read_list(urls) if urls else [])]
    if due:
        if named or limit or since or via:
            raise UsageError("--due crawls what the schedule says: it goes with --workers and --allow-private alone")
        from newscrawl.cli.scheduling import crawl_due

        return crawl_due(home, workers or DEFAULT_WORKERS, allow_private=allow_private)
    if not named:
        raise UsageError("name a site, a host or an address to crawl: 'newscrawl crawl --help' explains them")
    jobs = [
        replace(job, only_failed=failed, dry_run=dry_run, is_forced=force, render=render, via=via)
        for job in plan_jobs(named, home, limit, _parse_day(since))
    ]
    if allow_private:
        jobs = [replace(job, private_hosts=job.named_hosts) for job in jobs]
    if dry_run:
        return _rehearse(jobs, home)
    return _run_in_children(jobs, home, workers) if workers else _run(jobs, home, follow_up)


@click.command()
@optional_home_option
def demo(home: Path | None) -> int:
    """Crawl the bundled newspaper on this machine, without a network.

    It is served on 127.0.0.1 while the command runs, and crawled into HOME/archive.db; HOME is ./data/demo when
    nobody names one.
    """
    from newscrawl.demo import DemoSite
    from newscrawl.sites import add_furniture
    from newscrawl.spiders.jobs import CrawlJob

    home = home or DEMO_HOME
    with DemoSite() as paper:
        job = CrawlJob(add_furniture(paper.site, home), since=_DEMO_SINCE)
        status = _run([replace(job, private_hosts=job.named_hosts)], home)
    _show_stored(home)
    return status


def _run(
    jobs: Sequence[CrawlJob],
    home: Path,
    then: Callable[[CrawlReport, Path], None] = lambda _report, _home: None,
) -> int:
    from newscrawl.runner import crawl_sites

    progress = Progress()
    reports = crawl_sites(home, jobs, progress.show)
    progress.clear()
    for report in reports:
        say_report(report)
        then(report, home)
    return max(map(judge_report, reports))


def _run_in_children(jobs: Sequence[CrawlJob], home: Path, number: int) -> int:
    from newscrawl.cli import INTERRUPTED
    from newscrawl.workers import Workers, crawl_in_children, stopped_by_signals

    progress = Progress()

    def tell(report: CrawlReport) -> None:
        progress.clear()
        say_report(report)
        follow_up(report, home)

    with Workers(home, number, on_progress=progress.show) as workers, stopped_by_signals(workers):
        reports = crawl_in_children(workers, jobs, tell)
    return max(map(judge_report, reports), default=0) if len(reports) == len(jobs) else INTERRUPTED


def _rehearse(jobs: Sequence[CrawlJob], home: Path) -> int:
    """Read the front doors, then print what a crawl would fetch now."""
    from newscrawl.archive import Archive
    from newscrawl.archive.times import as_utc

    whole = [job for job in jobs if job.is_whole_site]
    status = _run(whole, home) if whole else 0
    for job in jobs:
        urls = [] if job.only_failed else list(job.pages)
        if whole or job.only_failed:
            with Archive(home / "archive.db", read_only=True) as archive:
                if job.only_failed:
                    urls = [row.url for row in archive.pages_in_state(job.site.key, "failed")]
                elif job.is_whole_site:
                    urls += archive.frontier.urls(job.scope(as_utc(None)))
        for url in urls[: job.limit]:
            put(url)
        say(f"{job.site.key}: {count(len(urls[: job.limit]), 'page')} would be fetched")
    return status


_UNREACHABLE = frozenset(
    f"{door}{reason}" for door in ("", "front door ") for reason in ("dns", "refused", "timeout", "reset")
)


_REFUSERS = {
    "private address": "us: their hosts are on this machine or its network",
    "address trap": "us: many addresses like theirs led to no article",
}


def say_report(report: CrawlReport) -> None:
    """Tell what became of a crawl."""
    is_closed = not report.pages and not report.plan
    if report.failed and is_closed and not report.error and _UNREACHABLE.issuperset(report.failed):
        say(
            f"newscrawl: {report.site} cannot be reached ({', '.join(report.failed)}): check the address and the "
            "network, then run the same command again"
        )
        return
    if report.known or (report.error is None and report.reason != "dry run"):
        say(
            f"{report.site}: {count(report.pages, 'page')} in {report.seconds:.1f} s: {report.new} new, "
            f"{report.changed} changed, {report.unchanged} unchanged, {report.not_article} other"
        )
    if report.reason == "finished" and not report.known and not report.failed:
        has_links = report.plan and any(report.plan.found.values())
        told = "nothing is new and no visit is due" if has_links else "its front doors name no article"
        say(f"{report.site}: {told}")
    if report.failed:
        reasons = ", ".join(f"{reason}: {number}" for reason, number in report.failed.items())
        say(f"{report.site}: {sum(report.failed.values())} failed ({reasons})")
    for reason, number in report.refusals.items():
        say(f"{report.site}: {number} refused by {_REFUSERS.get(reason, reason)}")
    for note in report.notes:
        say(f"{report.site}: {note}")
    if report.error:
        say(f"newscrawl: {report.error}")
    elif report.reason == "limit":
        say(f"{report.site}: stopped at --limit or the most pages of one crawl; another crawl fetches the rest")
    elif report.reason == "hung":
        say(f"{report.site}: ended because it made no progress; the next crawl goes on where it stopped")
    elif report.reason == "silent":
        say(f"{report.site}: stopped, it does not answer any more; the next crawl goes on")
    elif report.reason in ("paused", "full disk"):
        say(f"{report.site}: stopped; the next crawl goes on")
    elif report.reason not in _DONE:
        say(f"{report.site}: {report.reason}; run the same command again to go on")


def judge_report(report: CrawlReport) -> int:
    """Return the exit status that one crawl deserves; the worst one counts."""
    from newscrawl.cli import INTERRUPTED

    if report.error:
        return 2 if isinstance(report.error, (UsageError, ProfileError)) else 1
    if report.reason == "interrupted":
        return INTERRUPTED
    has_nothing = not report.pages and bool(report.failed or report.refused)
    has_failed = has_nothing or not _NO_FAULT.issuperset(report.failed) or report.reason not in (*_DONE, "limit")
    return int(has_failed)


def _show_stored(home: Path) -> None:
    from newscrawl.archive import Archive

    path = home / "archive.db"
    with Archive(path, read_only=True) as archive:
        stored = list(archive.articles())
    for article in stored:
        put(format_line(article))
    say(f"\n{count(len(stored), 'article')} in {path}, the pages as they were served in {home / 'warc'}")
    if stored:
        say("\nTry next:")
        for command in (f"show {stored[0].id}", "search تركيا", "export - | head -1"):
            say(f"  {_name_command()} --home {shlex.quote(str(home))} {command}")


def _name_command() -> str:
    """Return how this command can be called again: by its name where the shell finds it, else by its path."""
    return "newscrawl" if shutil.which("newscrawl") else shlex.quote(sys.argv[0])


def _read_list(file: TextIO) -> list[str]:
    """Return the addresses in a list, as `discovery.parse_url_list` reads it."""
    from newscrawl.discovery import parse_url_list

    try:
        return [link.url for link in parse_url_list(file.read())]
    except ValueError as error:
        raise UsageError(f"--urls {file.name}: {error}") from error


def _parse_day(since: str | None) -> str | None:
    try:
        return since and date.fromisoformat(since).isoformat()
    except ValueError as error:
        raise UsageError(f"--since: {since!r} is no day like 2025-01-15") from error
