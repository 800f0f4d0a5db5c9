"""newscrawl schedule: what is crawled when, and the process that does it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import put, say
from newscrawl.cli.crawling import judge_report, say_report
from newscrawl.cli.options import DEFAULT_WORKERS, allow_private_option, home_option, workers_option
from newscrawl.cli.wellness import follow_up, look_after_all

if TYPE_CHECKING:
    from newscrawl.daemon import Daemon
    from newscrawl.extensions import CrawlReport
    from newscrawl.schedule import Visit
    from newscrawl.workers import Workers

# A site that is never reached ends no crawl after which its health would be judged.
_LOOK_AFTER_ALL_SECONDS = 3600


@click.group()
def schedule() -> None:
    """Which sites are crawled when."""


@schedule.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a site.")
@home_option
def show_command(as_json: bool, home: Path) -> int:
    """List the sites that are crawled again and again: how often, the last good run, when the next one is due.

    Scheduled is every site with a profile in HOME/sites, and every other one that was crawled as a whole once and gave
    an article; `visit_every` in its profile sets the pace ("30m", "6h", "1d") or takes it off ("never"). Without that a site is
    visited as often as it publishes, so that a visit finds some three new articles: every 10 minutes to once a day.
    Times are UTC.
    """
    from newscrawl.schedule import read_schedule

    now = datetime.now(UTC)
    found = read_schedule(home, now)
    if as_json:
        for visit in found.visits:
            put(json.dumps(_describe(visit), ensure_ascii=False))
    else:
        put(f"{'site':<24} {'every':<16} {'last good run':<17} {'due':<17} backed off until")
        for visit in found.visits:
            put(_format_visit(visit, now))
    for problem in found.problems:
        say(f"newscrawl: {problem}")
    if not found.visits:
        say("no site is scheduled: crawl one, or write a profile into HOME/sites")
    return int(bool(found.problems))


@schedule.command("run")
@workers_option
@click.option(
    "--hung-after",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    default=15,
    show_default=True,
    help="End a crawl that made no progress for so long.",
)
@allow_private_option
@home_option
def run_command(workers: int | None, hung_after: float, allow_private: bool, home: Path) -> int:
    """Crawl what falls due, until stopped; "schedule show" tells what that is.

    Each site is crawled in a process of its own. A profile that is written or changed meanwhile counts within a
    minute. SIGTERM or Ctrl-C stops it after the pages under way, a second one at once; what was not finished is gone
    on with at the next start.
    """
    with _hire(home, workers, hung_after) as crew:
        daemon = _make_daemon(home, crew, allow_private=allow_private)
        say(f"newscrawl: crawling what falls due in {home}, stop with Ctrl-C or SIGTERM")
        daemon.run()
    say("newscrawl: stopped")
    return 0


def crawl_due(home: Path, workers: int | None, *, allow_private: bool) -> int:
    """Crawl what is due now, once; return the exit status."""
    from newscrawl.cli import INTERRUPTED

    statuses = {0}

    with _hire(home, workers) as crew:
        if not _make_daemon(
            home, crew, lambda report: statuses.add(judge_report(report)), allow_private=allow_private
        ).run_due():
            say("nothing is due; 'newscrawl schedule show' tells what is when")
        look_after_all(home)
        return INTERRUPTED if crew.is_stopping else max(statuses)


@contextmanager
def _hire(home: Path, number: int | None, hung_after_minutes: float = 15) -> Iterator[Workers]:
    from newscrawl.workers import Workers, stopped_by_signals

    with (
        Workers(home, number or DEFAULT_WORKERS, hung_after_seconds=hung_after_minutes * 60) as crew,
        stopped_by_signals(crew),
    ):
        yield crew


def _make_daemon(
    home: Path, crew: Workers, judge: Callable[[CrawlReport], object] = judge_report, *, allow_private: bool
) -> Daemon:
    from newscrawl.daemon import Daemon
    from newscrawl.downloading import is_public
    from newscrawl.runner import check_jobs
    from newscrawl.schedule import read_schedule
    from newscrawl.spiders.jobs import CrawlJob

    looked_at = time.monotonic()

    def tell(report: CrawlReport) -> None:
        nonlocal looked_at
        say_report(report)
        judge(report)
        follow_up(report, home)
        if time.monotonic() - looked_at >= _LOOK_AFTER_ALL_SECONDS:
            looked_at = time.monotonic()
            look_after_all(home)

    def prepare(job: CrawlJob) -> CrawlJob:
        if allow_private:
            job = replace(job, private_hosts=job.named_hosts)
        check_jobs(home, [job])
        return job

    sites = [visit.site for visit in read_schedule(home, datetime.now(UTC)).visits]
    # Without a contact none of them would ever be crawled: that is told at once, not site by site.
    check_jobs(home, [CrawlJob(site) for site in sites if is_public(site.domain)])
    return Daemon(home, crew, lambda: datetime.now(UTC), tell, say, prepare=prepare)


def _describe(visit: Visit) -> dict[str, object]:
    times = ("last_run_at", "last_good_at", "due_at", "backed_off_until")
    told = {name: moment and moment.isoformat() for name in times for moment in [getattr(visit, name)]}
    return {
        "site": visit.site.key,
        "every_seconds": round(visit.every.total_seconds()),
        "paced_by": visit.paced_by,
        **told,
        "failures": visit.failures,
        "is_running": visit.is_running,
    }


def _format_visit(visit: Visit, now: datetime) -> str:
    every = format_span(visit.every) + ("" if visit.paced_by == "profile" else f" ({visit.paced_by})")
    due = "running" if visit.is_running else "now" if visit.is_due(now) else format_time(visit.due_at)
    backed_off = visit.backed_off_until and f"{format_time(visit.backed_off_until)} ({_count_failures(visit)})"
    return (
        f"{visit.site.key:<24} {every:<16} {format_time(visit.last_good_at):<17} {due:<17} {backed_off or ''}".rstrip()
    )


def _count_failures(visit: Visit) -> str:
    return f"{visit.failures} runs failed" if visit.failures > 1 else "the site asked for it"


def format_time(moment: datetime | None) -> str:
    """Return a time to the minute, "-" for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "-"


def format_span(span: timedelta) -> str:
    """Return a duration as profiles write it, rounded: 45m, 6h, 2d."""
    minutes = max(round(span.total_seconds() / 60), 1)
    if minutes < 120:
        return f"{minutes}m"
    return f"{round(minutes / 60)}h" if minutes < 2880 else f"{round(minutes / 1440)}d"
