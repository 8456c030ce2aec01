"""`Stripe-Signature`, as https://docs.stripe.com/webhooks#verify-manually has it."""

import hashlib
import hmac


def signature(body: bytes, secret: str, at: int) -> str:
    """The header of `body` sent at `at` (Unix seconds) to the endpoint that has `secret`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
