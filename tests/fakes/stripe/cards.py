"""Stripe's test cards (https://docs.stripe.com/testing): what the bank says of each."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Card:
    """A test card. `declines` is the error's code and the bank's reason.

    One that declines is refused as soon as it is kept for a customer, unless it is `late`: then
    only when it is charged. `asks` is for authentication: always, or only off session.
    """

    number: str
    brand: str = "visa"
    declines: tuple[str, str | None] | None = None
    late: bool = False
    asks: str | None = None


CARDS: Final = {
    "visa": Card("4242424242424242"),
    "visa_debit": Card("4000056655665556"),
    "mastercard": Card("5555555555554444", "mastercard"),
    "amex": Card("378282246310005", "amex"),
    "unionpay": Card("6200000000000005", "unionpay"),
    "chargeDeclined": Card("4000000000000002", declines=("card_declined", "generic_decline")),
    "chargeDeclinedInsufficientFunds": Card(
        "4000000000009995", declines=("card_declined", "insufficient_funds")
    ),
    "chargeDeclinedLostCard": Card("4000000000009987", declines=("card_declined", "lost_card")),
    "chargeDeclinedStolenCard": Card("4000000000009979", declines=("card_declined", "stolen_card")),
    "chargeDeclinedFraudulent": Card("4100000000000019", declines=("card_declined", "fraudulent")),
    "chargeDeclinedExpiredCard": Card("4000000000000069", declines=("expired_card", None)),
    "chargeDeclinedIncorrectCvc": Card("4000000000000127", declines=("incorrect_cvc", None)),
    "chargeDeclinedProcessingError": Card("4000000000000119", declines=("processing_error", None)),
    "chargeCustomerFail": Card(
        "4000000000000341", declines=("card_declined", "generic_decline"), late=True
    ),
    "authenticationRequired": Card("4000002500003155", asks="first"),
    "authenticationRequiredOnSetup": Card("4000002760003184", asks="always"),
}
"""By the name after `pm_card_` and, for tokens, `tok_`."""

BY_NUMBER: Final = {card.number: name for name, card in CARDS.items()}
