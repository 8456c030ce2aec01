"""Phones and emails in the one form in which they are stored and found."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from phonenumbers import NumberParseException, PhoneNumberFormat

from kernel.crypto import blind_index
from kernel.refusals import InvalidInput

_is_email = EmailValidator()


def phone_checked(phone: str, *, region: str | None, field: str = "phone") -> str:
    """`phone` in E.164. `region` (ISO 3166) reads a number without a country; with None or ZZ it
    must have a `+`.

    Raises `InvalidInput(field)` unless it is a number that can exist.
    """
    try:
        number = phonenumbers.parse(phone[:40], region)
    except NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InvalidInput(field=field, reason="not a valid phone number")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def email_checked(email: str, *, field: str = "email") -> str:
    """`email` in lower case. Raises `InvalidInput(field)` unless it is an address.

    At most 254 characters (RFC 5321), all of them ASCII.
    """
    address = email.strip().lower()
    try:
        _is_email(address)
        ok = address.isascii() and len(address) <= 254
    except ValidationError:
        ok = False
    if not ok:
        raise InvalidInput(field=field, reason="not a valid email address")
    return address


def phone_index(number: str) -> bytes:
    """How the phone `number`, in E.164, is found."""
    return blind_index("phone", number)


def email_index(address: str) -> bytes:
    """How the email `address`, in lower case, is found."""
    return blind_index("email", address)
