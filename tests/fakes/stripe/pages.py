"""Stripe's pages as far as a browser needs them: one button, and back to where it came from."""

from tests.fakes.stripe import browser
from tests.fakes.stripe.errors import ApiError
from tests.fakes.stripe.world import World

_PAGE = """<!doctype html><meta charset="utf-8"><title>Fake Stripe</title>
<h1>{title}</h1><p>{text}</p>{form}"""
_PAY = """<form method="post"><label>Test card <select name="payment_method">
<option>pm_card_visa<option>pm_card_chargeCustomerFail<option>pm_card_chargeDeclined
<option>alipay<option>wechat_pay</select></label> <button>Pay</button></form>"""


def answer(world: World, method: str, path: str, form: dict[str, str]) -> tuple[int, str, str]:
    """The status, where to go, and the page, for a path like `/c/pay/cs_test_…`."""
    id_ = path.rpartition("/")[2]
    for account in world.accounts.values():
        for session in account.all("checkout.session", id=id_):
            if method == "GET":
                amount = f"{session['amount_total']} {session['currency']}"
                return 200, "", _PAGE.format(title="Checkout", text=amount, form=_PAY)
            try:
                browser.complete(account, session, **form)
            except ApiError as error:
                return 402, "", _PAGE.format(title="Checkout", text=error.message, form=_PAY)
            return 303, session["success_url"].replace("{CHECKOUT_SESSION_ID}", id_), ""
        for session in account.all("billing_portal.session", _secret=id_):
            back = f'<a href="{session["return_url"]}">Back</a>'
            return 200, "", _PAGE.format(title="Billing portal", text=back, form="")
        for invoice in account.all("invoice", id=id_):
            text = f"{invoice['number']}: {invoice['total']} {invoice['currency']}"
            return 200, "", _PAGE.format(title="Invoice", text=text, form="")
    return 404, "", _PAGE.format(title="Not found", text="", form="")
