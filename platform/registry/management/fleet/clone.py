"""manage.py fleet clone"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kernel import clock
from registry.archives.clone import tenant_clone
from registry.hosts import tenant_host
from registry.management.archives import at_work, share_shown, tenant_called

HELP = """
Make a sandbox of an operator: a twin under another name and a key of its own, with the same
catalogue, prices and orders, and nobody's personal data. Names, phones, addresses, notes and
positions are others, the same for the same person; nobody of the operator's people can sign in;
of the media only brand and catalogue come along. Everybody goes on working meanwhile.

Its phones begin with +999, which is no country's, and its mail ends in .invalid: nothing that the
sandbox sends reaches anybody. --invite prints a link for its administrator.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("slug", metavar="SLUG", help="the operator")
    parser.add_argument("--as", dest="name", required=True, metavar="SLUG", help="the sandbox")
    parser.add_argument("--invite", metavar="EMAIL", help="who is to administer the sandbox")


def run(command: BaseCommand, *, slug: str, name: str, invite: str | None, **options: Any) -> None:
    """Make the sandbox. Raises `CommandError`."""
    with at_work():
        tenant = tenant_called(slug)
        with share_shown(command, f"Copying {slug}") as progress:
            cloned = tenant_clone(
                tenant=tenant, slug=name, invite=invite, at=clock.now(), progress=progress
            )
    command.stdout.write(f"{name} is served at {tenant_host(name)}.")
    if cloned.invitation_url:
        command.stdout.write(f"Its administrator opens {cloned.invitation_url}")
