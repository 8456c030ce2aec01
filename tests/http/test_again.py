"""A request that came before is answered as it would be by going the whole way."""

import gc
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client, RequestFactory
from prometheus_client import REGISTRY

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from registry.resolver import resolver
from schema.core.context import Context
from schema.core.documents import digest_of
from schema.http.again import LONGEST, answered_again, asked_of
from schema.lowering import plans
from tenants.access.models import ApiKey, Grant, Person, Role, Session
from tenants.catalog.models import Category
from tenants.orders.models import Order
from tests.support.ids import global_id
from tests.support.world import World, world

ORDERS = "query Orders { orders(first: 5) { totalCount edges { cursor node { id number } } } }"
ORDER = "query One($id: ID!) { order(id: $id) { number total { formatted } history { kind } } }"
SHELVES = "query Shelves { categories { name } again: categories { id } }"
TWO = "query Two { orders(first: 1) { totalCount } categories { name } }"
MINE = "query Mine { me { id } orders(first: 1) { totalCount } }"
BOARD = "query Board { __typename liveCursor orders(first: 2) { __typename totalCount } }"
DOCUMENTS = (BOARD, ORDERS, ORDER, SHELVES, TWO, MINE)


@dataclass
class Asker:
    """Asks the whole product over HTTP."""

    host: str = "alpha.localhost"
    token: str | None = None
    language: str = "en"

    def headers(self) -> dict[str, str]:
        found = {"host": self.host, "accept-language": self.language}
        return found | ({"authorization": f"Bearer {self.token}"} if self.token else {})

    def __call__(self, document: str, **variables: Any) -> tuple[int, str]:
        """Status and body."""
        answer = Client(headers=self.headers()).post(
            "/graphql", body_of(document, **variables), content_type="application/json"
        )
        return answer.status_code, answer.content.decode()

    def is_known(self, tenant: TenantRef, document: str, **variables: Any) -> bool:
        """Whether it would be answered again."""
        body = body_of(document, **variables)
        request = RequestFactory(headers=self.headers()).post(
            "/graphql", body, content_type="application/json"
        )
        standing = resolver.by_host(self.host)
        assert standing is not None and standing.id == tenant.id
        with tenant_scope(standing):
            asked = asked_of(request, body.encode())
            return bool(asked and answered_again(request, asked, kept_elsewhere=False))


def body_of(document: str, **variables: Any) -> str:
    return json.dumps({"documentId": digest_of(document), "variables": variables})


@pytest.fixture(autouse=True)
def people(settings: Any, alpha: TenantRef, beta: TenantRef, tmp_path: Path) -> dict[str, World]:
    """Both worlds, in which the documents above are trusted."""
    manifest = tmp_path / "manifest.json"
    texts = {digest_of(each): {"text": each} for each in DOCUMENTS}
    manifest.write_text(json.dumps({"documents": texts}))
    settings.TRUSTED_DOCUMENTS = str(manifest)
    settings.ROOT_URLCONF = "config.urls"
    settings.LOWERING, settings.LOWERING_SHADOW = True, 0.0
    plans.forget()
    assert resolver.wait_until_listening(10)
    return {"alpha": world(alpha), "beta": world(beta, first=500)}


def whole_way(ask: Callable[[], tuple[int, str]], settings: Any) -> tuple[int, str]:
    """The same request without anything that is lowered or kept."""
    settings.LOWERING = False
    said = ask()
    settings.LOWERING = True
    return said


@pytest.mark.parametrize("who", ["maya", "tomas", "ines", None])
@pytest.mark.parametrize("document", [ORDERS, SHELVES, TWO])
def test_the_second_answer_is_that_of_the_whole_way(
    who: str | None, document: str, people: Any, settings: Any
):
    for host in ("alpha", "beta", "alpha"):
        token = getattr(people[host], who).token if who else None
        for language in ("en", "zh-Hans"):
            ask = Asker(f"{host}.localhost", token, language)
            expected = whole_way(lambda: ask(document), settings)  # noqa: B023  (asked at once)
            assert [ask(document) for _ in range(3)] == [expected] * 3


def test_everybody_at_once_gets_their_own(people: Any, settings: Any):
    """Threads that share what is kept, and sessions that go from one tenant to the other."""
    asks = [
        (Asker(f"{host}.localhost", getattr(people[host], who).token if who else None), document)
        for host in ("alpha", "beta")
        for who in ("maya", "tomas", "ines", None)
        for document in (ORDERS, SHELVES, TWO)
    ]
    settings.LOWERING = False
    expected = [ask(document) for ask, document in asks]
    settings.LOWERING = True

    def answer(number: int) -> bool:
        ask, document = asks[number % len(asks)]
        try:
            return ask(document) == expected[number % len(asks)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(answer, range(10 * len(asks))))


def test_it_is_known_for_its_caller_tenant_and_request_alone(
    alpha: TenantRef, beta: TenantRef, people: Any
):
    ines = Asker(token=people["alpha"].ines.token)
    assert not ines.is_known(alpha, ORDERS)
    ines(ORDERS)
    assert ines.is_known(alpha, ORDERS)
    assert not Asker(token=people["alpha"].maya.token).is_known(alpha, ORDERS)
    assert not Asker(token=ines.token, language="zh").is_known(alpha, ORDERS)
    assert not Asker().is_known(alpha, ORDERS)
    assert not Asker("beta.localhost", ines.token).is_known(beta, ORDERS)
    assert not ines.is_known(alpha, TWO)
    Asker()(SHELVES)
    assert Asker().is_known(alpha, SHELVES)
    assert not Asker("beta.localhost").is_known(beta, SHELVES)


def test_the_cursor_of_the_log_is_that_of_now(alpha: TenantRef, people: Any):
    ask = Asker(token=people["alpha"].ines.token)
    _, first = ask(BOARD)
    assert ask.is_known(alpha, BOARD)
    assert ask(BOARD)[1] == first
    with tenant_scope(alpha):
        Category.objects.update(position=7)
    _, later = ask(BOARD)
    before, after = (json.loads(said)["data"] for said in (first, later))
    assert [*after] == ["__typename", "liveCursor", "orders"]
    assert after.pop("liveCursor") != before.pop("liveCursor")
    assert after == before


def test_rows_are_read_anew(alpha: TenantRef, people: Any):
    ask = Asker()
    before = ask(SHELVES), ask(SHELVES)
    with tenant_scope(alpha):
        Category.objects.update(name={"en": "Renamed", "zh-Hans": "改"})
    assert ask.is_known(alpha, SHELVES)
    assert before[0] == before[1] != ask(SHELVES)
    assert "Renamed" in ask(SHELVES)[1]


def test_an_order_with_what_python_says_of_it(alpha: TenantRef, people: Any, settings: Any):
    with tenant_scope(alpha):
        order = Order.objects.filter(customer_id=people["alpha"].maya.id).earliest("id")
    ask = Asker(token=people["alpha"].maya.token)
    one = {"id": global_id("Order", order.id)}
    expected = whole_way(lambda: ask(ORDER, **one), settings)
    assert [ask(ORDER, **one) for _ in range(3)] == [expected] * 3
    assert ask.is_known(alpha, ORDER, **one)
    with tenant_scope(alpha):
        Order.objects.filter(id=order.id).update(customer=people["alpha"].tomas.id)
    gone = ask(ORDER, **one)
    assert gone == whole_way(lambda: ask(ORDER, **one), settings)
    assert gone != expected


def _revoke(token: str) -> None:
    Session.objects.update(revoked_at=clock.now())


def _expire(token: str) -> None:
    Session.objects.update(expires_at=clock.now())


def _block(token: str) -> None:
    Person.objects.update(active=False)


@pytest.mark.parametrize("end", [_revoke, _expire, _block])
def test_a_session_that_has_ended_is_refused(
    end: Callable[[str], None], alpha: TenantRef, people: Any
):
    ask = Asker(token=people["alpha"].ines.token)
    assert [ask(ORDERS)[0] for _ in range(2)] == [200, 200]
    with tenant_scope(alpha):
        end(ask.token or "")
    refused = ask(ORDERS)
    assert "UNAUTHENTICATED" in refused[1]
    assert '"data"' not in refused[1]
    assert refused == ask(ORDERS)


def test_a_right_that_was_taken_away_is_gone_at_once(alpha: TenantRef, people: Any):
    ask = Asker(token=people["alpha"].ines.token)
    assert "totalCount" in ask(ORDERS)[1]
    assert ask.is_known(alpha, ORDERS)
    with tenant_scope(alpha):
        Grant.objects.filter(person_id=people["alpha"].ines.id).delete()
    assert "FORBIDDEN" in ask(ORDERS)[1]


def test_other_rights_are_other_rows(alpha: TenantRef, people: Any, settings: Any):
    """Staff that becomes a customer sees what customers see."""
    ask = Asker(token=people["alpha"].ines.token)
    everybodys = ask(ORDERS)
    with tenant_scope(alpha):
        Role.objects.filter(grants__person_id=people["alpha"].ines.id).update(
            rights=["order_as_customer"]
        )
    own = ask(ORDERS)
    assert own != everybodys
    assert own == whole_way(lambda: ask(ORDERS), settings)
    assert ask.is_known(alpha, ORDERS)


def test_what_is_not_of_rows_alone_goes_the_whole_way(alpha: TenantRef, people: Any):
    ask = Asker(token=people["alpha"].maya.token)
    assert ask(MINE) == ask(MINE)
    assert not ask.is_known(alpha, MINE)


def test_a_document_that_is_trusted_no_longer_is_unknown(
    alpha: TenantRef, settings: Any, tmp_path: Path
):
    ask = Asker()
    ask(SHELVES)
    assert ask.is_known(alpha, SHELVES)
    settings.TRUSTED_DOCUMENTS = str(tmp_path / "another.json")
    Path(configured.TRUSTED_DOCUMENTS).write_text('{"documents": {}}')
    assert "DOCUMENT_UNKNOWN" in ask(SHELVES)[1]


def test_a_row_that_breaks_a_rule_is_graphql_cores(alpha: TenantRef, settings: Any):
    ask = Asker()
    ask(SHELVES)
    assert ask.is_known(alpha, SHELVES)
    with tenant_scope(alpha):
        Category.objects.update(name={})
    assert ask(SHELVES) == whole_way(lambda: ask(SHELVES), settings)


def test_one_that_is_due_is_compared(alpha: TenantRef, settings: Any):
    ask = Asker()
    ask(SHELVES)
    assert ask.is_known(alpha, SHELVES)
    settings.LOWERING_SHADOW = 1.0
    assert not ask.is_known(alpha, SHELVES)
    assert ask(SHELVES)[0] == 200


def test_the_use_of_a_key_is_noted_each_time(alpha: TenantRef, people: Any):
    ask = Asker(token="dk_not-a-key")
    assert "UNAUTHENTICATED" in ask(ORDERS)[1]
    assert not ask.is_known(alpha, ORDERS)
    with tenant_scope(alpha):
        assert not ApiKey.objects.filter(session__token_digest=b"").exists()


def test_a_body_beyond_all_measure_is_not_kept(alpha: TenantRef):
    request = RequestFactory(headers=Asker().headers()).post("/graphql")
    with tenant_scope(alpha):
        assert asked_of(request, b"x" * LONGEST) is not None
        assert asked_of(request, b"x" * (LONGEST + 1)) is None
        assert asked_of(request, b"") is None


def test_it_is_counted_as_any_other(alpha: TenantRef):
    def counted() -> tuple[float, float]:
        work = REGISTRY.get_sample_value(
            "daiqu_done_total", {"kind": "query", "tenant": alpha.label, "outcome": "ok"}
        )
        fields = REGISTRY.get_sample_value(
            "daiqu_root_fields_total", {"field": "categories", "answered": "sql"}
        )
        return work or 0.0, fields or 0.0

    ask = Asker()
    ask(SHELVES)
    before = counted()
    ask(SHELVES)
    after = counted()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 2)


def test_nothing_of_the_request_is_kept(alpha: TenantRef, people: Any):
    """Not its token, which would be good for whoever reads the process's memory."""
    token = people["alpha"].ines.token
    ask = Asker(token=token)
    assert ask(ORDERS) == ask(ORDERS)
    assert ask.is_known(alpha, ORDERS)
    gc.collect()
    contexts = [each for each in gc.get_objects() if type(each) is Context]
    assert [each for each in contexts if each.token == token] == []
