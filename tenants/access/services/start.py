"""What a new operator has from its first minute."""

from collections.abc import Mapping
from typing import Any

from kernel.contacts import email_index
from kernel.events import Fact
from kernel.meters import Meter
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import ADMINISTRATOR, ROLE_NAMES, STARTER_ROLES
from tenants.access.services.invitations import invitation_write
from tenants.journal.usage import usage_add, usage_note


def access_start(fact: Fact) -> None:
    """The starter roles, and the first administrator with an open invitation."""
    names = _role_names(fact.data["template"])
    roles = {
        key: Role(key=key, name=names[key], rights=sorted(rights))
        for key, rights in STARTER_ROLES.items()
    }
    Role.objects.bulk_create(roles.values())
    administrator = fact.data["administrator"]
    person = Person.objects.create(
        name=administrator["name"],
        email=administrator["email"],
        email_index=email_index(administrator["email"]),
        created_at=fact.at,
    )
    Grant.objects.create(person=person, role=roles[ADMINISTRATOR], granted_at=fact.at)
    invitation_write(person=person, token=administrator["invite_token"], at=fact.at)
    usage_add(Meter.STAFF, 1, at=fact.at)


def sandbox_start(fact: Fact) -> None:
    """Whoever is to administer a sandbox, with an open invitation: nobody else can sign in."""
    person = Person.objects.create(
        name=fact.data["email"].partition("@")[0][:60],
        email=fact.data["email"],
        email_index=email_index(fact.data["email"]),
        created_at=fact.at,
    )
    role = Role.objects.get(key=ADMINISTRATOR)
    Grant.objects.create(person=person, role=role, granted_at=fact.at)
    invitation_write(person=person, token=fact.data["invite_token"], at=fact.at)
    usage_note(Meter.STAFF, 1, at=fact.at)


def access_described(fact: Fact) -> None:
    """What the starter roles were called and are called now, both as a template's section."""
    roles = Role.objects.filter(key__in=STARTER_ROLES).order_by("key")
    names = {role.key: role.name for role in roles}
    fact.data["began"]["access"] = {"role_names": _role_names(fact.data["template"])}
    fact.data["now"]["access"] = {"role_names": names}


def _role_names(template: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a template calls the starter roles; what it does not name has its usual name."""
    own = template.get("access", {}).get("role_names", {})
    return {key: {**ROLE_NAMES[key], **own.get(key, {})} for key in STARTER_ROLES}
