"""`manage.py graphql explain`: what becomes of a query."""

import pytest
from django.core.management import CommandError, call_command

from kernel.tenancy import TenantRef
from tests.support.world import world


def explain(document: str, *options: str) -> str:
    """What the command prints."""
    return call_command("graphql", "explain", document, "--tenant", "alpha", *options)


def test_it_tells_the_sql_and_its_plan(
    alpha: TenantRef, capsys: pytest.CaptureFixture[str]
) -> None:
    world(alpha)
    explain('{ categories { name } node(id: "none") { id } viewer { __typename } }')
    said = capsys.readouterr().out
    assert "categories: lowered" in said
    assert "node: left to graphql-core: it is no id of this host" in said
    assert "viewer: left to graphql-core: it is not made of rows" in said
    assert "SELECT" in said
    assert "cost=" in said


def test_it_asks_in_the_role_that_is_named(
    alpha: TenantRef, capsys: pytest.CaptureFixture[str]
) -> None:
    world(alpha)
    explain("query($n: Int) { orders(first: $n) { edges { node { note } } } }", "--variables", "{}")
    assert "error: " in capsys.readouterr().out
    explain("{ orders { edges { node { number } } } }", "--as", "administrator")
    assert "orders: lowered" in capsys.readouterr().out
    explain("{ orders { edges { node { note } } } }", "--as", "administrator")
    assert (
        "left to graphql-core: Order.note: note is not read as it is stored"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "document", ["{ nonsense }", "{", "mutation { nothing }", "query($x: Int!) { lines { key } }"]
)
def test_it_says_what_it_cannot_explain(alpha: TenantRef, document: str) -> None:
    with pytest.raises(CommandError):
        explain(document)


def test_it_needs_somebody_to_ask_as(alpha: TenantRef) -> None:
    with pytest.raises(CommandError, match="nobody is king"):
        explain("{ lines { key } }", "--as", "king")
