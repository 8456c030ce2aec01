"""Errors: what a caller may know, the same bytes for absent and forbidden, bugs masked."""

import pytest
import structlog
from django.test import Client
from strawberry.relay import to_base64

from kernel.ids import new_id
from tests.http.shop import SECRET
from tests.http.test_endpoint import JSON, PROPER, post
from tests.support.cast import Cast


def test_a_bug_is_masked_and_logged_once_without_its_message(client):
    with structlog.testing.capture_logs() as logs:
        response = post(client, {"query": "{ boom hello }"}, accept=PROPER)
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] == {"boom": None, "hello": "hello"}
    (error,) = answer["errors"]
    assert (error["message"], error["path"]) == ("Internal error", ["boom"])
    assert error["extensions"]["code"] == "INTERNAL"
    (entry,) = [log for log in logs if log["event"] == "internal error"]
    assert entry["id"] == error["extensions"]["id"]
    assert (entry["error"], entry["path"]) == ("builtins.ValueError", ["boom"])
    assert entry["where"][-1].endswith(" boom")
    assert SECRET not in str(logs)
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "host", "code", "status"),
    [
        ("{ staffOnly }", "alpha.localhost", "UNAUTHENTICATED", 401),
        ("{ owners }", "alpha.localhost", "WRONG_HOST", 403),
        ("{ hello }", "platform.localhost", "WRONG_HOST", 403),
        ("{ owners }", "platform.localhost", "UNAUTHENTICATED", 401),
    ],
)
def test_what_is_not_permitted_is_a_request_error(query, host, code, status):
    client = Client(headers={"host": host, "accept-language": "en"})
    for accept, expected in ((PROPER, status), (JSON, 200)):
        response = post(client, {"query": query}, accept=accept)
        assert response.status_code == expected
        answer = response.json()
        assert answer.keys() == {"errors"}
        assert answer["errors"][0]["extensions"] == {"code": code}


def test_a_missing_right_is_a_403_and_a_nullable_field_only_null(client, alpha):
    token = Cast(alpha).maya.token
    headers = {"authorization": f"Bearer {token}", "accept": PROPER}
    response = post(client, {"query": "{ staffOnly }"}, **headers)
    assert response.status_code == 403
    assert response.json()["errors"][0]["message"] == "You may not do this."
    response = post(client, {"query": "{ perhaps hello }"}, **headers)
    assert response.status_code == 200
    assert response.json()["data"] == {"perhaps": None, "hello": "hello"}
    headers["authorization"] = f"bearer  {Cast(alpha).ines.token}"
    assert post(client, {"query": "{ staffOnly }"}, **headers).json()["data"]


def test_a_token_that_is_not_good_here(client, alpha, beta):
    for token in ("nonsense", "\xff", "a" * 5000, Cast(beta).ines.token):
        headers = {"authorization": f"Bearer {token}", "accept": PROPER}
        for document in ("{ staffOnly }", "{ hello }"):
            response = post(client, {"query": document}, **headers)
            assert response.status_code == 401
            assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


def test_messages_are_in_the_language_of_the_request(client):
    answer = post(client, {"query": "{ staffOnly }"}, **{"accept-language": "zh-CN"}).json()
    assert answer["errors"][0]["message"] == "请先登录。"


def test_not_found_in_a_query_reads_the_same_for_any_id(client):
    answers = {
        post(
            client, {"query": f'{{ service(id: "{to_base64("Service", new_id())}") {{ name }} }}'}
        ).content.replace(b" ", b"")
        for _ in range(2)
    }
    assert len(answers) == 1
    assert b'"extensions":{"code":"NOT_FOUND"}' in answers.pop()


def test_a_malformed_id_is_the_callers_error(client):
    answer = post(client, {"query": '{ service(id: "x") { name } }'}).json()
    assert answer["data"] == {"service": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


INTROSPECTION = "{ __schema { queryType { name } } }"


def test_documents_of_ones_own_are_for_staff_where_they_are_not_free(client, alpha, settings):
    settings.FREE_DOCUMENTS = False
    people = Cast(alpha)
    for token in (None, "nonsense", people.maya.token):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        for document in (INTROSPECTION, "{ helo }", "{ hello }"):
            answer = post(client, {"query": document}, **headers).json()
            assert "data" not in answer
            assert answer["errors"][0]["extensions"] == {"code": "FREE_DOCUMENT_REFUSED"}
    headers = {"authorization": f"Bearer {people.ines.token}"}
    assert "data" in post(client, {"query": INTROSPECTION}, **headers).json()
    message = post(client, {"query": "{ helo }"}, **headers).json()["errors"][0]["message"]
    assert "hello" in message
    settings.FREE_DOCUMENTS = True
    assert "data" in post(client, {"query": INTROSPECTION}).json()
