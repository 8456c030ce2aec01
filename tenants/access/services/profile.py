"""What people keep up to date about themselves."""

from django.db import transaction

from kernel.refusals import InvalidInput
from kernel.texts import LANGUAGES, line_checked
from tenants.access.actors import Actor
from tenants.access.models import Person


@transaction.atomic
def person_update(*, actor: Actor, name: str | None, language: str | None) -> Person:
    """Change the actor's own name or language; None leaves it. Raises `InvalidInput`."""
    person = Person.objects.select_for_update().get(id=actor.person_id)
    if name is not None:
        person.name = line_checked(name, field="name", max_length=60)
    if language is not None:
        if language not in LANGUAGES:
            raise InvalidInput(field="language", reason=f"one of {', '.join(LANGUAGES)}")
        person.language = language
    person.save(update_fields=["name", "language"])
    return person
