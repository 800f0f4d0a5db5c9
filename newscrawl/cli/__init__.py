"""The newscrawl command: parse, call one function, print.

Data goes to stdout, everything said to a person to stderr. Heavy imports are made inside the commands, so that help
and mistakes are answered at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from newscrawl import __version__
from newscrawl.cli.console import say, use_utf8
from newscrawl.cli.crawling import crawl, demo
from newscrawl.cli.extracting import extract
from newscrawl.cli.importing import import_files
from newscrawl.cli.keeping import backup, restore, verify
from newscrawl.cli.measuring import stats
from newscrawl.cli.options import home_type
from newscrawl.cli.reading import export, show
from newscrawl.cli.replaying import replay
from newscrawl.cli.rereading import reextract
from newscrawl.cli.scheduling import schedule
from newscrawl.cli.searching import count_command, reindex, search
from newscrawl.cli.serving import serve
from newscrawl.cli.sites import sites
from newscrawl.cli.wellness import health
from newscrawl.exceptions import NewscrawlError, ProfileError, UsageError

INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=home_type(), envvar="NEWSCRAWL_HOME", help="Folder of the archive, for every command.")
@click.version_option(__version__, prog_name="newscrawl", message="%(prog)s %(version)s")
@click.pass_context
def newscrawl(context: click.Context, home: Path | None) -> None:
    """Crawl Arabic news sites into a clean archive that can be searched and checked.

    Start with "newscrawl demo": it needs no network. Every command takes --home DIR, before or after its name; without
    it the archive is in $NEWSCRAWL_HOME, else in ./data. Exit status: 0 done, 1 done with failures, 2 wrong use.
    """
    context.obj = home


for command in (
    *(demo, crawl, extract, show, search, count_command, reindex, serve, export, import_files, replay, sites),
    *(stats, schedule, health, verify, backup, restore, reextract),
):
    newscrawl.add_command(command)


def _describe_misuse(error: click.ClickException) -> str:
    """Return what was wrong with the command, and where its help is, in one line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "newscrawl"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"newscrawl: {message} (see '{path} --help')"


def main() -> None:
    """Run the command of this process and end it with the command's status; no error ends in a traceback."""
    use_utf8()
    try:
        # Not click's own main(): it would answer a closed pipe with status 1.
        with newscrawl.make_context("newscrawl", sys.argv[1:]) as context:
            status = newscrawl.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as finished:
        status = finished.exit_code
    except click.ClickException as error:
        say(_describe_misuse(error))
        status = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("newscrawl: interrupted")
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except NewscrawlError as error:
        say(f"newscrawl: {error}")
        status = 2 if isinstance(error, (UsageError, ProfileError)) else 1
    except OSError as error:
        say(f"newscrawl: {error.filename or 'output'}: {error.strerror or error}")
        status = 1
    sys.exit(status or 0)
