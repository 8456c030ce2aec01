"""manage.py graphql print | refusals | explain"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.tenancy import platform_scope, tenant_scope
from registry.models import Tenant
from schema.core.catalogue import refusals_of
from schema.lowering.explain import STRANGER, CannotExplain, explained
from schema.root import schema

CONTRACT = Path("frontend_contracts") / "schema.graphql"
REFUSALS = Path("frontend_contracts") / "refusals.json"


def printed_schema() -> str:
    """The schema as SDL."""
    return schema.as_str() + "\n"


def printed_refusals() -> str:
    """Every refusal as JSON."""
    return json.dumps(refusals_of(schema), ensure_ascii=False, indent=2) + "\n"


class Command(BaseCommand):
    """Print what front ends rely on."""

    help = (
        f"print: write the schema to {CONTRACT}, and every refusal to {REFUSALS}; "
        "refusals: the latter alone. The tests compare both with the code. "
        "explain DOCUMENT --tenant SLUG --as ROLE: what becomes of a query, and its SQL."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["print", "refusals", "explain"])
        parser.add_argument("document", nargs="?", help="of explain: the query, or its file")
        parser.add_argument("--tenant", help="of explain: the slug")
        parser.add_argument("--as", dest="role", default=STRANGER, help="of explain: a role's key")
        parser.add_argument("--variables", default="{}", help="of explain: JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "explain":
            self._explain(options)
            return
        files = {REFUSALS: printed_refusals()}
        if options["action"] == "print":
            files[CONTRACT] = printed_schema()
        for file, text in files.items():
            (settings.BASE_DIR / file).write_text(text)
            self.stdout.write(f"wrote {file}")

    def _explain(self, options: dict[str, Any]) -> None:
        if not options["document"] or not options["tenant"]:
            raise CommandError("explain DOCUMENT --tenant SLUG")
        file = Path(options["document"])
        document = file.read_text() if file.suffix == ".graphql" else options["document"]
        with platform_scope():
            tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"no tenant {options['tenant']}")
        try:
            with tenant_scope(tenant.ref()):
                variables = json.loads(options["variables"])
                for line in explained(schema, document, variables, role=options["role"]):
                    self.stdout.write(line)
        except CannotExplain as error:
            raise CommandError(str(error)) from error
