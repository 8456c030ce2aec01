"""What an operator can do without: parts of the product that it switches off as a whole.

What is off is shown nowhere and refused where it would be written; what was written before stays,
and is there again when it is switched on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, Q

from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.models import Settings


class Module(StrEnum):
    """A part that can be switched off. Everything begins switched on."""

    APPLICATIONS = "applications"
    APPOINTMENTS = "appointments"
    FOLLOWING = "following"
    PROVIDERS = "providers"
    RECOMMENDATIONS = "recommendations"
    REVIEWS = "reviews"
    SHIFTS = "shifts"


@dataclass(eq=False)
class ModuleOff(Refusal):
    """The operator has switched this part off."""

    module: str


@transaction.atomic
def modules_set(*, actor: Actor, off: Collection[Module], at: datetime) -> Settings:
    """Switch these off, and everything else on."""
    actor.require(Right.BRAND_MANAGE)
    settings = Settings.objects.select_for_update().get()
    settings.modules_off = sorted(set(off))
    settings.updated_at = at
    settings.save(update_fields=["modules_off", "updated_at"])
    return settings


def module_is_on(module: Module) -> bool:
    """Whether the operator has it. One query."""
    return not Settings.objects.filter(modules_off__contains=[module]).exists()


def module_check(module: Module) -> None:
    """Raises `ModuleOff` where the operator has switched it off. One query."""
    if not module_is_on(module):
        raise ModuleOff(module=module)


def module_on(module: Module) -> Q:
    """A condition for a query of whatever rows: that the module is on."""
    return ~Q(Exists(Settings.objects.filter(modules_off__contains=[module])))
