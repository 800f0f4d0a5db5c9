"""What lies between a request and the wire, beyond what Scrapy brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request


class ConditionalRequests:
    """Asks for a page only if it changed (RFC 9110, 13.1), where `validators` in a request's meta tell what we have.

    They are headers by name. A redirect leads to another page, of which we may have nothing.
    """

    def process_request(self, request: Request) -> None:
        validators = request.meta.get("validators", {})
        for name, value in validators.items():
            if "redirect_urls" in request.meta:
                request.headers.pop(name, None)
            else:
                request.headers[name] = value


def make_validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the headers that make a request conditional, where the server gave what they need."""
    told = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in told.items() if value}
