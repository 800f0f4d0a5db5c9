"""The real command in a process of its own, with settings that only tests change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.conftest import make_environment

_COMMAND = """
import json, sys
from newscrawl import settings
vars(settings).update(json.loads(sys.argv.pop(1)))
from newscrawl.cli import main
main()
"""


def start_crawl(home: Path, keys: Iterable[str], **settings: object) -> subprocess.Popen[str]:
    """Crawl these sites in one process, which may be waited for or killed."""
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, json.dumps(settings), "--home", str(home), "crawl", "--allow-private", *keys],
        env=make_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
