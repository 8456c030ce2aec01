"""Two migrations that both come last."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
