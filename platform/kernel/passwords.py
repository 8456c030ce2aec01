"""How passwords are chosen, hashed and compared: Argon2id at OWASP's second recommendation."""

import unicodedata
from functools import cache
from typing import Final

from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    Argon2PasswordHasher,
    check_password,
    make_password,
)
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from kernel.refusals import InvalidInput

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200


class Argon2(Argon2PasswordHasher):
    """t=2, m=19 MiB, p=1 (OWASP Password Storage Cheat Sheet), about 20 ms."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def password_hash(password: str, *, email: str) -> str:
    """What is stored of a new password. Raises `InvalidInput("password")` when it is too easy.

    Too easy: under 10 characters, the email or its first part, or among the 20,000 commonest.
    """
    reason = None
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        reason = f"between {MIN_LENGTH} and {MAX_LENGTH} characters"
    elif any(unicodedata.category(character) == "Cc" for character in password):
        reason = "control characters are not allowed"
    elif password.lower() in (email.lower(), email.lower().partition("@")[0]):
        reason = "must not be the email address"
    elif _is_common(password):
        reason = "this is one of the most common passwords"
    if reason is not None:
        raise InvalidInput(field="password", reason=reason)
    return make_password(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Whether `password` is the one behind `stored`; takes as long when nothing is stored."""
    possible = password if len(password) <= MAX_LENGTH else ""
    return check_password(possible, stored or UNUSABLE_PASSWORD_PREFIX)


def _is_common(password: str) -> bool:
    try:
        _common().validate(password)
    except ValidationError:
        return True
    return False


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()
