"""A business signs up by itself: it proves its contact by a code, and is live. Platform scope.

Nothing is reserved before the code comes back. Of two who confirm one name, the first has it, and
the other may confirm with the same code under another name.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.crypto import salted_hmac

from kernel.attempts import attempt_count
from kernel.clock import time_zone_checked
from kernel.contacts import email_checked, phone_checked
from kernel.money import currency_is_known
from kernel.refusals import InvalidInput, NotFound, Refusal, TooManyAttempts, WrongCredentials
from kernel.sms import sms_gateway
from kernel.tenancy import TenantState
from kernel.texts import language_is_known, line_checked, text_in
from registry.audit import owner_action
from registry.hosts import (
    RESERVED_SKELETONS,
    invitation_url,
    skeleton,
    skeleton_of,
    slug_checked,
    tenant_host,
)
from registry.models import SignUp, SignUpAttempt, Tenant
from registry.onboarding import Onboarded
from registry.provisioning import (
    Provisioning,
    Reserved,
    SlugTaken,
    name_lock,
    tenant_build,
    tenant_reserve,
)
from registry.resolver import resolver
from registry.templates import template_current

log = structlog.get_logger(__name__)

VALIDITY: Final = timedelta(minutes=30)
"""How long a code can be given back, and its sign-up confirmed."""

KEPT: Final = timedelta(days=1)
"""How long it stays on record after that."""

TRIES: Final = 5
PACE: Final = timedelta(hours=1)
PER_CONTACT: Final = 3
PER_ADDRESS: Final = 10

PRIMARY_COLOR: Final = "#1677ff"
ACCENT_COLOR: Final = "#fa8c16"
"""What an operator looks like until it says otherwise."""

_SUBJECT: Final = {
    "en": "{code} is your code for {host}",
    "zh-Hans": "{host} 的验证码：{code}",
}
_BODY: Final = {
    "en": (
        "{code} is the code with which you confirm {host}. It is good for 30 minutes.\n\n"
        "If you did not sign up, you need not do anything."
    ),
    "zh-Hans": (
        "您用于确认 {host} 的验证码是 {code}，30 分钟内有效。\n\n如非本人操作，请忽略此邮件。"
    ),
}


class SlugLooksAlike(Refusal):
    """People would take this name for another operator's, or for one of the platform's own."""


class SignUpsTooMany(Refusal):
    """Three sign-ups an hour from one contact, ten from one address on the network."""


class SignUpOver(Refusal):
    """The code has expired, or was given wrongly five times: sign up again."""


class CodeNotSent(Refusal):
    """The code could not be sent to this contact."""


@dataclass(frozen=True, slots=True)
class Business:
    """Who signs up. The code goes to `phone` (E.164), or without one to `email`.

    `email` is how its first administrator, called `contact_name`, will sign in; `template` and
    `plan` are keys, and whether there is such a plan is the caller's to check.
    """

    name: str
    slug: str
    contact_name: str
    email: str
    phone: str | None
    language: str
    currency: str
    time_zone: str
    template: str
    plan: str


def sign_up_start(*, business: Business, address: str, at: datetime) -> SignUp:
    """Send a six-digit code to the contact. Must not be called inside a transaction.

    `address` is where the request came from, '' if unknown. Raises `SlugTaken`, `SlugLooksAlike`,
    `SignUpsTooMany`, `CodeNotSent`, `NotFound` and `InvalidInput`.
    """
    slug = slug_checked(business.slug)
    email = email_checked(business.email)
    phone = phone_checked(business.phone, region=None) if business.phone else None
    contact = phone or email
    code = f"{secrets.randbelow(1_000_000):06d}"
    sign_up = SignUp(
        slug=slug,
        plan=business.plan,
        contact=contact,
        contact_name=line_checked(business.contact_name, field="contactName", max_length=60),
        email=email,
        template=template_current(business.template).template,
        created_at=at,
        expires_at=at + VALIDITY,
        **_brand_checked(business),
    )
    sign_up.code_digest = _code_digest(sign_up.id, code)
    _check_name(slug)
    if address:
        _ration("address", address, limit=PER_ADDRESS, at=at)
    _ration("contact", contact, limit=PER_CONTACT, at=at)
    sign_up.save(force_insert=True)
    _send(contact, code, by_phone=phone is not None, slug=slug, language=business.language)
    return sign_up


def sign_up_confirm(
    *, sign_up_id: UUID, code: str, slug: str | None = None, at: datetime
) -> Onboarded:
    """Make the tenant and serve it on trial. Again, while the code is good: the same answer.

    `slug` is another name than the one asked for, which may be taken by now. Must not be called
    inside a transaction. Raises `WrongCredentials`, `SignUpOver`, `SlugTaken`, `SlugLooksAlike`,
    `NotFound` and `InvalidInput`.
    """
    sign_up = SignUp.objects.filter(id=sign_up_id).first()
    if sign_up is None:
        raise NotFound(what="SignUp")
    _check_code(sign_up, code, at)
    wanted = slug_checked(sign_up.slug if slug is None else slug)
    token = _digest("invitation", str(sign_up.id)).hex()
    # Confirmed twice at once, perhaps under two names, it is still one sign-up.
    with name_lock(wanted, f"sign-up {sign_up.id}"):
        sign_up = SignUp.objects.select_related("tenant", "template").get(id=sign_up.id)
        tenant = sign_up.tenant
        if tenant is None or tenant.state == TenantState.PREPARING:
            tenant = _make(sign_up, wanted, token, at)
    link = invitation_url(resolver.primary_host(tenant.ref()), token)
    return Onboarded(tenant=tenant, invitation_url=link)


def sign_ups_forget(*, at: datetime) -> None:
    """Drop sign-ups and tries that nothing can come of any more: they hold people's contacts."""
    SignUp.objects.filter(expires_at__lt=at - KEPT).delete()
    SignUpAttempt.objects.filter(at__lt=at - KEPT).delete()


def _brand_checked(business: Business) -> dict[str, str]:
    if not language_is_known(business.language):
        raise InvalidInput(field="language", reason="not a language that CLDR knows")
    if not currency_is_known(business.currency):
        raise InvalidInput(field="currency", reason="not a currency of ISO 4217")
    return {
        # As long as the name in a brand may be: it becomes that.
        "name": line_checked(business.name, field="name", max_length=60),
        "language": business.language,
        "currency": business.currency,
        "time_zone": time_zone_checked(business.time_zone, field="timeZone"),
    }


def _check_name(slug: str) -> None:
    """Raises `SlugTaken` or `SlugLooksAlike`."""
    looks = skeleton(slug)
    if looks in RESERVED_SKELETONS:
        raise SlugLooksAlike
    alike = Tenant.objects.alias(looks=skeleton_of("slug")).filter(looks=looks)
    others = set(alike.exclude(state=TenantState.PREPARING).values_list("slug", flat=True))
    if slug in others:
        raise SlugTaken
    if others:
        raise SlugLooksAlike


def _ration(kind: str, subject: str, *, limit: int, at: datetime) -> None:
    """Count a sign-up of `subject`, whatever comes of it. Raises `SignUpsTooMany`."""
    try:
        attempt_count(
            SignUpAttempt, at=at, limit=limit, window=PACE, subject=_digest(kind, subject)
        )
    except TooManyAttempts as too_many:
        raise SignUpsTooMany from too_many


def _check_code(sign_up: SignUp, code: str, at: datetime) -> None:
    """Raises `WrongCredentials` or `SignUpOver`."""
    if sign_up.expires_at <= at:
        raise SignUpOver
    subject = _digest("code", str(sign_up.id))
    try:
        attempt = attempt_count(SignUpAttempt, at=at, limit=TRIES, window=VALIDITY, subject=subject)
    except TooManyAttempts as too_many:
        raise SignUpOver from too_many
    if not hmac.compare_digest(bytes(sign_up.code_digest), _code_digest(sign_up.id, code.strip())):
        raise WrongCredentials
    attempt.succeeded = True  # a right one does not count: it can be given again
    attempt.save(update_fields=["succeeded"])


def _make(sign_up: SignUp, slug: str, token: str, at: datetime) -> Tenant:
    _check_name(slug)
    version = template_current(sign_up.template.key)
    with transaction.atomic():
        reserved: Reserved = tenant_reserve(
            slug=slug, name=sign_up.name, hosts=[tenant_host(slug)], template=version, at=at
        )
        SignUp.objects.filter(id=sign_up.id).update(tenant=reserved.tenant)
    brand: dict[str, Any] = {
        "name": {sign_up.language: sign_up.name},
        "primary_color": PRIMARY_COLOR,
        "accent_color": ACCENT_COLOR,
        "language": sign_up.language,
        "currency": sign_up.currency,
        "time_zone": sign_up.time_zone,
    }

    def record() -> None:
        SignUp.objects.filter(id=sign_up.id).update(confirmed_at=at)
        owner_action(owner=None, action="signUpConfirm", tenant=reserved.tenant, at=at)

    tenant_build(
        reserved,
        provisioning=Provisioning(
            brand=brand,
            template=version.data,
            administrator={
                "name": sign_up.contact_name,
                "email": sign_up.email,
                "invite_token": token,
            },
        ),
        plan=sign_up.plan,
        record=record,
        at=at,
    )
    return reserved.tenant


def _send(contact: str, code: str, *, by_phone: bool, slug: str, language: str) -> None:
    """Raises `CodeNotSent`."""
    if by_phone:
        sms_gateway().send_code(contact, code)
        return
    said = {"code": code, "host": tenant_host(slug)}
    message = EmailMessage(
        subject=text_in(_SUBJECT, language, "en").format(**said),
        body=text_in(_BODY, language, "en").format(**said),
        from_email=settings.MAIL_FROM,
        to=[contact],
    )
    try:
        message.send()
    except OSError as error:  # which smtplib's own are, too
        log.warning("a code was not sent", error=type(error).__name__)
        raise CodeNotSent from error


def _code_digest(sign_up_id: UUID, code: str) -> bytes:
    return _digest("sign-up code", f"{sign_up_id}:{code}")


def _digest(kind: str, value: str) -> bytes:
    """A keyed digest: what is stored says nothing to whoever has the database alone."""
    return salted_hmac("registry.sign_up", f"{kind}:{value}", algorithm="sha256").digest()
