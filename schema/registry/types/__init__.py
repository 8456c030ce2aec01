"""GraphQL types of the platform's register, a module per area."""

from schema.registry.types.actions import OwnerAction
from schema.registry.types.owners import Owner
from schema.registry.types.templates import Template, TemplateVersion
from schema.registry.types.tenants import Tenant, TenantStateChange

__all__ = ["Owner", "OwnerAction", "Template", "TemplateVersion", "Tenant", "TenantStateChange"]
