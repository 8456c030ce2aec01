"""Passwords: how they are compared."""

import pytest

from kernel.passwords import Argon2, password_hash, password_matches


class Counted(Argon2):
    """Counts how often it hashes."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.hashed += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        Counted.hashed += 1
        return super().verify(password, encoded)


@pytest.mark.parametrize(
    ("known", "typed", "right"),
    [
        (True, "a fine long password", True),
        (True, "another one", False),
        (True, "", False),
        (True, "x" * 100_000, False),
        (False, "a fine long password", False),
        (False, "", False),
    ],
)
def test_any_password_costs_one_hashing(settings, known: bool, typed: str, right: bool):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    stored = password_hash("a fine long password", email="") if known else None
    Counted.hashed = 0
    assert password_matches(typed, stored) is right
    assert Counted.hashed == 1
