"""A tenant whose rows come from elsewhere: another installation, or a tenant that it is a twin of.

As with a new operator, it is PREPARING until all is there, whatever stops it takes everything
back, and what a killed process left is taken back by the next one to want the name or the id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from kernel.tenancy import TenantState
from registry.archives.announce import rows_announce
from registry.archives.refusals import ArchiveRefused
from registry.hosts import tenant_host
from registry.models import Domain, Tenant
from registry.provisioning import name_lock, tenant_discard
from registry.resolver import resolver


class NameTaken(ArchiveRefused):
    """Another tenant has the name or the host."""


class AlreadyHere(ArchiveRefused):
    """A tenant of the same id is or was here: its personal data is bound to that id."""


@contextmanager
def arriving(tenant: Tenant, *, at: datetime) -> Iterator[Tenant]:
    """Reserve the name for `tenant`, an unsaved row, while the block gives it schema and rows.

    Nothing of it is left if the block raises. Platform scope, in no transaction, under the id's
    `archive_lock`. Raises `NameTaken` and `AlreadyHere`.
    """
    with name_lock(tenant.slug):
        _reserve(tenant, at)
        try:
            yield tenant
        except BaseException:
            tenant_discard(tenant)
            raise


def arrived(tenant: Tenant, *, at: datetime) -> None:
    """Tell everybody that `tenant` is served now; its state has just been committed."""
    resolver.clear()
    rows_announce(tenant.ref(), at)


def _reserve(tenant: Tenant, at: datetime) -> None:
    same = Q(slug=tenant.slug) | Q(id=tenant.id)
    for remains in Tenant.objects.filter(same, state=TenantState.PREPARING):
        tenant_discard(remains)
    if Tenant.objects.filter(id=tenant.id).exists():
        raise AlreadyHere(
            f"the tenant {tenant.id} is known here: an archive cannot come back beside or after it,"
            " restore a backup instead"
        )
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            Domain.objects.create(
                domain=tenant_host(tenant.slug), tenant=tenant, is_primary=True, verified_at=at
            )
    except IntegrityError as taken:
        raise NameTaken(f"{tenant.slug} is taken: choose another name with --as") from taken
