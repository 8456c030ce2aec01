"""Takes a third of a second in each schema."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
