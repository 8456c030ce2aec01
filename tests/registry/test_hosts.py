"""What an operator may be called, and which names people would take one for the other."""

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from kernel.refusals import InvalidInput
from kernel.tenancy import platform_scope
from registry.hosts import RESERVED, skeleton, skeleton_of, slug_checked
from registry.models import Tenant
from tests.support.database import SOME_DAY


@pytest.mark.parametrize(
    ("one", "other"),
    [("gamma", "garnma"), ("gamma", "g-amma"), ("vvhale", "whale"), ("lilly", "1i11y"),
     ("boss", "b0s5"), ("t-0-0", "too")],
)  # fmt: skip
def test_what_looks_alike(one: str, other: str):
    assert skeleton(one) == skeleton(other)


def test_the_database_sees_the_same_and_finds_it_by_an_index():
    names = ["alpha", "g00d-5hop", "vvarnings", "m-i-l-1", "rrn0", *sorted(RESERVED)]
    with platform_scope(), transaction.atomic(), connection.cursor() as cursor:
        Tenant.objects.bulk_create(
            Tenant(
                slug=f"{name}-x{number}", name=name, schema_name=f"t_{number}", state="archived",
                wrapped_key=b"", created_at=SOME_DAY,
            )
            for number, name in enumerate(names)
        )  # fmt: skip
        folded = Tenant.objects.alias(looks=skeleton_of("slug"))
        for slug, looks in folded.values_list("slug", skeleton_of("slug")):
            assert looks == skeleton(slug)
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "tenant_skeleton" in folded.filter(looks="x").explain()


def test_a_host_is_no_longer_than_dns_allows(settings: Settings):
    settings.TENANT_HOST_SUFFIX = ".".join(["a" * 62] * 4)[:249]
    assert slug_checked("abc") == "abc"
    with pytest.raises(InvalidInput):
        slug_checked("abcd")


@pytest.mark.parametrize(
    "slug",
    [
        "abc", "a" * 63, "7-11", "123", "0x10", "abc--d", "a-b", "select", "null", "true",
        "drop-table", "none", "undefined",
    ],
)  # fmt: skip
def test_what_can_be_a_name(slug: str):
    assert slug_checked(slug) == slug


@pytest.mark.parametrize(
    "slug",
    [
        "", "ab", "a" * 64, "-ab", "ab-", "---", "Abc", "ABC", "a.b", "a_b", "a b", "abc\n", " abc",
        "abc.", "a/b", "a:80", "äbc", "аbc", "代取代取", "xn--abc", "xn--80ak6aa92e", "ab--c",
        "www", "public", "platform", "localhost", "a'; drop schema public; --",
    ],
)  # fmt: skip
def test_what_cannot_be_a_name(slug: str):
    with pytest.raises(InvalidInput) as refused:
        slug_checked(slug)
    assert refused.value.field == "slug"
