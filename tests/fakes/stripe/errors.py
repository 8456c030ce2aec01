"""Errors in Stripe's shape (https://docs.stripe.com/api/errors)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class ApiError(Exception):
    """What is answered instead of an object. `extra` has an error's further facts."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON that Stripe would answer."""
        facts = {"type": self.type, "code": self.code, "message": self.message, "param": self.param}
        facts = {name: value for name, value in facts.items() if value is not None}
        return {"error": facts | self.extra}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    """400: the request cannot be carried out as it is."""
    return ApiError(400, "invalid_request_error", message, code=code, param=param)


def missing(kind: str, id_: str, *, param: str = "id") -> ApiError:
    """No such object: 404 where the path names it, 400 where a parameter does."""
    status = 404 if param == "id" else 400
    message = f"No such {kind}: '{id_}'"
    return ApiError(status, "invalid_request_error", message, "resource_missing", param)


def unexpected_state(kind: str, message: str) -> ApiError:
    """The object is not in a state in which this can be done."""
    return ApiError(400, "invalid_request_error", message, code=f"{kind}_unexpected_state")


def unauthorized(message: str) -> ApiError:
    """401: no key, or not ours."""
    return ApiError(401, "invalid_request_error", message)


def card_error(code: str, decline_code: str | None, **extra: Any) -> ApiError:
    """402: the bank said no. `decline_code` is its reason, where it gave one."""
    messages = {
        "card_declined": "Your card was declined.",
        "expired_card": "Your card has expired.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "processing_error": "An error occurred while processing your card. Try again later.",
        "authentication_required": "This payment requires authentication to proceed.",
    }
    if decline_code == "insufficient_funds":
        message = "Your card has insufficient funds."
    else:
        message = messages[code]
    if decline_code is not None:
        extra["decline_code"] = decline_code
    return ApiError(402, "card_error", message, code=code, extra=extra)
