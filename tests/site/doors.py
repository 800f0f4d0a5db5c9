"""A site whose every answer is told by the test: an address and what the server says there."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote


class DoorSite:
    """Serves `pages`: path -> body, or (body, content type), or (body, content type, status); all else is 404.

    In what it serves, BASE is its own address. `requests` are the paths that were asked for, in order.
    """

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.requests: list[str] = []
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        self.key = self.host.replace(":", "-")
        self.pages = {path: self._prepare(answer) for path, answer in pages.items()}
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def _prepare(self, answer: Any) -> tuple[bytes, str, int]:
        body, kind, status = (*((answer,) if isinstance(answer, str | bytes) else answer), None, None)[:3]
        told = body if isinstance(body, bytes) else body.replace("BASE", self.url).encode()
        return told, kind or "text/html", status or 200

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    site: DoorSite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.site.requests.append(path)
        body, kind, status = self.site.pages.get(path, (b"<h1>404</h1>", "text/html", 404))
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", body.decode())
            body = b""
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
