"""The billing portal: https://docs.stripe.com/api/customer_portal/sessions."""

import uuid

from tests.fakes.stripe.routes import Call, route
from tests.fakes.stripe.world import Obj


@route("POST", "/v1/billing_portal/sessions")
def create(call: Call) -> Obj:
    """A page on which a customer sees to their subscription; it opens for a short time."""
    params = call.params
    customer = call.account.get("customer", params.need("customer"), param="customer")
    returns, configuration = params.text("return_url"), params.text("configuration")
    locale, flow = params.text("locale"), params.plain("flow_data")
    params.done()
    secret = uuid.uuid4().hex
    return call.account.new(
        "bps",
        "billing_portal.session",
        configuration=configuration or "bpc_fake",
        customer=customer["id"],
        flow=flow,
        locale=locale,
        on_behalf_of=None,
        return_url=returns,
        url=f"{call.world.hosted_at}/p/session/{secret}",
        _secret=secret,
    )
