"""A data migration that asks the application's connection."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
