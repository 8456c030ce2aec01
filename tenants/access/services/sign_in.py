"""Signing in: staff by email and password, customers and couriers by a code sent to their phone.

Every try is counted and committed before it is judged; see attempts.py.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from kernel.attempts import password_subjects
from kernel.contacts import email_checked, email_index, phone_checked, phone_index
from kernel.crypto import blind_index
from kernel.locks import transaction_lock
from kernel.passwords import password_matches
from kernel.refusals import Refusal, WrongCredentials
from kernel.sms import sms_gateway
from kernel.texts import line_checked
from tenants.access.attempts import attempt_begin, attempt_succeed, attempt_withdraw
from tenants.access.models import Person, PhoneCode
from tenants.access.rights import CUSTOMER
from tenants.access.security import security_event
from tenants.access.services.roles import role_grant
from tenants.access.services.sessions import SignedIn, session_start

CODE_VALIDITY: Final = timedelta(minutes=5)
CODE_PAUSE: Final = timedelta(seconds=60)
CODES_PER_HOUR: Final = 5
CODES_OF_ADDRESS: Final = 20
"""In fifteen minutes, that nobody signed in with: a campus behind one address signs in, whoever
runs up somebody's bill for messages does not."""
_CODES: Final = "codes"


@dataclass(eq=False)
class PhoneCodeTooSoon(Refusal):
    """A code was sent to this phone within the last minute, or five within the last hour."""

    retry_at: datetime


def sign_in_with_password(*, email: str, password: str, address: str, at: datetime) -> SignedIn:
    """Sign in by email (in any case) and password, from `address` ('' where none is known).

    Raises `WrongCredentials`, in the same time whether or not the email is known here,
    `TooManyAttempts` and `InvalidInput`.
    """
    email = email_checked(email)
    tries = [
        attempt_begin(kind=kind, subject=subject, limit=limit, actor_id=None, at=at)
        for kind, subject, limit in password_subjects(email=email, address=address)
    ]
    person = Person.objects.filter(email_index=email_index(email), active=True).first()
    if not password_matches(password, person.password if person else None) or person is None:
        raise WrongCredentials
    with transaction.atomic():
        signed_in = session_start(person=person, at=at)
        for attempt_id in tries:
            attempt_succeed(attempt_id)
    security_event(kind="signed_in", actor_id=person.id, at=at, data={"by": "password"})
    return signed_in


def phone_code_request(*, phone: str, region: str | None, address: str, at: datetime) -> None:
    """Send a six-digit code to `phone`, good for five minutes; an earlier one works no more.

    Does the same whether or not the phone is known. `region` is as in `phone_checked`; `address` is
    who asks, '' where it is not known. Raises `PhoneCodeTooSoon`, `TooManyAttempts` and
    `InvalidInput`. Must not be called inside a transaction.
    """
    number = phone_checked(phone, region=region)
    index = phone_index(number)
    fixed = settings.FIXED_PHONE_CODES.get(number)
    if address and fixed is None:
        attempt_begin(kind=_CODES, subject=address, limit=CODES_OF_ADDRESS, actor_id=None, at=at)
    code = fixed or f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        transaction_lock("phone code", index)
        if fixed is None:  # who always gets the same code is nobody whom messages could annoy
            _check_pace(index, at)
        PhoneCode.objects.filter(phone_index=index, expires_at__gt=at).update(expires_at=at)
        PhoneCode.objects.create(
            phone_index=index,
            code_digest=_code_digest(number, code),
            created_at=at,
            expires_at=at + CODE_VALIDITY,
        )
    sms_gateway().send_code(number, code)


def _check_pace(index: bytes, at: datetime) -> None:
    sent = list(
        PhoneCode.objects.filter(phone_index=index, created_at__gt=at - timedelta(hours=1))
        .order_by("-created_at")
        .values_list("created_at", flat=True)[:CODES_PER_HOUR]
    )
    if sent and sent[0] + CODE_PAUSE > at:
        raise PhoneCodeTooSoon(retry_at=sent[0] + CODE_PAUSE)
    if len(sent) == CODES_PER_HOUR:
        raise PhoneCodeTooSoon(retry_at=sent[-1] + timedelta(hours=1))


def sign_in_with_phone(
    *, phone: str, region: str | None, code: str, name: str | None, address: str, at: datetime
) -> SignedIn:
    """Sign in by the code that was sent; whoever is new becomes a customer called `name`.

    The code counts no more against `address`, if it was asked for from there. Raises
    `WrongCredentials` for a code that is wrong, used or expired, `TooManyAttempts` and
    `InvalidInput`.
    """
    number = phone_checked(phone, region=region)
    called = "" if name is None else line_checked(name, field="name", max_length=60)
    attempt_id = attempt_begin(kind="phone_code", subject=number, actor_id=None, at=at)
    with transaction.atomic():
        _use_code(number, code, at)
        person, _ = Person.objects.get_or_create(
            phone_index=phone_index(number),
            defaults={"phone": number, "name": called, "created_at": at},
        )
        if not person.active:
            raise WrongCredentials
        if called and not person.name:
            person.name = called
            person.save(update_fields=["name"])
        role_grant(person_id=person.id, role=CUSTOMER, at=at)
        signed_in = session_start(person=person, at=at)
        attempt_succeed(attempt_id)
        attempt_withdraw(kind=_CODES, subject=address)
    security_event(kind="signed_in", actor_id=person.id, at=at, data={"by": "phone"})
    return signed_in


def _use_code(number: str, code: str, at: datetime) -> None:
    sent = (
        PhoneCode.objects.select_for_update()
        .filter(phone_index=phone_index(number), used_at=None, expires_at__gt=at)
        .first()
    )
    if sent is None or not hmac.compare_digest(
        bytes(sent.code_digest), _code_digest(number, code.strip())
    ):
        raise WrongCredentials
    sent.used_at = at
    sent.save(update_fields=["used_at"])


def _code_digest(number: str, code: str) -> bytes:
    return blind_index("phone_code", f"{number}:{code}")
