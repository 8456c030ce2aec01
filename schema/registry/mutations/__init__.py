"""Writes of the platform's register, on the platform's host, a module per area."""

import strawberry

from schema.registry.mutations.backups import BackupMutations
from schema.registry.mutations.domains import DomainMutations
from schema.registry.mutations.erasure import ErasureMutations
from schema.registry.mutations.fleet import FleetMutations
from schema.registry.mutations.impersonation import ImpersonationMutations
from schema.registry.mutations.life_cycle import LifeCycleMutations
from schema.registry.mutations.notices import NoticeMutations
from schema.registry.mutations.onboarding import OnboardingMutations
from schema.registry.mutations.owners import OwnerMutations
from schema.registry.mutations.sign_up import SignUpMutations
from schema.registry.mutations.templates import TemplateMutations


@strawberry.type
class RegistryMutations(
    OwnerMutations,
    TemplateMutations,
    DomainMutations,
    OnboardingMutations,
    SignUpMutations,
    LifeCycleMutations,
    ErasureMutations,
    BackupMutations,
    ImpersonationMutations,
    NoticeMutations,
    FleetMutations,
):
    """Root mutations of the platform's register."""
