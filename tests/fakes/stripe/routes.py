"""Which function answers what, and what it is told."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.stripe.errors import ApiError, invalid, missing
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.world import Account, Obj, World

type Handler = Callable[..., Any]


@dataclass
class Call:
    """One request: the account it speaks for, its parameters, the ids of its path."""

    world: World
    account: Account
    params: Params
    version: str

    @property
    def now(self) -> int:
        """The fake's time, in Unix seconds."""
        return self.world.now


@dataclass(frozen=True)
class Route:
    """A method and a path like `/v1/customers/{id}`."""

    method: str
    path: re.Pattern[str]
    handler: Handler


_routes: list[Route] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Answer `method` at `path` with the function: `(call, **ids of the path)`."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")
        _routes.append(Route(method, pattern, handler))
        return handler

    return register


def handler_of(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """What answers a request, the most literal path first. Raises `ApiError` when nothing does."""
    found = [
        (each.handler, match.groupdict())
        for each in _routes
        if each.method == method and (match := each.path.match(path))
    ]
    if not found:
        message = f"Unrecognized request URL ({method}: {path})."
        raise ApiError(404, "invalid_request_error", message)
    return min(found, key=lambda pair: len(pair[1]))


def page(call: Call, objects: list[Obj], *, url: str) -> dict[str, Any]:
    """A page of `objects` (newest first), by `limit`, `starting_after`, `ending_before`, `created`.

    Reads the parameters, so that a handler calls `done` after it.
    """
    params = call.params
    limit = 10 if (asked := params.number("limit")) is None else asked
    after, before = params.text("starting_after"), params.text("ending_before")
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100", param="limit")
    objects = _created(params, objects)
    ids = [each["id"] for each in objects]
    if after:
        objects = objects[_place(ids, after, "starting_after") + 1 :]
    if before:
        objects = objects[: _place(ids, before, "ending_before")]
        shown, more = objects[-limit:], len(objects) > limit
    else:
        shown, more = objects[:limit], len(objects) > limit
    params.done()
    return {"object": "list", "url": url, "has_more": more, "data": shown}


def _place(ids: list[str], id_: str, param: str) -> int:
    if id_ not in ids:
        raise missing("object", id_, param=param)
    return ids.index(id_)


def _created(params: Params, objects: list[Obj]) -> list[Obj]:
    """Those within `created`: a moment, or bounds `gt`, `gte`, `lt`, `lte`."""
    if not isinstance(params.values.get("created"), dict):
        at = params.number("created")
        return [each for each in objects if at is None or each["created"] == at]
    bounds = params.inner("created")
    low, low_or = bounds.number("gt"), bounds.number("gte")
    high, high_or = bounds.number("lt"), bounds.number("lte")
    return [
        each
        for each in objects
        if (low is None or each["created"] > low)
        and (low_or is None or each["created"] >= low_or)
        and (high is None or each["created"] < high)
        and (high_or is None or each["created"] <= high_or)
    ]
