"""Makes a fleet as large as asked for: every tenant by the way that an owner takes one on."""

from collections.abc import Iterator
from datetime import datetime

from django.core.management import call_command
from django.db import connection, transaction

from devtools.bench.fleet.released import revert
from devtools.demo.operators import OWNER_EMAIL
from kernel import clock
from kernel.tenancy import MAIN, platform_scope
from registry.fleet.pool import blank_make
from registry.models import OwnerAccount, Tenant
from registry.onboarding import Administrator, Brand, tenant_onboard
from registry.owners import Owner, owner_create, owner_of_token, owner_sign_in


def prepare(password: str) -> None:
    """The platform's tables, and its owner; a fleet that was kept is brought up to date."""
    with platform_scope():
        is_kept = Tenant._meta.db_table in connection.introspection.table_names()
    if is_kept:
        revert()  # what the bench itself released, this code does not know
    call_command("fleet", "migrate", verbosity=0)
    with platform_scope():
        if not OwnerAccount.objects.exists():
            owner_create(email=OWNER_EMAIL, name="Olga", password=password, at=clock.now())


def slug_of(number: int) -> str:
    """What the fleet's tenant of this number is called."""
    return f"operator-{number:05}"


def grow(numbers: range, *, password: str) -> Iterator[int]:
    """Take on the tenants of `numbers`, those that are there already excepted; yields each."""
    at = clock.now()
    with platform_scope():
        session = owner_sign_in(email=OWNER_EMAIL, password=password, at=at)
        owner = owner_of_token(token=session.token, at=at)
        assert owner is not None
        there = set(Tenant.objects.values_list("slug", flat=True))
        for number in (number for number in numbers if slug_of(number) not in there):
            with transaction.atomic():
                blank_make(server=MAIN, at=at)
            _take_on(owner, slug_of(number), at)
            yield number


def blanks(number: int) -> None:
    """Make so many blank schemas more, whatever the pool's size."""
    with platform_scope():
        for _ in range(number):
            with transaction.atomic():
                blank_make(server=MAIN, at=clock.now())


def _take_on(owner: Owner, slug: str, at: datetime) -> None:
    brand = Brand(
        name={"en": slug.title()},
        primary_color="#1677ff",
        accent_color="#fa8c16",
        language="en",
        currency="CNY",
        time_zone="Asia/Shanghai",
        logo=None,
    )
    tenant_onboard(
        owner=owner,
        name=slug,
        slug=slug,
        brand=brand,
        template="campus_errands",
        administrator=Administrator(name="Ines", email=f"ines@{slug}.example"),
        key=slug,
        at=at,
    )
