"""newscrawl health: who is ill and why, and what a crawl says about that when it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli.console import make_line, put, say
from newscrawl.cli.options import home_option
from newscrawl.exceptions import NewscrawlError

if TYPE_CHECKING:
    from newscrawl.extensions import CrawlReport
    from newscrawl.health import SiteHealth


@click.command("health")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--notify", is_flag=True, help="Also call the alert address or command for what is new or over.")
@home_option
def health(as_json: bool, notify: bool, home: Path) -> int:
    """Say who is ill and why: each scheduled site against its own past, and the machine. Exit status 1: somebody is.

    Judged are: when the last good run was (within twice the site's interval); how often the last 20 articles have each
    field, how long they are, how much furniture was taken out of them, their dates; what became of the last day's
    pages; how many new articles it brought. A measure without enough past is passed over, and that is said.

    NEWSCRAWL_ALERT_URL gets a POST with a JSON object, NEWSCRAWL_ALERT_COMMAND the same on its standard input, once
    when something goes wrong and once when it is over; crawls call them too. NEWSCRAWL_HEARTBEAT_URL (GET) and
    NEWSCRAWL_HEARTBEAT_COMMAND are called after each good run.
    """
    from newscrawl.health import examine

    now = datetime.now(UTC)
    found = examine(home, now)
    is_ill = any(site.is_ill for site in found)
    if as_json:
        told = [{"site": s.site, "ill": dict(s.ailments), "unjudged": s.unjudged} for s in found if s.site]
        machine = dict(found[0].ailments)
        put(json.dumps({"at": now.isoformat(), "ill": is_ill, "machine": machine, "sites": told}, ensure_ascii=False))
    else:
        _put_sites(found)
    if notify:
        _notify(home, found, now)
    return int(is_ill)


def _put_sites(found: Iterable[SiteHealth]) -> None:
    for site in found:
        if site.site or site.is_ill:
            put(f"{'ill ' if site.is_ill else 'well'}  {site.site or 'this machine'}")
        for measure, message in site.ailments.items():
            put(f"        {measure}: {make_line(message)}")
        for message in site.unjudged:
            put(f"        not judged: {message}")


def follow_up(report: CrawlReport, home: Path) -> None:
    """After a crawl of a scheduled site: say in a line whether it is ill, call whoever wants to know. Ends nothing."""
    from newscrawl.alerts import send_heartbeat
    from newscrawl.archive import Archive
    from newscrawl.health import examine
    from newscrawl.schedule import is_good

    if report.crawl_id is None:
        return
    now = datetime.now(UTC)
    try:
        with Archive(home / "archive.db", read_only=True) as archive:
            runs = archive.history.runs(report.site, 1)
        if not runs or runs[0].id != report.crawl_id:
            return
        found = examine(home, now, report.site)
        news = _notify(home, found, now)
        for site in found:
            # What is wrong with the machine is not said again after each crawl.
            if site.is_ill and (site.site or news):
                reasons = "; ".join(f"{measure}: {message}" for measure, message in site.ailments.items())
                say(f"{site.site or 'newscrawl: this machine'}: ill: {make_line(reasons)}")
        _say_problems(send_heartbeat(report.site, now.isoformat()) if is_good(runs[0]) else [])
    except NewscrawlError as error:
        _say_problems([error])


def look_after_all(home: Path) -> None:
    """Tell the alarms of every site, those that no crawl has ended for as well. Ends nothing."""
    from newscrawl.health import examine

    now = datetime.now(UTC)
    try:
        _notify(home, examine(home, now), now)
    except NewscrawlError as error:
        _say_problems([error])


def _notify(home: Path, found: Iterable[SiteHealth], now: datetime) -> bool:
    """Write the alarms down and tell those that are new or over; return whether the machine has a new one."""
    from newscrawl.alerts import send_alert
    from newscrawl.archive import Archive

    with Archive(home / "archive.db") as archive:
        changes = [(site, *archive.history.change_alarms(site.site, site.ailments, now.isoformat())) for site in found]
    for site, new, over in changes:
        if new or over:
            ill = {measure: site.ailments[measure] for measure in new}
            _say_problems(send_alert(site.site, ill, over, now.isoformat()))
    return any(new for site, new, _ in changes if not site.site)


def _say_problems(problems: Iterable[NewscrawlError]) -> None:
    for problem in problems:
        say(f"newscrawl: {make_line(problem)}")
