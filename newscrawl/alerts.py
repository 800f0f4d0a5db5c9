"""Tell somebody else: a web address or a command is called when a site falls ill or gets well, and after good runs.

The addresses and commands are facts about the machine and stand in its environment:
NEWSCRAWL_ALERT_URL, NEWSCRAWL_ALERT_COMMAND, NEWSCRAWL_HEARTBEAT_URL, NEWSCRAWL_HEARTBEAT_COMMAND.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

from newscrawl.exceptions import AlertError

TIMEOUT_SECONDS = 10.0


def send_alert(site: str, ill: Mapping[str, str], over: list[str], at: str) -> list[AlertError]:
    """Tell what is newly wrong, by measure, and what is over; return what went wrong with the telling.

    POSTs a JSON object (site, ill, over, at, and `text`, the line that chat services print) and gives the same to the
    command's standard input, with the line in NEWSCRAWL_MESSAGE.
    """
    name = site or "this machine"
    parts = [
        *(f"{measure}: {message}" for measure, message in ill.items()),
        *(f"{measure}: well again" for measure in over),
    ]
    message = {"text": f"newscrawl: {name}: {'; '.join(parts)}", "site": site, "ill": dict(ill), "over": over, "at": at}
    return _send("ALERT", message, method="POST")


def send_heartbeat(site: str, at: str) -> list[AlertError]:
    """Tell that a run over a site was good: GETs the address, as the services that miss heartbeats expect it."""
    return _send("HEARTBEAT", {"text": f"newscrawl: {site}: good run", "site": site, "at": at}, method="GET")


def _send(kind: str, message: Mapping[str, object], *, method: str) -> list[AlertError]:
    problems = []
    for what, deliver in (("URL", _call), ("COMMAND", _run)):
        name = f"NEWSCRAWL_{kind}_{what}"
        target = os.environ.get(name, "").strip()
        try:
            if target:
                deliver(target, message, method)
        except (OSError, ValueError, HTTPException, subprocess.SubprocessError) as error:
            problems.append(AlertError(f"{name}: not delivered: {error}"))
    return problems


def _call(url: str, message: Mapping[str, object], method: str) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError("no http or https address")
    body = json.dumps(message, ensure_ascii=False).encode() if method == "POST" else None
    headers = {"User-Agent": "newscrawl", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def _run(command: str, message: Mapping[str, object], _method: str) -> None:
    done = subprocess.run(
        shlex.split(command),
        input=json.dumps(message, ensure_ascii=False).encode(),
        env={**os.environ, "NEWSCRAWL_MESSAGE": str(message["text"])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=TIMEOUT_SECONDS,
    )
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(f"exit status {done.returncode}" + (f" ({told[-1]})" if told else ""))
