"""The Host header decides the tenant."""

from django.test import Client

from tests.support.graphql import Api


def test_each_host_answers_its_own_brand():
    for _ in range(2):
        assert Api("alpha.localhost").run("{ brand { currency } }") == {
            "brand": {"currency": "CNY"}
        }
        assert Api("beta.localhost:8000").run("{ brand { currency } }") == {
            "brand": {"currency": "GBP"}
        }


def test_an_unknown_host_is_a_404_that_names_nothing():
    for host in ("gamma.localhost", "", "alpha.localhost.evil", "[::1", "a" * 300):
        response = Client(headers={"host": host}).get("/graphql")
        assert response.status_code == 404
        assert response.json() == {
            "errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]
        }
