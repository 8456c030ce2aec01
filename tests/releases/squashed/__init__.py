"""`mixed`, squashed, with its parts still there."""

from tests.releases import mixed

__path__ = [*mixed.__path__, *__path__]
