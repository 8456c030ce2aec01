"""manage.py demo_fill: a part of `manage.py demo`, which runs it."""

import os
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from devtools.demo.fill import fill
from kernel import clock


class Command(BaseCommand):
    """Migrate, and fill with the demo's operators."""

    help = "Bring every schema up to date and add the demo's operators. Run by `manage.py demo`."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("fleet", "migrate", stdout=StringIO())
        fill(
            password=os.environ["DEMO_LOGIN_PASSWORD"],
            at=clock.now(),
            say=lambda line: self.stdout.write(line),
        )
