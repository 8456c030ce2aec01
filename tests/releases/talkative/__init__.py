"""A data migration that fails, with what it read in its error."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
