"""newscrawl serve, once its options are read: the server that shows the reading room until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from datasette.plugins import pm

from newscrawl.exceptions import UsageError
from newscrawl.web import plugin
from newscrawl.web.room import Room


def make_room(home: Path, language: str) -> Room:
    """Return the reading room of an archive; `app()` makes an ASGI application of it."""
    if not pm.is_registered(plugin):
        pm.register(plugin, name="newscrawl")
    return Room(home, language)


def serve(home: Path, host: str, port: int, language: str, say: Callable[[str], None]) -> None:
    """Show the archive until Ctrl-C or SIGTERM. Raises UsageError for an address that is not free."""
    with _listen(host, port) as listener:
        app = make_room(home, language).app()
        address = _print_address(listener)
        say(f"the archive is at {address} (Ctrl-C ends it)")
        if not _is_loopback(listener):
            say("there is no login: everybody who reaches this address reads the whole archive")
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{host} port {port} cannot be used: {reason}: choose another with --host or --port"
        ) from error


def _print_address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _is_loopback(listener: socket.socket) -> bool:
    host = str(listener.getsockname()[0])
    return host == "::1" or host.startswith("127.")
