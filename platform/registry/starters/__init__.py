"""Starter templates: what a new operator begins with, as data; one JSON file each.

A file has `title` and `summary` (texts by language) and a section per tenant app, under the app's
name, which that app's listener of `tenant.provisioned` reads. Places and zones are in none: a
template cannot know where an operator works, and where no zone is drawn everywhere is served.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import orjson


class Starter(StrEnum):
    """The templates there are; the value is the file's name."""

    CAMPUS_ERRANDS = "campus_errands"
    HOME_SERVICES = "home_services"


@cache
def starter_data(starter: Starter) -> dict[str, Any]:
    """The template's file. Callers must not change what they get."""
    data: dict[str, Any] = orjson.loads(
        (Path(__file__).parent / f"{starter.value}.json").read_bytes()
    )
    return data
