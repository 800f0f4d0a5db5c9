"""What lies between a request and the wire, beyond what Scrapy brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_FORBIDS_ALL = b"User-agent: *\nDisallow: /\n"


class CautiousRobots:
    """Reads a robots.txt that the server fails to send as one that forbids everything (RFC 9309, 2.3.1.4).

    Scrapy would look for rules in the error page and find none. It stands above the retries, next to Scrapy's own
    middleware for robots.txt, which marks its requests so that they are not checked themselves.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        is_robots = request.meta.get("dont_obey_robotstxt") and urlparse_cached(request).path == "/robots.txt"
        return response.replace(body=_FORBIDS_ALL) if is_robots and response.status >= 500 else response


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
