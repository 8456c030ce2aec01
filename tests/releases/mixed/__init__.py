"""A bit of everything, in several migrations that rest on each other."""

from tests.releases import first

__path__ = [*first.__path__, *__path__]
