"""What a new operator has from its first minute."""

from kernel.contacts import email_index
from kernel.events import Fact
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import ADMINISTRATOR, ROLE_NAMES, STARTER_ROLES
from tenants.access.services.invitations import invitation_write


def access_start(fact: Fact) -> None:
    """The starter roles, and the first administrator with an open invitation."""
    names = fact.data["template"].get("access", {}).get("role_names", {})
    roles = {
        key: Role(key=key, name={**ROLE_NAMES[key], **names.get(key, {})}, rights=sorted(rights))
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
