"""Third parties: a key with rights and an end, and documents that they register."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from schema.core.documents import digest_of
from tenants.access.models import ApiKey, RegisteredDocument, Session
from tenants.access.rights import SUPPORT
from tenants.access.services import api_keys, documents
from tenants.journal.audit import audit_entries
from tests.support.cast import SignedInApi, cast
from tests.support.graphql import Api
from tests.support.stage import mutate, nothing_changes

HOST = "alpha.localhost"
DOCUMENT = "query Currency { brand { currency } }"


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


def key_for(alpha: TenantRef, *rights: str, days: int = 30) -> tuple[str, SignedInApi]:
    """A fresh key's id, and its program."""
    made = mutate(
        cast(alpha).ines.api,
        "apiKeyCreate",
        {"name": "Till", "rights": rights or ["ORDERS_READ"], "expiresAt": in_days(days)},
        "apiKey { id } secret",
    )
    return made["apiKey"]["id"], SignedInApi(HOST, made["secret"])


def test_a_key_has_its_own_rights_and_no_other(alpha: TenantRef):
    _, till = key_for(alpha)
    viewer = till.run("{ viewer { rights isStaff person { name } } }")["viewer"]
    assert viewer == {"rights": ["ORDERS_READ"], "isStaff": True, "person": {"name": "Till"}}
    assert till.run("{ orders { totalCount } }")["orders"] == {"totalCount": 0}
    with nothing_changes(alpha):
        assert till.error_code("{ staff { totalCount } }") == "FORBIDDEN"


def test_its_secret_is_kept_nowhere_and_its_use_is_noted(alpha: TenantRef):
    id_, till = key_for(alpha)
    with tenant_scope(alpha):
        assert ApiKey.objects.get().last_used_at is None
        digest = bytes(Session.objects.get(api_key__isnull=False).token_digest)
    assert till.token.encode() not in digest and till.token.startswith("dk_")
    till.run("{ viewer { isStaff } }")
    query = "{ apiKeys { edges { node { id name rights lastUsedAt expiresAt revokedAt } } } }"
    (edge,) = cast(alpha).ines.api.run(query)["apiKeys"]["edges"]
    node = edge["node"]
    assert (node["id"], node["name"], node["rights"]) == (id_, "Till", ["ORDERS_READ"])
    assert node["lastUsedAt"] is not None and node["revokedAt"] is None


def test_a_revoked_key_is_nobodys_and_both_acts_are_audited(alpha: TenantRef):
    id_, till = key_for(alpha)
    ines = cast(alpha).ines.api
    done = mutate(ines, "apiKeyRevoke", {"apiKeyId": id_}, "apiKey { revokedAt }")
    assert done["apiKey"]["revokedAt"] is not None
    assert till.error_code("{ viewer { isStaff } }") == "UNAUTHENTICATED"
    with tenant_scope(alpha):
        actions = [entry.action for entry in audit_entries()[:2]]
    assert actions == ["apiKeyRevoke", "apiKeyCreate"]


def test_a_key_ends_by_itself(alpha: TenantRef):
    _, till = key_for(alpha)
    with tenant_scope(alpha):
        Session.objects.filter(api_key__isnull=False).update(expires_at=clock.now())
    assert till.error_code("{ viewer { isStaff } }") == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rights": []},
        {"rights": ["ORDER_AS_CUSTOMER"]},
        {"name": ""},
        {"expiresAt": in_days(-1)},
        {"expiresAt": in_days(400)},
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(alpha: TenantRef, wrong: dict[str, Any]):
    # She holds a customer's rights as well, so that it is the key which is refused.
    owner = cast(alpha).person(10, "Ada", "administrator", "customer", email="ada@example.test")
    given = {"name": "Till", "rights": ["ORDERS_READ"], "expiresAt": in_days(9)} | wrong
    with nothing_changes(alpha):
        assert mutate(owner.api, "apiKeyCreate", given)["code"] == "INVALID_INPUT"


def test_nobody_gives_more_than_they_hold(alpha: TenantRef):
    _, till = key_for(alpha, "STAFF_MANAGE")
    till.run("{ viewer { isStaff } }")  # its use is noted, once a minute
    given = {"name": "More", "rights": ["ORDERS_READ"], "expiresAt": in_days(9)}
    document = """mutation($input: ApiKeyCreateInput!) {
      apiKeyCreate(input: $input) { __typename } }"""
    with nothing_changes(alpha):
        assert till.error_code(document, {"input": given}) == "FORBIDDEN"


def test_there_are_so_many_keys_at_most(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(api_keys, "MAX_KEYS", 1)
    key_for(alpha)
    given = {"name": "Till", "rights": ["ORDERS_READ"], "expiresAt": in_days(9)}
    with nothing_changes(alpha):
        refused = mutate(cast(alpha).ines.api, "apiKeyCreate", given)
    assert refused["code"] == "TOO_MANY_KEPT"


def register(api: Api, text: str = DOCUMENT) -> Any:
    given = {"name": "Currency", "text": text}
    return mutate(api, "documentRegister", given, "document { id documentId }")


def ask(document_id: str) -> Any:
    """What anybody is answered who sends the id."""
    body = {"documentId": document_id}
    return Api(HOST).client.post("/graphql", body, content_type="application/json").json()


def test_a_registered_document_is_anybodys_by_its_id_until_it_is_removed(
    alpha: TenantRef, beta: TenantRef, settings: Any
):
    settings.FREE_DOCUMENTS = False
    _, till = key_for(alpha)
    document = register(till)["document"]
    assert document["documentId"] == digest_of(DOCUMENT)
    assert register(till)["document"] == document
    answer = ask(document["documentId"])
    assert answer["data"] == {"brand": {"currency": "CNY"}}
    assert answer["extensions"]["cost"]["cost"] == 1
    elsewhere = Api("beta.localhost").client.post(
        "/graphql", {"documentId": document["documentId"]}, content_type="application/json"
    )
    assert elsewhere.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"
    mutate(till, "documentRemove", {"registeredDocumentId": document["id"]})
    refused = ask(document["documentId"])
    assert refused["errors"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Syntax Error"),
        ("{ nothing }", "Cannot query field"),
        ("query A { brand { name } } query B { brand { name } }", "one operation"),
        ("fragment F on Brand { name }", ""),
        (
            "{ categories { children { children { children { children { id } } } } } }",
            "asks for too much: cost",
        ),
    ],
)
def test_a_document_that_could_not_run_is_not_kept(alpha: TenantRef, text: str, why: str):
    _, till = key_for(alpha)
    till.run("{ viewer { isStaff } }")  # its use is noted, once a minute
    given = {"name": "x", "text": text}
    with nothing_changes(alpha):
        answer = mutate(till, "documentRegister", given, "__typename")
    assert answer["code"] == "INVALID_INPUT"
    assert why in answer["message"]


def test_there_are_so_many_documents_at_most(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documents, "MAX_DOCUMENTS", 1)
    support = cast(alpha).person(11, "Sam", SUPPORT, email="sam@example.test")
    register(support.api)
    with nothing_changes(alpha):
        assert register(support.api, "{ brand { name } }")["code"] == "TOO_MANY_KEPT"
    with tenant_scope(alpha):
        assert RegisteredDocument.objects.count() == 1


def test_customers_register_nothing(alpha: TenantRef):
    maya = cast(alpha).maya
    document = """mutation($input: DocumentRegisterInput!) {
      documentRegister(input: $input) { __typename } }"""
    with nothing_changes(alpha):
        given = {"input": {"name": "x", "text": DOCUMENT}}
        assert maya.api.error_code(document, given) == "FORBIDDEN"
