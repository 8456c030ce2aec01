"""Not atomic: step by step, outside a transaction."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
