"""How an operator's hosts are claimed, proven and let go: by its staff, or by an owner for it."""

from typing import Any, Final, cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.meters import FeatureNotInPlan
from kernel.refusals import NotFound
from kernel.tenancy import TenantRef, current_tenant
from registry import domains
from registry.dns import dns_configured
from registry.owners import Owner
from registry.selectors import tenants_known
from schema.core.context import Context, Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience
from schema.registry.types.domains import Domain, DomainClaim
from tenants.access.rights import Right

STAFF_OR_OWNER: Final = (Right.BRAND_MANAGE, Audience.OWNER)
HOST: Final = "Such as www.example.com; in letters or punycode, in any case."
TENANT: Final = "Whose, on the platform's host; not on the operator's own."


@strawberry.input(description="A host that an operator says is its own.")
class DomainClaimInput:
    """Which."""

    host: str = strawberry.field(description=HOST)
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.input(description="A claimed host to look up in the DNS.")
class DomainVerifyInput:
    """Which."""

    host: str = strawberry.field(description=HOST)
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.input(description="A claim to drop.")
class DomainClaimRemoveInput:
    """Which."""

    host: str = strawberry.field(description=HOST)
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.input(description="A host to make the primary one.")
class DomainMakePrimaryInput:
    """Which."""

    host: str = strawberry.field(description=HOST)
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.input(description="Whether a host redirects.")
class DomainRedirectInput:
    """Which, and whether."""

    host: str = strawberry.field(description=HOST)
    on: bool = strawberry.field(description="Whether browsers are sent on to the primary host.")
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.input(description="A host to let go of.")
class DomainRemoveInput:
    """Which."""

    host: str = strawberry.field(description=HOST)
    tenant_id: GlobalID | None = strawberry.field(default=None, description=TENANT)


@strawberry.type(description="Claimed. Put the record into the DNS, then ask to verify.")
class DomainClaimSuccess:
    """What to put into the DNS."""

    claim: DomainClaim = strawberry.field(description="The claim, with its TXT record.")


@strawberry.type(description="Proven: the host leads to the operator.")
class DomainVerifySuccess:
    """The host."""

    domain: Domain = strawberry.field(description="As it is now.")


@strawberry.type(description="Claimed no more.")
class DomainClaimRemoveSuccess:
    """Done."""

    done: bool = strawberry.field(default=True, description="Always true.")


@strawberry.type(description="Links name this host now.")
class DomainMakePrimarySuccess:
    """The host."""

    domain: Domain = strawberry.field(description="As it is now.")


@strawberry.type(description="Set.")
class DomainRedirectSuccess:
    """The host."""

    domain: Domain = strawberry.field(description="As it is now.")


@strawberry.type(description="The host leads here no more.")
class DomainRemoveSuccess:
    """Done."""

    done: bool = strawberry.field(default=True, description="Always true.")


@strawberry.type
class DomainMutations:
    """Root mutations of hosts."""

    @mutation(
        right=STAFF_OR_OWNER,
        refusals=[FeatureNotInPlan, domains.DomainTaken, domains.TooManyDomains],
    )
    def domain_claim(self, info: Info, input: DomainClaimInput) -> DomainClaimSuccess:
        """Say that a host is the operator's own. It has a week to prove it in the DNS."""
        claim = domains.domain_claim(
            host=input.host, **_for_whom(info, input.tenant_id), at=clock.now()
        )
        return DomainClaimSuccess(claim=cast(DomainClaim, claim))

    @mutation(
        right=STAFF_OR_OWNER,
        refusals=[
            FeatureNotInPlan,
            domains.DomainNotProven,
            domains.DnsUnavailable,
            domains.DomainTaken,
            domains.TooManyDomains,
        ],
    )
    def domain_verify(self, info: Info, input: DomainVerifyInput) -> DomainVerifySuccess:
        """Look for the proof in the DNS. With it there, the host is served within a second."""
        domain = domains.domain_verify(
            host=input.host,
            dns=dns_configured(),
            **_for_whom(info, input.tenant_id),
            at=clock.now(),
        )
        return DomainVerifySuccess(domain=cast(Domain, domain))

    @mutation(right=STAFF_OR_OWNER)
    def domain_claim_remove(
        self, info: Info, input: DomainClaimRemoveInput
    ) -> DomainClaimRemoveSuccess:
        """Claim a host no more."""
        domains.domain_claim_remove(
            host=input.host, **_for_whom(info, input.tenant_id), at=clock.now()
        )
        return DomainClaimRemoveSuccess()

    @mutation(right=STAFF_OR_OWNER)
    def domain_make_primary(
        self, info: Info, input: DomainMakePrimaryInput
    ) -> DomainMakePrimarySuccess:
        """Make a host the one that links name and that others redirect to."""
        domain = domains.domain_make_primary(
            host=input.host, **_for_whom(info, input.tenant_id), at=clock.now()
        )
        return DomainMakePrimarySuccess(domain=cast(Domain, domain))

    @mutation(right=STAFF_OR_OWNER)
    def domain_redirect(self, info: Info, input: DomainRedirectInput) -> DomainRedirectSuccess:
        """Send browsers from a host on to the primary one, or stop to."""
        domain = domains.domain_redirect(
            host=input.host, on=input.on, **_for_whom(info, input.tenant_id), at=clock.now()
        )
        return DomainRedirectSuccess(domain=cast(Domain, domain))

    @mutation(right=STAFF_OR_OWNER, refusals=[domains.PlatformDomain])
    def domain_remove(self, info: Info, input: DomainRemoveInput) -> DomainRemoveSuccess:
        """Let go of a host. After the primary one the platform's own is primary."""
        domains.domain_remove(host=input.host, **_for_whom(info, input.tenant_id), at=clock.now())
        return DomainRemoveSuccess()


def _for_whom(info: Info, tenant_id: GlobalID | None) -> dict[str, Any]:
    """The tenant that this is about, and the owner who acts for it, if one does.

    Raises `NotFound("Tenant")` for any id on a tenant's host, and for none on the platform's.
    """
    context: Context = info.context
    if not context.on_platform:
        if tenant_id is not None:
            raise NotFound(what="Tenant")
        return {"tenant": current_tenant(), "owner": None}
    key = row_id(tenant_id, "Tenant") if tenant_id is not None else None
    found = tenants_known().filter(id=key).first()
    if found is None:
        raise NotFound(what="Tenant")
    tenant: TenantRef = found.ref()
    owner: Owner | None = context.owner
    return {"tenant": tenant, "owner": owner}
