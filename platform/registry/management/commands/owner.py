"""manage.py owner create"""

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from kernel.refusals import InvalidInput
from kernel.tenancy import platform_scope
from registry.owners import owner_create

VARIABLE = "OWNER_ACCOUNT_PASSWORD"


class Command(BaseCommand):
    """The people who run the platform."""

    help = (
        "create: add somebody who runs the platform. The password is asked for, or read from "
        f"{VARIABLE}; never from the command line, which other users of the machine can see."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="action", required=True).add_parser("create")
        create.add_argument("--email", required=True)
        create.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(VARIABLE) or _asked()
        try:
            with platform_scope():
                owner_create(
                    email=options["email"],
                    name=options["name"],
                    password=password,
                    at=clock.now(),
                )
        except InvalidInput as refusal:
            raise CommandError(f"{refusal.field}: {refusal.reason}") from refusal
        self.stdout.write(f"{options['email']} can sign in on the platform's host.")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"set {VARIABLE}, or run this where the password can be typed")
    password = getpass("Password: ")
    if password != getpass("Again: "):
        raise CommandError("the two are not the same")
    return password
