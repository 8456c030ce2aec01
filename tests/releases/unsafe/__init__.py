"""Rewrites a table."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
