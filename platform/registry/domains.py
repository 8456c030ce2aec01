"""Hosts of a tenant's own: claimed, proven in the DNS, made primary, let go.

Each verb takes the tenant, whatever scope is bound, and enters the platform's by itself, so none
must be called inside a transaction. `owner` is the platform's owner who acts; None when the
tenant's own staff do.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from kernel.meters import Feature, feature_check
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.audit import owner_action
from registry.dns import DnsFailed, DnsResolver
from registry.host_names import domain_checked, host_asked, record_name
from registry.hosts import tenant_host
from registry.models import Domain, DomainClaim, Tenant
from registry.owners import Owner
from registry.resolver import resolver

MAX_CLAIMS: Final = 10
MAX_DOMAINS: Final = 20
CLAIM_VALIDITY: Final = timedelta(days=7)


class DomainTaken(Refusal):
    """Another operator has proven that this host is its own. The platform's owner can take it."""


@dataclass(eq=False)
class TooManyDomains(Refusal):
    """There are as many as may be: `limit`. Remove one first."""

    limit: int


@dataclass(eq=False)
class DomainNotProven(Refusal):
    """The DNS has no TXT record `record` with the text `expected`. It may take hours to spread."""

    record: str
    expected: str


class DnsUnavailable(Refusal):
    """The DNS of this host did not answer. Try again later."""


class PlatformDomain(Refusal):
    """This is the platform's own host for the operator, which always leads to it."""


def domains_of(tenant: TenantRef) -> list[Domain]:
    """The hosts that lead to the tenant, the primary first, then by name. In any scope."""
    with platform_scope():
        return list(Domain.objects.filter(tenant_id=tenant.id).order_by("-is_primary", "domain"))


def claims_of(tenant: TenantRef, *, at: datetime) -> list[DomainClaim]:
    """What the tenant has claimed and not proven, and still may. In any scope."""
    with platform_scope():
        return list(_open_claims(tenant, at))


def domains_known(*, search: str | None, own: bool | None) -> QuerySet[Domain]:
    """Every host of every tenant's, the newest first. Platform scope.

    `own`: only those that tenants have of their own, or only the platform's for them.
    """
    known: QuerySet[Domain] = Domain.objects.exclude(tenant__state=TenantState.PREPARING)
    found = known.order_by("-id")
    if search is not None:
        found = found.filter(_called("domain", search))
    if own is not None:
        platforms = Q(domain__endswith=f".{settings.TENANT_HOST_SUFFIX}")
        found = found.filter(~platforms if own else platforms)
    return found


def claims_known(*, search: str | None, at: datetime) -> QuerySet[DomainClaim]:
    """Every claim that can still be proven, the newest first. Platform scope."""
    found = DomainClaim.objects.filter(created_at__gt=at - CLAIM_VALIDITY).order_by("-id")
    return found if search is None else found.filter(_called("host", search))


def _called(field: str, search: str) -> Q:
    """A host with `search` in it, in letters or punycode, or one of a tenant called like it."""
    of_tenant = Q(tenant__name__icontains=search) | Q(tenant__slug__icontains=search)
    host = host_asked(search.strip()) or search
    return of_tenant | Q(**{f"{field}__icontains": host})


def domain_claim(*, tenant: TenantRef, host: str, owner: Owner | None, at: datetime) -> DomainClaim:
    """Say that a host is the tenant's own; what to put into the DNS is in the answer.

    A host that is claimed already keeps its token until it lapses, after `CLAIM_VALIDITY`. Others
    may claim it as well. Raises `InvalidInput`, `FeatureNotInPlan`, `DomainTaken` and
    `TooManyDomains`.
    """
    _check_plan(tenant)
    domain = domain_checked(host, field="host")
    with _changing(tenant) as row:
        _check_free(row, domain)
        row.domain_claims.filter(created_at__lte=at - CLAIM_VALIDITY).delete()
        if (claimed := row.domain_claims.filter(host=domain).first()) is not None:
            found: DomainClaim = claimed
            return found
        if row.domain_claims.count() >= MAX_CLAIMS:
            raise TooManyDomains(limit=MAX_CLAIMS)
        _record(row, owner, "domainClaim", domain, at)
        made: DomainClaim = row.domain_claims.create(
            host=domain, token=secrets.token_urlsafe(32), created_at=at
        )
        return made


def domain_verify(
    *, tenant: TenantRef, host: str, dns: DnsResolver, owner: Owner | None, at: datetime
) -> Domain:
    """Look for the claim's token in the DNS; with it there, the host leads to the tenant at once.

    Nobody looks again later: whoever loses a host removes it, or the platform's owner does. Raises
    `NotFound` without an open claim, `FeatureNotInPlan`, `DomainNotProven`, `DnsUnavailable`,
    `DomainTaken` and `TooManyDomains`.
    """
    _check_plan(tenant)
    domain = _named(host)
    with platform_scope():
        claim = _open_claims(tenant, at).filter(host=domain).first()
        if claim is None:
            raise NotFound(what="DomainClaim")
        # It takes seconds, so no transaction is open meanwhile.
        DomainClaim.objects.filter(id=claim.id).update(checked_at=at)
        try:
            texts = dns.texts(record_name(domain))
        except DnsFailed as failed:
            raise DnsUnavailable from failed
    if claim.token not in texts:
        raise DomainNotProven(record=record_name(domain), expected=claim.token)
    with _changing(tenant) as row:
        _check_free(row, domain)
        if row.domains.count() >= MAX_DOMAINS:
            raise TooManyDomains(limit=MAX_DOMAINS)
        _record(row, owner, "domainVerify", domain, at)
        row.domain_claims.filter(host=domain).delete()
        try:
            with transaction.atomic():
                proven: Domain = Domain.objects.create(
                    domain=domain, tenant=row, is_primary=False, verified_at=at
                )
        except IntegrityError as taken:
            raise DomainTaken from taken
        return proven


def domain_claim_remove(*, tenant: TenantRef, host: str, owner: Owner | None, at: datetime) -> None:
    """Claim a host no more. Raises `NotFound`."""
    with _changing(tenant) as row:
        removed, _ = row.domain_claims.filter(host=_named(host)).delete()
        if not removed:
            raise NotFound(what="DomainClaim")
        _record(row, owner, "domainClaimRemove", _named(host), at)


def domain_make_primary(
    *, tenant: TenantRef, host: str, owner: Owner | None, at: datetime
) -> Domain:
    """Make a host the one that links name and others redirect to. Raises `NotFound`."""
    with _changing(tenant) as row:
        domain = _domain(row, host)
        _make_primary(domain)
        _record(row, owner, "domainMakePrimary", domain.domain, at)
        return domain


def domain_redirect(
    *, tenant: TenantRef, host: str, on: bool, owner: Owner | None, at: datetime
) -> Domain:
    """Send browsers from a host to the primary one, or no longer. Programs are answered on both.

    Raises `NotFound`, and `InvalidInput` for the primary host.
    """
    with _changing(tenant) as row:
        domain = _domain(row, host)
        if on and domain.is_primary:
            raise InvalidInput(field="host", reason="the primary host is where the others lead")
        domain.redirects = on
        domain.save(update_fields=["redirects"])
        _record(row, owner, "domainRedirect", domain.domain, at, on=on)
        return domain


def domain_remove(*, tenant: TenantRef, host: str, owner: Owner | None, at: datetime) -> None:
    """Let go of a host; if it was the primary one, the platform's own host is.

    Raises `NotFound` and `PlatformDomain`.
    """
    with _changing(tenant) as row:
        domain = _domain(row, host)
        if domain.domain == tenant_host(row.slug):
            raise PlatformDomain
        domain.delete()
        if domain.is_primary:
            _make_primary(_domain(row, tenant_host(row.slug)))
        _record(row, owner, "domainRemove", domain.domain, at)


@contextmanager
def _changing(tenant: TenantRef) -> Iterator[Tenant]:
    """One change of a tenant's hosts at a time; afterwards every process forgets what it knew."""
    with platform_scope():
        with transaction.atomic():
            yield Tenant.objects.select_for_update().get(id=tenant.id)
        resolver.clear()


def _check_plan(tenant: TenantRef) -> None:
    with tenant_scope(tenant):
        feature_check(Feature.CUSTOM_DOMAIN)


def _check_free(row: Tenant, domain: str) -> None:
    """Raises `DomainTaken` for another's host, `InvalidInput` for one that leads here already."""
    holder = Domain.objects.filter(domain=domain).values_list("tenant_id", flat=True).first()
    if holder == row.id:
        raise InvalidInput(field="host", reason="this host leads to the operator already")
    if holder is not None:
        raise DomainTaken


def _open_claims(tenant: TenantRef, at: datetime) -> QuerySet[DomainClaim]:
    claims = DomainClaim.objects.filter(tenant_id=tenant.id, created_at__gt=at - CLAIM_VALIDITY)
    return claims.order_by("host")


def _domain(row: Tenant, host: str) -> Domain:
    found: Domain | None = row.domains.filter(domain=_named(host)).first()
    if found is None:
        raise NotFound(what="Domain")
    return found


def _named(host: str) -> str:
    return host_asked(host.strip())


def _make_primary(domain: Domain) -> None:
    domain.is_primary, domain.redirects = True, False
    domain.save()  # where django-tenants' mixin takes it from the one that was


def _record(
    row: Tenant, owner: Owner | None, action: str, host: str, at: datetime, **data: bool
) -> None:
    """What the platform's owner does is on record."""
    if owner is not None:
        owner_action(owner=owner, action=action, tenant=row, data={"host": host, **data}, at=at)
