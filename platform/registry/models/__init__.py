"""Tables of the platform's schema."""

from registry.models.domains import DomainClaim
from registry.models.fleet import FleetLook, ReleaseRun
from registry.models.notices import Flag, FlagOverride, PlatformAnnouncement
from registry.models.onboarding import Onboarding, SignUp, SignUpAttempt
from registry.models.operations import (
    Backup,
    BlankSchema,
    Erasure,
    Move,
    ReleaseFailure,
    Restoration,
)
from registry.models.owners import (
    Impersonation,
    OwnerAccount,
    OwnerAction,
    OwnerAttempt,
    OwnerSession,
)
from registry.models.templates import Template, TemplateVersion
from registry.models.tenants import Domain, StateChange, Tenant

__all__ = [
    "Backup",
    "BlankSchema",
    "Domain",
    "DomainClaim",
    "Erasure",
    "Flag",
    "FlagOverride",
    "FleetLook",
    "Impersonation",
    "Move",
    "Onboarding",
    "OwnerAccount",
    "OwnerAction",
    "OwnerAttempt",
    "OwnerSession",
    "PlatformAnnouncement",
    "ReleaseFailure",
    "ReleaseRun",
    "Restoration",
    "SignUp",
    "SignUpAttempt",
    "StateChange",
    "Template",
    "TemplateVersion",
    "Tenant",
]
