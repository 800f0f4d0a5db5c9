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
