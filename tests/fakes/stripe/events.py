"""Events: https://docs.stripe.com/api/events."""

from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Obj


@route("GET", "/v1/events/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One event."""
    call.params.done()
    return call.account.get("event", id)


@route("GET", "/v1/events")
def list_(call: Call) -> Obj:
    """Newest first; by `type` (which may end in `*`), `types`, `delivery_success`, `created`."""
    kind, kinds = call.params.text("type"), call.params.texts("types")
    delivered = call.params.flag("delivery_success")
    return page(
        call,
        [
            event
            for event in call.account.all("event")
            if (kind is None or matches(event["type"], kind))
            and (kinds is None or any(matches(event["type"], each) for each in kinds))
            and (delivered is None or (event["pending_webhooks"] == 0) == delivered)
        ],
        url="/v1/events",
    )


def matches(type_: str, pattern: str) -> bool:
    """Whether an event's type is the pattern, or below one like `invoice.*`; `*` is all."""
    return pattern in ("*", type_) or (pattern.endswith("*") and type_.startswith(pattern[:-1]))
