"""Reads of the platform's register, on the platform's host, a module per area."""

import strawberry

from schema.registry.queries.domains import DomainQueries
from schema.registry.queries.erasure import ErasureQueries
from schema.registry.queries.fleet import FleetQueries
from schema.registry.queries.impersonation import ImpersonationQueries
from schema.registry.queries.notices import NoticeQueries
from schema.registry.queries.owners import OwnerQueries
from schema.registry.queries.sign_up import SignUpQueries
from schema.registry.queries.templates import TemplateQueries
from schema.registry.queries.tenants import TenantQueries


@strawberry.type
class RegistryQueries(
    OwnerQueries,
    TenantQueries,
    TemplateQueries,
    DomainQueries,
    SignUpQueries,
    ErasureQueries,
    ImpersonationQueries,
    NoticeQueries,
    FleetQueries,
):
    """Root query fields of the platform's register."""
