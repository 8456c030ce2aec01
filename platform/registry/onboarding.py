"""An owner takes on a new operator: checked whole, made once per key, live at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from kernel.clock import time_zone_checked
from kernel.contacts import email_checked
from kernel.files import Upload
from kernel.looks import color_checked
from kernel.money import currency_is_known
from kernel.refusals import IdempotencyKeyReused, InvalidInput
from kernel.tenancy import TenantState
from kernel.texts import language_is_known, line_checked, texts_checked
from registry.audit import owner_action
from registry.hosts import invitation_url, slug_checked, tenant_host
from registry.models import Onboarding, TemplateVersion, Tenant
from registry.owners import Owner
from registry.provisioning import (
    Center,
    Provisioning,
    Reserved,
    name_lock,
    tenant_build,
    tenant_reserve,
)
from registry.resolver import resolver
from registry.templates import template_current


@dataclass(frozen=True)
class Brand:
    """How a new operator presents itself; `name` in at least its own `language`."""

    name: Mapping[str, str]
    primary_color: str
    accent_color: str
    language: str
    currency: str
    time_zone: str
    logo: Upload | None


@dataclass(frozen=True, slots=True)
class Administrator:
    """The operator's first member of staff, who is invited by a link."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Onboarded:
    """The tenant, and the link for its first administrator."""

    tenant: Tenant
    invitation_url: str


def tenant_onboard(
    *,
    owner: Owner,
    name: str,
    slug: str,
    brand: Brand,
    template: str,
    administrator: Administrator,
    key: str,
    at: datetime,
    center: Center | None = None,
) -> Onboarded:
    """Make an operator and serve it. The same `key` and input give the same answer again.

    `template` is a template's key; its newest version is used. In several transactions: see
    provisioning.py. Raises `SlugTaken`, `NotFound`, `IdempotencyKeyReused`, `InvalidInput`,
    `FileTooLarge` and `FileTypeRefused`.
    """
    slug_checked(slug)
    name = line_checked(name, field="name", max_length=120)
    key = line_checked(key, field="idempotencyKey", max_length=80)
    brand = _checked(brand)
    administrator = administrator_checked(administrator)
    digest = _digest(name, slug, brand, template, administrator, center)
    version = template_current(template)
    token = _invitation_token(owner, key)
    with name_lock(slug):
        done = Onboarding.objects.filter(account_id=owner.account_id, key=key).first()
        if done is not None and bytes(done.input_hash) != digest:
            raise IdempotencyKeyReused
        if done is None or done.tenant.state == TenantState.PREPARING:
            reserved = _reserve(owner, name, slug, version, key, digest, at)
            tenant = reserved.tenant
            tenant_build(
                reserved,
                provisioning=Provisioning(
                    brand=vars(brand),
                    template=version.data,
                    administrator={**asdict(administrator), "invite_token": token},
                    center=center,
                ),
                record=lambda: owner_action(
                    owner=owner, action="tenantOnboard", tenant=tenant, at=at
                ),
                at=at,
            )
        else:
            tenant = done.tenant
    link = invitation_url(resolver.primary_host(tenant.ref()), token)
    return Onboarded(tenant=tenant, invitation_url=link)


def administrator_checked(administrator: Administrator) -> Administrator:
    """Their name and email as they are kept. Raises `InvalidInput`."""
    return Administrator(
        name=line_checked(administrator.name, field="administrator.name", max_length=60),
        email=email_checked(administrator.email, field="administrator.email"),
    )


def _checked(brand: Brand) -> Brand:
    if not language_is_known(brand.language):
        raise InvalidInput(field="brand.language", reason="not a language that CLDR knows")
    if not currency_is_known(brand.currency):
        raise InvalidInput(field="brand.currency", reason="not a currency of ISO 4217")
    return replace(
        brand,
        name=texts_checked(brand.name, field="brand.name", max_length=60, language=brand.language),
        primary_color=color_checked(brand.primary_color, field="brand.primaryColor"),
        accent_color=color_checked(brand.accent_color, field="brand.accentColor"),
        time_zone=time_zone_checked(brand.time_zone, field="brand.timeZone"),
    )


def _reserve(
    owner: Owner,
    name: str,
    slug: str,
    template: TemplateVersion,
    key: str,
    digest: bytes,
    at: datetime,
) -> Reserved:
    """The tenant and the record of the key, in one transaction. Raises like `tenant_onboard`."""
    with transaction.atomic():
        reserved = tenant_reserve(
            slug=slug, name=name, hosts=[tenant_host(slug)], template=template, at=at
        )
        try:
            Onboarding.objects.create(
                account_id=owner.account_id,
                key=key,
                input_hash=digest,
                tenant=reserved.tenant,
                at=at,
            )
        except IntegrityError as used:
            # Under another name, at this very moment: that one holds another lock.
            raise IdempotencyKeyReused from used
    return reserved


def _digest(
    name: str,
    slug: str,
    brand: Brand,
    template: str,
    administrator: Administrator,
    center: Center | None,
) -> bytes:
    """A hash of the whole input; of the logo, its bytes count."""
    logo = b""
    if brand.logo is not None:
        logo = brand.logo.read()
        brand.logo.seek(0)
    plain = {**vars(brand), "logo": hashlib.sha256(logo).hexdigest()}
    inputs = [name, slug, plain, template, asdict(administrator), center]
    return hashlib.sha256(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS)).digest()


def _invitation_token(owner: Owner, key: str) -> str:
    """The secret of the link: found again from the key, so that it need not be stored."""
    named = f"{owner.account_id}:{key}"
    return salted_hmac("registry.onboarding", named, algorithm="sha256").hexdigest()
