"""What fails where two parcels weigh the same."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
