"""Starter templates: what a new operator begins with, as versioned data. Platform scope.

A version's `data` has `title` and `summary` (texts by language) and a section per tenant app,
under the app's name, which that app's listener of `tenant.provisioned` reads; README.md describes
it. The JSON files beside this module are the first versions of what we bring along.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from kernel.refusals import NotFound
from registry.models import TemplateVersion

BROUGHT_ALONG: Final = ("campus_errands", "home_services")


def template_current(key: str) -> TemplateVersion:
    """The newest version of the template called `key`. Raises `NotFound`."""
    newest = TemplateVersion.objects.filter(template__key=key).select_related("template")
    found = newest.order_by("-number").first()
    if found is None:
        raise NotFound(what="Template")
    return found


def templates_brought_along() -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and data of the templates that come along, for the migration that adds them."""
    for key in BROUGHT_ALONG:
        yield key, orjson.loads((Path(__file__).parent / f"{key}.json").read_bytes())
