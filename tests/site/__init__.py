"""A small news site on loopback that fails in all the ways that servers do."""

from tests.site.server import FaultySite

__all__ = ["FaultySite"]
