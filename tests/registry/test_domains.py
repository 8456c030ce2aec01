"""A host of an operator's own: claimed, proven in the DNS, made primary, let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kernel.refusals import NotFound
from kernel.tenancy import TenantRef, platform_scope
from registry.dns import RecursiveDns, dns_configured
from registry.domains import (
    MAX_CLAIMS,
    MAX_DOMAINS,
    DomainTaken,
    TooManyDomains,
    domain_claim,
    domain_verify,
)
from registry.models import Domain, DomainClaim, OwnerAction, Tenant
from registry.resolver import resolver
from tests.fakes.dns import FakeDns, cut_short, failing, refusing, silent, slow
from tests.support.cast import Member, cast, olga
from tests.support.database import PLATFORM_HOST, SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate
from tests.support.threads import at_once

HOST = "shop.example"
RECORD = f"_daiqu-challenge.{HOST}"
CLAIM = "claim { host shown record value expiresAt checkedAt }"
DOMAIN = "domain { host shown primary redirects byPlatform verifiedAt }"
DOMAINS = "{ domains { host primary redirects byPlatform } domainClaims { host value checkedAt } }"


@pytest.fixture(autouse=True)
def dns(settings: Any) -> Iterator[FakeDns]:
    """The DNS that the platform asks, with nothing in it."""
    with FakeDns() as running:
        settings.DNS_SERVERS = [running.address]
        settings.DNS_SECONDS = 3.0
        yield running


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    """alpha's administrator."""
    return cast(alpha).ines


def claim(by: Member, host: str = HOST) -> Any:
    return mutate(by.api, "domainClaim", {"host": host}, CLAIM)


def verify(by: Member, host: str = HOST) -> Any:
    return mutate(by.api, "domainVerify", {"host": host}, DOMAIN)


def proven(by: Member, dns: FakeDns, host: str = HOST) -> None:
    """`host` is claimed, its record set, and proven."""
    claimed = claim(by, host)["claim"]
    dns.put(claimed["record"], claimed["value"])
    assert "domain" in verify(by, host)


def hosts(member: Member) -> list[str]:
    return [domain["host"] for domain in member.api.run(DOMAINS)["domains"]]


def rows() -> tuple[Any, ...]:
    with platform_scope():
        return (
            [*Domain.objects.order_by("id").values_list()],
            [*DomainClaim.objects.order_by("id").values_list("id", "host", "token")],
            OwnerAction.objects.count(),
        )


@contextmanager
def unchanged() -> Iterator[None]:
    """No host changes, nor a claim but for when it was last looked for."""
    were = rows()
    yield
    assert rows() == were


def currency(host: str) -> Any:
    return Api(host).run("{ brand { currency } }")["brand"]["currency"]


def served(host: str) -> int:
    return Client().get("/served", {"domain": host}).status_code


def test_a_host_is_claimed_proven_and_served(ines: Member, dns: FakeDns):
    claimed = claim(ines)["claim"]
    assert (claimed["host"], claimed["record"]) == (HOST, RECORD)
    assert len(claimed["value"]) >= 40 and claimed["checkedAt"] is None
    assert claim(ines)["claim"] == claimed  # the same again
    with unchanged():
        refused = verify(ines)
        assert refused["code"] == "DOMAIN_NOT_PROVEN"
        assert RECORD in refused["message"] and claimed["value"] in refused["message"]
    assert served(HOST) == 404
    assert Client(headers={"host": HOST}).get("/graphql").status_code == 404
    assert ines.api.run(DOMAINS)["domainClaims"][0]["checkedAt"]
    dns.put(RECORD, claimed["value"])
    done = verify(ines)["domain"]
    assert done | {"verifiedAt": ""} == {
        "host": HOST,
        "shown": HOST,
        "primary": False,
        "redirects": False,
        "byPlatform": False,
        "verifiedAt": "",
    }
    assert currency(HOST) == currency("alpha.localhost") == "CNY"
    assert served(HOST) == 200
    known = ines.api.run(DOMAINS)
    assert known["domainClaims"] == []
    assert known["domains"] == [
        {"host": "alpha.localhost", "primary": True, "redirects": False, "byPlatform": True},
        {"host": HOST, "primary": False, "redirects": False, "byPlatform": False},
    ]
    with unchanged():
        assert claim(ines)["code"] == "INVALID_INPUT"  # it leads here already
        assert verify(ines)["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("typed", "host", "shown"),
    [
        ("Shop.EXAMPLE", "shop.example", "shop.example"),
        (" shop.example. ", "shop.example", "shop.example"),
        ("店铺.example", "xn--hxtq42j.example", "店铺.example"),
        ("BÜCHER.example", "xn--bcher-kva.example", "bücher.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example"),
        ("shop。example", "shop.example", "shop.example"),
        ("a.b.c.d.co.uk", "a.b.c.d.co.uk", "a.b.c.d.co.uk"),
        ("example.com", "example.com", "example.com"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_host_may_be_written_in_many_ways(
    ines: Member, dns: FakeDns, typed: str, host: str, shown: str
):
    claimed = claim(ines, typed)["claim"]
    assert (claimed["host"], claimed["shown"]) == (host, shown)
    assert claimed["record"] == f"_daiqu-challenge.{host}"
    dns.put(claimed["record"], claimed["value"])
    assert verify(ines, typed)["domain"]["host"] == host
    assert currency(host) == "CNY"


@pytest.mark.parametrize(
    "host",
    [
        "", ".", "example", "localhost", "alpha.localhost", "shop.alpha.localhost",
        "platform.localhost", "192.0.2.1", "[2001:db8::1]", "2001:db8::1", "1.2.3",
        "*.example.com", "_dmarc.example.com", "-a.example", "a-.example", "a..example",
        "shop.example..", "shop example", "shop.example:8000", "https://shop.example",
        "shop.example/x", "user@shop.example", "xn--a.example",
        f"{'a' * 64}.example", ".".join(["abcdefghi"] * 24), "x" * 5000, "\u2603\ufe0f.example",
    ],
)  # fmt: skip
def test_what_cannot_be_a_host_of_ones_own(ines: Member, host: str):
    with unchanged():
        assert claim(ines, host)["code"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    ("records", "mood"),
    [
        (["{token}"], None),
        (["v=spf1 -all", "{token}", "{other}"], None),
        ([["{first}", "{rest}"]], None),
        (["{token}"], slow),
        (["{token}"], cut_short),
        ([*("x" * 250 for _ in range(20)), "{token}"], cut_short),
    ],
)
def test_every_form_of_a_right_answer_is_a_proof(
    ines: Member, dns: FakeDns, records: list[Any], mood: Any
):
    token = claim(ines)["claim"]["value"]
    words = {"token": token, "first": token[:20], "rest": token[20:], "other": token[::-1]}
    dns.put(
        RECORD,
        *(
            [part.format(**words) for part in record]
            if isinstance(record, list)
            else record.format(**words)
            for record in records
        ),
    )
    dns.treat(RECORD, mood)
    assert verify(ines)["domain"]["host"] == HOST
    assert {name for _, name in dns.asked} == {RECORD}
    assert ("tcp" in {over for over, _ in dns.asked}) == (mood is cut_short)


def test_the_proof_may_stand_behind_an_alias(ines: Member, dns: FakeDns):
    token = claim(ines)["claim"]["value"]
    dns.alias(RECORD, "shop.acme.example")
    with unchanged():
        assert verify(ines)["code"] == "DOMAIN_NOT_PROVEN"  # it leads nowhere
    dns.alias("shop.acme.example", "deep.acme.example")
    dns.put("deep.acme.example", token)
    assert verify(ines)["domain"]["host"] == HOST


@pytest.mark.parametrize(
    "record", ["{token}x", "x{token}", "{upper}", '\\"{token}\\"', "", "daiqu"]
)
def test_a_wrong_text_proves_nothing(ines: Member, dns: FakeDns, record: str):
    token = claim(ines)["claim"]["value"]
    dns.put(RECORD, record.format(token=token, upper=token.swapcase()))
    dns.put(HOST, token)  # not there
    with unchanged():
        assert verify(ines)["code"] == "DOMAIN_NOT_PROVEN"


@pytest.mark.parametrize("mood", [silent, failing, refusing])
def test_a_dns_that_does_not_answer_is_no_proof_and_no_fault(
    ines: Member, dns: FakeDns, settings: Any, mood: Any
):
    token = claim(ines)["claim"]["value"]
    dns.put(RECORD, token)
    dns.treat(RECORD, mood)
    settings.DNS_SECONDS = 0.3
    with unchanged():
        assert verify(ines)["code"] == "DNS_UNAVAILABLE"
    dns.treat(RECORD, None)
    settings.DNS_SECONDS = 3.0
    assert verify(ines)["domain"]["host"] == HOST


def test_a_second_resolver_is_asked_when_the_first_is_gone(dns: FakeDns):
    dns.put(RECORD, "token")
    with FakeDns() as gone:
        address = gone.address
    assert RecursiveDns((address, dns.address), 3.0).texts(RECORD) == ["token"]
    assert RecursiveDns((dns.address,), 3.0).texts(f"x.{RECORD}") == []


def test_who_proves_it_first_has_it_until_the_owner_decides(
    alpha: TenantRef, beta: TenantRef, dns: FakeDns
):
    of_alpha, of_beta = cast(alpha).ines, cast(beta).ines
    tokens = [claim(member)["claim"]["value"] for member in (of_alpha, of_beta)]
    assert tokens[0] != tokens[1]  # a claim keeps nobody out
    dns.put(RECORD, tokens[1])
    with unchanged():
        assert verify(of_alpha)["code"] == "DOMAIN_NOT_PROVEN"  # another's token
    dns.put(RECORD, *tokens)
    assert verify(of_alpha)["domain"]["host"] == HOST
    with unchanged():
        assert verify(of_beta)["code"] == "DOMAIN_TAKEN"
        for name, given in (
            ("domainRemove", {}),
            ("domainMakePrimary", {}),
            ("domainRedirect", {"on": True}),
            ("domainClaimRemove", {"host": "nothing.example"}),
        ):
            assert mutate(of_beta.api, name, {"host": HOST} | given)["code"] == "NOT_FOUND", name
    with unchanged():
        assert mutate(olga().api, "domainRemove", {"host": HOST})["code"] == "NOT_FOUND"
    assert currency(HOST) == "CNY"
    whose = {"host": HOST, "tenantId": global_id("Tenant", alpha.id)}
    assert mutate(olga().api, "domainRemove", whose, "done")["done"]
    assert verify(of_beta)["domain"]["host"] == HOST
    assert currency(HOST) == "GBP"
    with unchanged():
        assert claim(of_alpha)["code"] == "DOMAIN_TAKEN"
    with platform_scope():
        done = OwnerAction.objects.get()
        assert (done.action, done.tenant_id, done.data) == (
            "domainRemove",
            alpha.id,
            {"host": HOST},
        )


def test_of_two_who_prove_it_at_once_one_has_it(alpha: TenantRef, beta: TenantRef, dns: FakeDns):
    members = cast(alpha).ines, cast(beta).ines
    dns.put(RECORD, *(claim(member)["claim"]["value"] for member in members))
    dns.treat(RECORD, slow)
    answers = at_once(*(lambda by=member: verify(by) for member in members))
    assert sorted(answer["__typename"] for answer in answers) == [
        "DomainTakenError",
        "DomainVerifySuccess",
    ]


def test_of_one_who_proves_it_twice_at_once_it_is_once(ines: Member, dns: FakeDns):
    dns.put(RECORD, claim(ines)["claim"]["value"])
    dns.treat(RECORD, slow)
    answers = at_once(lambda: verify(ines), lambda: verify(ines))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["DomainVerifySuccess", "InvalidInputError"]
    assert hosts(ines) == ["alpha.localhost", HOST]


def test_a_claim_lapses_after_a_week(alpha: TenantRef, dns: FakeDns):
    first = domain_claim(tenant=alpha, host=HOST, owner=None, at=SOME_DAY)
    dns.put(RECORD, first.token)
    late = SOME_DAY + timedelta(days=7)
    with unchanged(), pytest.raises(NotFound):
        domain_verify(tenant=alpha, host=HOST, dns=dns_configured(), owner=None, at=late)
    again = domain_claim(tenant=alpha, host=HOST, owner=None, at=late)
    assert again.token != first.token and again.created_at == late
    dns.put(RECORD, again.token)
    soon = late + timedelta(days=7) - timedelta(seconds=1)
    domain_verify(tenant=alpha, host=HOST, dns=dns_configured(), owner=None, at=soon)


def test_there_is_a_bound_to_claims_and_hosts(alpha: TenantRef, ines: Member, dns: FakeDns):
    for number in range(MAX_CLAIMS):
        domain_claim(tenant=alpha, host=f"{number}.example", owner=None, at=SOME_DAY)
    with unchanged(), pytest.raises(TooManyDomains):
        domain_claim(tenant=alpha, host=HOST, owner=None, at=SOME_DAY)
    # Those have lapsed since, and are in nobody's way.
    dns.put(RECORD, claim(ines)["claim"]["value"])
    with platform_scope():
        Domain.objects.bulk_create(
            Domain(
                domain=f"{n}.example", tenant_id=alpha.id, is_primary=False, verified_at=SOME_DAY
            )
            for n in range(MAX_DOMAINS - 1)
        )
    with unchanged():
        assert verify(ines)["code"] == "TOO_MANY_DOMAINS"


def test_it_takes_a_plan_that_has_it(alpha: TenantRef, ines: Member, dns: FakeDns):
    claimed = claim(ines)["claim"]
    dns.put(RECORD, claimed["value"])

    def plan(*features: str) -> None:
        with platform_scope():
            Tenant.objects.filter(id=alpha.id).update(
                terms={"plan": "starter", "limits": {}, "features": features, "rate": None}
            )
        resolver.clear()

    plan("export")
    with unchanged():
        assert claim(ines, "other.example")["code"] == "FEATURE_NOT_IN_PLAN"
        assert verify(ines)["code"] == "FEATURE_NOT_IN_PLAN"
    plan("custom_domain")
    assert verify(ines)["domain"]["host"] == HOST
    plan()
    # What is there stays, and can be let go of.
    assert currency(HOST) == "CNY"
    assert mutate(ines.api, "domainRemove", {"host": HOST}, "done")["done"]


def test_a_claim_can_be_dropped(ines: Member):
    claim(ines)
    given = {"host": HOST.upper()}
    assert mutate(ines.api, "domainClaimRemove", given, "done")["done"]
    with unchanged():
        assert mutate(ines.api, "domainClaimRemove", given)["code"] == "NOT_FOUND"
        assert verify(ines)["code"] == "NOT_FOUND"


def test_staff_and_owners_and_nobody_else(alpha: TenantRef, ines: Member):
    document = 'mutation { domainClaim(input: {host: "shop.example"}) { __typename } }'
    people = cast(alpha)
    finn = people.person(14, "Finn", "finance", email="finn@example.test")
    with unchanged():
        assert Api("alpha.localhost").error_code(document) == "UNAUTHENTICATED"
        assert Api(PLATFORM_HOST).error_code(document) == "UNAUTHENTICATED"
        for member in (people.maya, people.tomas, finn):
            assert member.api.error_code(document) == "FORBIDDEN"
            assert member.api.error_code("{ domains { host } }") == "FORBIDDEN"
            assert member.api.error_code("{ domainClaims { host } }") == "FORBIDDEN"
        assert olga().api.error_code("{ domains { host } }") == "WRONG_HOST"
        own = {"host": HOST, "tenantId": global_id("Tenant", alpha.id)}
        assert mutate(ines.api, "domainClaim", own)["code"] == "NOT_FOUND"
        assert mutate(olga().api, "domainClaim", {"host": HOST})["code"] == "NOT_FOUND"


def test_an_owner_may_do_it_all_for_an_operator(beta: TenantRef, dns: FakeDns):
    api, whose = olga().api, {"host": HOST, "tenantId": global_id("Tenant", beta.id)}
    token = mutate(api, "domainClaim", whose, CLAIM)["claim"]["value"]
    dns.put(RECORD, token)
    assert mutate(api, "domainVerify", whose, DOMAIN)["domain"]["host"] == HOST
    assert mutate(api, "domainMakePrimary", whose, DOMAIN)["domain"]["primary"]
    here = {**whose, "host": "beta.localhost", "on": True}
    assert mutate(api, "domainRedirect", here, DOMAIN)["domain"]["redirects"]
    document = "query($id: ID!) { tenant(id: $id) { domains { host primary redirects } } }"
    answer = api.run(document, {"id": whose["tenantId"]})["tenant"]["domains"]
    assert sorted(answer, key=lambda one: one["host"]) == [
        {"host": "beta.localhost", "primary": False, "redirects": True},
        {"host": HOST, "primary": True, "redirects": False},
    ]
    with platform_scope():
        actions = [*OwnerAction.objects.order_by("id").values_list("action", "data")]
    assert actions == [
        ("domainClaim", {"host": HOST}),
        ("domainVerify", {"host": HOST}),
        ("domainMakePrimary", {"host": HOST}),
        ("domainRedirect", {"host": "beta.localhost", "on": True}),
    ]


def test_a_host_that_a_tenant_only_says_is_its_own_is_not_served(alpha: TenantRef):
    with platform_scope():
        Domain.objects.create(domain=HOST, tenant_id=alpha.id, is_primary=False, verified_at=None)
    resolver.clear()
    assert served(HOST) == 404
    assert Client(headers={"host": HOST}).get("/graphql").status_code == 404


def test_taken_is_a_refusal_of_the_service_too(alpha: TenantRef, beta: TenantRef, dns: FakeDns):
    proven(cast(alpha).ines, dns)
    with unchanged(), pytest.raises(DomainTaken):
        domain_claim(tenant=beta, host="SHOP.example.", owner=None, at=SOME_DAY)
