"""A column with a default, and an index."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
