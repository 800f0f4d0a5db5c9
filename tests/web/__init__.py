"""A small web of invented newspapers on loopback that knows what is true of it, and writes down what it was asked."""

from tests.web.papers import NOW, Web
from tests.web.server import Asked, WebSite
from tests.web.stories import Story

__all__ = ["NOW", "Asked", "Story", "Web", "WebSite"]
