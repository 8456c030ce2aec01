"""Answers that are kept for strangers: the same, until what they show changes."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.showcase import CHANNEL
from kernel.tenancy import TenantRef, tenant_scope
from registry.servers import login
from registry.showcases import showcases
from schema.core.documents import digest_of, trusted_documents
from schema.http.kept import kept_here
from tenants.access.models import RegisteredDocument
from tenants.brand.models import Settings
from tenants.catalog.models import Category, Service
from tests.support.world import World, world

NAMES = "query Names { categories { name } }"
PAGES = "{ catalogSearch(first: 5) { edges { node { id media { url } } } } }"


@pytest.fixture(autouse=True)
def people(settings: Any, alpha: TenantRef, beta: TenantRef) -> Iterator[World]:
    """Both worlds, of which all is told that there is to tell; alpha's is given."""
    settings.ROOT_URLCONF = "config.urls"
    settings.KEPT_ANSWERS_BYTES = 1_000_000
    worlds = [world(tenant) for tenant in (alpha, beta)]
    for tenant in (alpha, beta):
        assert showcases.wait_until_listening(tenant, 10)
        told(tenant)
    yield worlds[0]
    kept_here.clear()


def asked(document: str = NAMES, host: str = "alpha.localhost", **headers: str) -> tuple[Any, int]:
    """The answer to a stranger, and how many queries it took."""
    client = Client(headers={"host": host, "accept-language": "en", **headers})
    with CaptureQueriesContext(connection) as captured:
        answer = client.post("/graphql", {"query": document}, content_type="application/json")
    assert answer.status_code == 200
    return answer.json()["data"], len(captured)


def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def told(tenant: TenantRef) -> None:
    """Wait until all is told that has been changed before: it is told in order."""
    revision = showcases.revision(tenant)
    with tenant_scope(tenant):
        Settings.objects.update(demand_bps=Settings.objects.get().demand_bps + 1)
    eventually(lambda: showcases.revision(tenant) != revision)


def test_the_second_stranger_reads_nothing():
    first, queries = asked()
    again, queries_again = asked()
    assert again == first
    assert (queries > 0, queries_again) == (True, 0)


def test_each_operator_language_and_document_has_its_own(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(beta):
        Category.objects.update(name={"en": "Of beta", "zh-Hans": "乙"})
    with tenant_scope(alpha):
        Category.objects.update(name={"en": "Of alpha", "zh-Hans": "甲"})
    told(alpha)
    told(beta)
    said = {
        (host, language, document): json.dumps(
            asked(document, f"{host}.localhost", **{"accept-language": language})[0]
        )
        for _ in range(2)
        for host in ("alpha", "beta")
        for language in ("en", "zh")
        for document in (NAMES, PAGES)
    }
    names = {key: text for key, text in said.items() if key[2] == NAMES}
    assert len(set(names.values())) == len(names) == 4
    assert "Of alpha" in names["alpha", "en", NAMES]
    assert len({text for key, text in said.items() if key[2] == PAGES}) == 2


def test_whoever_signed_in_gets_their_own(people: World):
    asked()
    _, queries = asked(authorization=f"Bearer {people.maya.token}")
    assert queries > 0
    client = Client(headers={"host": "alpha.localhost", "authorization": "Bearer nobody's"})
    refused = client.post("/graphql", {"query": NAMES}, content_type="application/json")
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_change_is_seen_whoever_made_it(alpha: TenantRef):
    """By SQL in another session, which tells the database's trigger and nobody else."""
    before, _ = asked()
    with tenant_scope(alpha):
        Category.objects.update(name={"en": "Renamed", "zh-Hans": "改"})
    eventually(lambda: asked()[0] != before)
    changed, _ = asked()
    assert {each["name"] for each in changed["categories"]} == {"Renamed"}


def test_what_only_counts_and_what_stays_as_it_was_is_not_told(alpha: TenantRef):
    with psycopg.connect(**login(), autocommit=True) as listening, tenant_scope(alpha):
        listening.execute(f"LISTEN {CHANNEL}")
        Service.objects.update(chosen_count=7)
        Settings.objects.update(demand_bps=Settings.objects.get().demand_bps)
        Category.objects.update(name={"en": "The last"})
        Category.objects.filter(name={"en": "none such"}).delete()
        heard = [notice.payload for notice in listening.notifies(timeout=10, stop_after=1)]
        heard += [notice.payload for notice in listening.notifies(timeout=0.2)]
    assert heard == [alpha.schema]


def test_staff_sees_its_own_change_at_once(people: World):
    """Nobody waits for the database to tell: the very next request has it."""
    ines = people.ines
    document = "mutation($i: BrandUpdateInput!) { brandUpdate(input: $i) { __typename } }"
    for color in ("#112233", "#445566", "#778899"):
        asked("{ brand { primaryColor } }")
        done = ines.api.run(document, {"i": {"primaryColor": color}})
        assert done["brandUpdate"]["__typename"] == "BrandUpdateSuccess"
        told, _ = asked("{ brand { primaryColor } }")
        assert told["brand"]["primaryColor"] == color


def test_what_is_of_its_instant_is_not_kept():
    for document in (
        "{ bulletins { title } }",
        "{ catalogSearch(first: 5, filters: {openNow: true}) { edges { node { id } } } }",
    ):
        asked(document)
        assert asked(document)[1] > 0, document


def test_what_is_asked_beside_may_forbid_it():
    document = "{ categories { name } bulletins { title } }"
    asked(document)
    assert asked(document)[1] > 0


def test_in_a_transaction_nothing_is_kept(alpha: TenantRef):
    """There one sees rows that nobody else does."""
    with tenant_scope(alpha), transaction.atomic():
        Category.objects.update(name={"en": "Not yet", "zh-Hans": "未"})
        inside, _ = asked()
        transaction.set_rollback(True)
    outside, queries = asked()
    assert queries > 0
    assert inside != outside


def test_an_error_is_not_kept(alpha: TenantRef):
    document = '{ services(first: 5) { edges { node { name } } } service(id: "nonsense") { id } }'
    client = Client(headers={"host": "alpha.localhost"})
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/graphql", {"query": document}, content_type="application/json")
        assert "errors" in answer.json()
    assert len(captured) > 0


def test_what_is_too_large_is_not_kept(settings: Any):
    settings.KEPT_ANSWERS_BYTES = 640
    asked()
    assert asked()[1] > 0
    assert len(kept_here) == 0


def test_memory_is_bounded(settings: Any):
    settings.KEPT_ANSWERS_BYTES = 100_000
    for number in range(300):
        asked(f"query Q{number} {{ lines {{ id }} }}")
    assert 0 < kept_here.bytes <= 100_000
    assert len(kept_here) < 300


def test_a_cache_between_us_may_have_trusted_documents(alpha: TenantRef, people: World):
    """It asks each time, and hears that what it has is still right, until that has changed."""
    document_id = next(
        key for key, text in trusted_documents().items() if "query CustomerCategories" in text
    )
    client = Client(headers={"host": "alpha.localhost", "accept": "application/json"})

    def get(**headers: str) -> Any:
        return client.get("/graphql", {"documentId": document_id}, headers=headers)

    first = get()
    assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache")
    assert "Accept-Language" in first["Vary"]
    assert "Authorization" in first["Vary"]
    again = get(if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    with tenant_scope(alpha):
        Settings.objects.update(accent_color="#010203")
    showcases.changed(alpha)
    same = get(if_none_match=first["ETag"])
    assert same.status_code == 304  # made anew, and still the same
    signed_in = get(authorization=f"Bearer {people.maya.token}")
    assert signed_in["Cache-Control"] == "private, no-store"
    assert "ETag" not in signed_in


def test_a_registered_document_ends_with_its_registration(alpha: TenantRef, people: World):
    text = "query Theirs { categories { id name } }"
    with tenant_scope(alpha):
        left = RegisteredDocument.objects.create(
            digest=digest_of(text),
            name="Theirs",
            text=text,
            registered_by_id=people.ines.id,
            registered_at=clock.now(),
        )
    client = Client(headers={"host": "alpha.localhost"})

    def get() -> Any:
        return client.get("/graphql", {"documentId": left.digest})

    assert "ETag" in get()
    with tenant_scope(alpha):
        RegisteredDocument.objects.filter(id=left.id).delete()
    eventually(lambda: "errors" in get().json())
    assert get().json()["errors"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"
