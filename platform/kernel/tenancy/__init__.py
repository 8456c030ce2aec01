"""The law above the others: which tenant is speaking. See README.md beside this file."""

from kernel.tenancy.scope import (
    MAIN,
    PLATFORM,
    NoScope,
    PlatformScope,
    Scope,
    TenantRef,
    TenantState,
    Terms,
    current_scope,
    current_tenant,
    in_platform,
    in_tenant,
    platform_scope,
    tenant_scope,
)

__all__ = [
    "MAIN",
    "PLATFORM",
    "NoScope",
    "PlatformScope",
    "Scope",
    "TenantRef",
    "TenantState",
    "Terms",
    "current_scope",
    "current_tenant",
    "in_platform",
    "in_tenant",
    "platform_scope",
    "tenant_scope",
]
