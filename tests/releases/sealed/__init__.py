"""A data migration that reads and writes what is encrypted."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
