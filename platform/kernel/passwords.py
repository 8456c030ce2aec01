"""How passwords are hashed: Argon2id at OWASP's second recommendation, about 20 ms."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """t=2, m=19 MiB, p=1 (OWASP Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
