"""Rewrites a table, and says why that is well."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
