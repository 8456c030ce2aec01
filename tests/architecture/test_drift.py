"""What is generated from the code is committed, and is what the code says."""

from django.conf import settings
from django.core.management import call_command

from schema.management.commands.graphql import (
    CONTRACT,
    REFUSALS,
    printed_refusals,
    printed_schema,
)


def test_the_printed_schema_is_the_codes():
    printed = (settings.BASE_DIR / CONTRACT).read_text()
    assert printed == printed_schema(), "run: uv run manage.py graphql print"


def test_the_printed_refusals_are_the_codes():
    printed = (settings.BASE_DIR / REFUSALS).read_text()
    assert printed == printed_refusals(), "run: uv run manage.py graphql print"


def test_every_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
