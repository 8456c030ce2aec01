"""Which hosts lead where: the primary one, those that redirect to it, and how hosts are written."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from devtools.servers.process import free_port
from kernel.tenancy import TenantRef, platform_scope
from registry.domains import domain_make_primary, domain_redirect, domain_remove, domains_of
from registry.models import Domain
from registry.resolver import resolver
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.processes import process
from tests.support.stage import mutate

HOST, OTHER = "shop.example", "xn--hxtq42j.example"
PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    """alpha's administrator; alpha has two hosts of its own besides the platform's."""
    with platform_scope():
        for host in (HOST, OTHER):
            Domain.objects.create(
                domain=host, tenant_id=alpha.id, is_primary=False, verified_at=SOME_DAY
            )
    resolver.clear()
    return cast(alpha).ines


def primary(member: Member, host: str) -> Any:
    return mutate(member.api, "domainMakePrimary", {"host": host}, "domain { primary redirects }")


def redirect(member: Member, host: str, on: bool = True) -> Any:
    given = {"host": host, "on": on}
    return mutate(member.api, "domainRedirect", given, "domain { primary redirects }")


def remove(member: Member, host: str) -> Any:
    return mutate(member.api, "domainRemove", {"host": host}, "done")


def go(host: str, path: str = "/", **headers: str) -> Any:
    return Client(headers={"host": host, "accept": PAGE, **headers}).get(path)


def standing(tenant: TenantRef) -> list[tuple[str, bool, bool]]:
    return [(one.domain, one.is_primary, one.redirects) for one in domains_of(tenant)]


def test_browsers_are_sent_on_with_path_and_query(ines: Member):
    assert primary(ines, HOST)["domain"] == {"primary": True, "redirects": False}
    assert go("alpha.localhost").status_code == 404  # not unless it is asked for
    assert redirect(ines, "alpha.localhost")["domain"] == {"primary": False, "redirects": True}
    for path in ("/", "/invite?token=a%2Fb&x=%E5%BA%97", "/graphqlx"):
        sent = go("alpha.localhost:8000", path)
        assert sent.status_code == 308
        assert sent["Location"] == f"http://{HOST}{path}"
        assert urlsplit(sent["Location"]).netloc == HOST
        assert sent["Cache-Control"] == "no-store"
    client = Client(headers={"host": "ALPHA.localhost.", "accept": PAGE})
    assert client.head("/").status_code == 308
    assert go(HOST).status_code == 404  # this is where the others lead
    assert redirect(ines, "alpha.localhost", on=False)["domain"]["redirects"] is False
    assert go("alpha.localhost").status_code == 404


def test_programs_are_answered_where_they_ask(ines: Member):
    primary(ines, HOST)
    redirect(ines, "alpha.localhost")
    assert Api("alpha.localhost").run("{ brand { currency } }")
    assert go("alpha.localhost", "/graphql?query={brand{currency}}").status_code != 308
    for path in ("/files/x", "/graphiql/start.js", "/healthz", "/readyz", "/.well-known/acme"):
        assert go("alpha.localhost", path).status_code != 308, path
    assert go("alpha.localhost", "/", accept="application/json").status_code == 404
    client = Client(headers={"host": "alpha.localhost", "accept": PAGE})
    assert client.post("/").status_code == 404


def test_another_primary_takes_the_place_of_the_first(ines: Member, alpha: TenantRef):
    primary(ines, HOST)
    redirect(ines, "alpha.localhost")
    redirect(ines, OTHER)
    assert go(OTHER)["Location"] == f"http://{HOST}/"
    assert primary(ines, "店铺.example")["domain"] == {"primary": True, "redirects": False}
    assert standing(alpha) == [
        (OTHER, True, False),
        ("alpha.localhost", False, True),
        (HOST, False, False),
    ]
    assert go("alpha.localhost")["Location"] == f"http://{OTHER}/"
    before = standing(alpha)
    assert redirect(ines, OTHER)["code"] == "INVALID_INPUT"
    assert redirect(ines, OTHER, on=False)["domain"]["primary"]
    assert standing(alpha) == before


def test_a_host_that_is_let_go_leads_nowhere(ines: Member, alpha: TenantRef):
    primary(ines, HOST)
    redirect(ines, "alpha.localhost")
    assert remove(ines, HOST)["done"]
    assert Client(headers={"host": HOST}).get("/graphql").status_code == 404
    # After the primary one the platform's own is primary, and so redirects nowhere.
    assert standing(alpha) == [("alpha.localhost", True, False), (OTHER, False, False)]
    assert go("alpha.localhost").status_code == 404
    assert remove(ines, "alpha.localhost")["code"] == "PLATFORM_DOMAIN"
    assert remove(ines, HOST)["code"] == "NOT_FOUND"
    assert standing(alpha) == [("alpha.localhost", True, False), (OTHER, False, False)]


def test_links_name_the_primary_host(ines: Member):
    document = """mutation { staffInvite(input: {name: "Dora", email: "dora@x.example",
      role: "dispatcher"}) { ... on StaffInviteSuccess { invitationUrl } } }"""
    link = ines.api.run(document)["staffInvite"]["invitationUrl"]
    assert urlsplit(link).netloc == "alpha.localhost"
    primary(ines, HOST)
    link = ines.api.run(document)["staffInvite"]["invitationUrl"]
    assert urlsplit(link).netloc == HOST


@pytest.mark.parametrize(
    "header",
    [
        HOST, "SHOP.Example", "shop.example.", "shop.example:8000", "shop.example.:443", OTHER,
        OTHER.upper(), "店铺.example", "店铺.EXAMPLE:8000", "店铺.example.",
    ],
)  # fmt: skip
def test_a_host_header_may_be_written_in_many_ways(ines: Member, header: str):
    # Bytes, as servers hand them on.
    raw = header.encode().decode("latin-1")
    answer = Client().post(
        "/graphql",
        {"query": "{ brand { currency } }"},
        content_type="application/json",
        HTTP_HOST=raw,
    )
    assert answer.json() == {"data": {"brand": {"currency": "CNY"}}}
    assert Client().get("/served", {"domain": header}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "", ".", "shop.example..", "店", "shop.example:x", "x.shop.example", "shop.example/..",
        "shop.example@evil.example", "\xff\xfe.example", "é" * 600, "xn--.example", "[::1]:80",
        "shop.example evil", "a" * 2000, "shop.example\t",
    ],
)  # fmt: skip
def test_any_other_header_is_an_unknown_host(ines: Member, header: str):
    assert Client().get("/graphql", HTTP_HOST=header).status_code == 404


def warm(*hosts: str) -> bool:
    """Ask until this process remembers: the news of the changes before comes when it comes."""
    for _ in range(200):
        with CaptureQueriesContext(connection) as asked:
            go(hosts[0])
            Client().get("/served", {"domain": hosts[1]})
        if not asked:
            return True
        time.sleep(0.05)
    return False


def test_a_warm_request_asks_the_register_nothing(ines: Member, django_assert_num_queries: Any):
    primary(ines, HOST)
    redirect(ines, "alpha.localhost")
    assert warm("alpha.localhost", OTHER)
    with django_assert_num_queries(0):
        assert go("alpha.localhost").status_code == 308
        assert Client().get("/served", {"domain": OTHER}).status_code == 200


# -- another process ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def elsewhere(_worker_database: None) -> Iterator[Callable[..., httpx.Response]]:
    """Ask another process for a path, in the name of a host."""
    port = free_port()
    with process([sys.executable, "-m", "tests.live.server", str(port)]):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:

            def ask(host: str, path: str = "/graphql", **headers: str) -> httpx.Response:
                return client.get(path, headers={"Host": host, **headers})

            until(lambda: ask("alpha.localhost", "/healthz").status_code == 200, seconds=60)
            yield ask


def until(true: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait for it; raises when it takes `seconds`, ten times what it may take."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_process_hears_of_a_new_a_changed_and_a_lost_host(
    alpha: TenantRef, elsewhere: Callable[..., httpx.Response]
):
    def page(host: str) -> tuple[int, str]:
        answer = elsewhere(host, "/", Accept=PAGE)
        return answer.status_code, answer.headers.get("location", "")

    def is_served() -> int:
        return elsewhere("alpha.localhost", f"/served?domain={HOST}").status_code

    for _ in range(3):  # it remembers that there is no such host
        assert elsewhere(HOST).status_code == is_served() == 404
        assert page("alpha.localhost") == (404, "")
    with platform_scope():
        Domain.objects.create(
            domain=HOST, tenant_id=alpha.id, is_primary=False, verified_at=SOME_DAY
        )
    until(lambda: is_served() == 200)
    assert elsewhere(HOST, "/graphql?query={brand{currency}}").json()["data"]
    later = {"tenant": alpha, "owner": None, "at": SOME_DAY + timedelta(days=1)}
    domain_make_primary(host=HOST, **later)
    domain_redirect(host="alpha.localhost", on=True, **later)
    until(lambda: page("alpha.localhost") == (308, f"http://{HOST}/"))
    domain_remove(host=HOST, **later)
    until(lambda: elsewhere(HOST).status_code == is_served() == 404)
    until(lambda: page("alpha.localhost") == (404, ""))
