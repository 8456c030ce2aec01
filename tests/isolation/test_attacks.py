"""What somebody would try who has an account here, or at the neighbours', and wants more."""

from collections.abc import Iterator
from typing import Any

import pytest

from kernel import clock
from kernel.files import signed_url
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import Tenant
from registry.resolver import resolver
from tenants.access.models import Role
from tenants.access.rights import COURIER, CUSTOMER, Right
from tenants.couriers.services.reviewing import LINK_LIFETIME, courier_freeze
from tests.isolation.test_absent import ALPHAS, NOBODYS, of_mutations, told
from tests.isolation.test_leak import Question, node_questions, questions
from tests.support import walk
from tests.support.asking import ROWS
from tests.support.cast import SignedInApi, cast, olga
from tests.support.database import ALPHA_HOST, BETA_HOST, PLATFORM_HOST, fixed_id
from tests.support.factories_orders import CourierFactory
from tests.support.graphql import Api
from tests.support.marks import ALPHA, leaks
from tests.support.stage import mutation, nothing_changes
from tests.support.world import world

PUBLIC = {
    *("CNY", "Alpha Errands", "alpha-slogan", "alpha-pause", "alpha-hotline"),
    *("alpha-shelf", "alpha-box", "alpha-service", "alpha-summary", "alpha-description"),
    *("alpha-picture", 7101, "¥71.01"),  # what the least order costs
    *("alpha-zone", 39.49, 39.51, "alpha-campus", "alpha-gate", 39.5),
    "alpha-gate, alpha-campus",  # an inner gate's address
    *("alpha-courier", "alpha-introduction", 7104, "alpha-praise"),  # a review, and whose work
    *("alpha_0", "alpha-line", "alpha-case", "alpha-story", "alpha-after"),
    *("alpha-question", "alpha-answer"),
    *("alpha-promotion", 7113, "¥71.13", "alpha-holiday"),
    7161,  # minutes of notice
    *("alpha-bulletin", "alpha-announced"),
}
"""All of alpha's marks that anybody may be told."""

WITHOUT_INPUT = [f"mutation {{ {name} {{ __typename }} }}" for name in ("brandResume", "signOut")]


def everything() -> Iterator[tuple[str, Question]]:
    """Every question of the leak test, by what it asks."""
    for ask, names in ((questions, walk.QUERIES), (node_questions, walk.NODES)):
        yield from ((name, question) for name in names for question in ask(name))


def marks_told(api: Api) -> dict[Any, set[str]]:
    """Every mark of alpha's that `api` is told, and by what."""
    found: dict[Any, set[str]] = {}
    for name, (document, variables) in everything():
        for leaf in leaks(api.post(document, variables), ALPHA):
            found.setdefault(leaf, set()).add(name)
    return found


def strangers(tenant: TenantRef) -> list[Api]:
    """A customer and a courier to whom nothing of the world belongs."""
    noor = cast(tenant).person(12, "Noor", CUSTOMER, phone="+8613900000012")
    rita = cast(tenant).person(11, "Rita", COURIER, CUSTOMER, phone="+8613900000011")
    with tenant_scope(tenant):
        CourierFactory(person_id=rita.id, display_name="Rita K.", on_duty=True)
    return [noor.api, rita.api]


def all_alike(answers: list[Any]) -> bool:
    """Whether there is but one answer."""
    return all(answer == answers[0] for answer in answers)


# -- among the people of one tenant -------------------------------------------------------------


def test_whom_nothing_belongs_to_is_told_what_everybody_is(alpha: TenantRef):
    world(alpha)
    for api in (Api(ALPHA_HOST), *strangers(alpha)):
        # A courier's own earnings, and the seats of a shift, which are for all couriers.
        assert marks_told(api).keys() - PUBLIC <= {"¥0.00", 7114}


def test_nobody_is_told_what_is_for_others_eyes(alpha: TenantRef):
    people, phone = world(alpha), ALPHA.phone
    maya, tomas, ines = (marks_told(member.api) for member in vars(people).values())
    assert {"alpha-pin", phone, "alpha-contact", "alpha-parcel"} <= maya.keys()
    assert maya.keys().isdisjoint({7144, "¥71.44"})  # what the courier gets of it
    assert tomas.keys().isdisjoint({"alpha-pin", "alpha-Maya", phone})
    assert ines.keys().isdisjoint({"alpha-pin", "alpha-parcel"})
    assert ines["alpha-Maya"] == ines[phone] == ines["alpha-contact"] == {"personalData"}


def test_a_frozen_courier_is_told_no_more_of_orders_and_followed_no_more(alpha: TenantRef):
    people = world(alpha)
    assert {"alpha-line", "alpha-door", 7144, 39.55} <= marks_told(people.tomas.api).keys()
    with tenant_scope(alpha):
        courier_freeze(
            actor=people.ines.actor,
            courier_id=fixed_id(ROWS["Courier"]),
            note="",
            at=clock.now(),
        )
    # Stays theirs to read: what was earned, and the price that they ask.
    earned = {7110, "¥71.10", "ALPHA-100", "alpha-leave", 7162}
    assert marks_told(people.tomas.api).keys() - PUBLIC == {"alpha-Tomas", *earned}


def _for_anybody(question: Any) -> bool:
    """Whether what it names is anybody's to name: a courier, to who would book or follow one."""
    named = ("bookingHold", "bookingInstant", "courierFollow", "quoteCreate", "recurrenceStart")
    return question.type_name in ("Service", "Place", "Shift") or (
        question.type_name == "Courier" and question.field in named
    )


def test_a_strangers_write_reads_like_one_of_nothing(alpha: TenantRef):
    world(alpha)
    apis = strangers(alpha)
    with nothing_changes(alpha):
        for question in of_mutations():
            for api in apis:
                if not _for_anybody(question):
                    assert told(api, question, ALPHAS) == told(api, question, NOBODYS), question


def test_who_invites_gives_no_more_than_they_hold_by_an_older_invitation(alpha: TenantRef):
    """The administrator has not accepted yet; a new link would open all that she was given."""
    with tenant_scope(alpha):
        Role.objects.create(key="people", name={"en": "HR"}, rights=[Right.STAFF_MANAGE])
    hana = cast(alpha).person(21, "Hana", "people", email="hana@example.test")
    input = {"name": "Ines", "email": "ines@example.test", "role": "people"}
    with nothing_changes(alpha):
        assert hana.api.error_code(mutation("staffInvite"), {"input": input}) == "FORBIDDEN"


# -- from one host to another -------------------------------------------------------------------


@pytest.mark.parametrize("host", [ALPHA_HOST, BETA_HOST, PLATFORM_HOST])
def test_a_token_of_another_host_is_as_good_as_nonsense(
    alpha: TenantRef, beta: TenantRef, host: str
):
    tokens = {
        ALPHA_HOST: world(alpha).ines.token,
        BETA_HOST: world(beta).ines.token,
        PLATFORM_HOST: olga().token,
    }
    del tokens[host]
    apis = [SignedInApi(host, token) for token in ("nonsense", *tokens.values())]
    asked = [question for _, question in everything()]
    asked += [(document, {}) for document in WITHOUT_INPUT]
    with nothing_changes(alpha), nothing_changes(beta):
        for question in asked:
            assert all_alike([api.post(*question) for api in apis]), question
        for question in of_mutations():
            assert all_alike([told(api, question, ALPHAS) for api in apis]), question


def test_a_suspended_tenant_answers_nothing_to_nobody(alpha: TenantRef):
    people = world(alpha)
    with tenant_scope(alpha):
        link = signed_url(f"{alpha.label}/proofs/1.webp", clock.now(), LINK_LIFETIME)
    tenant = Tenant.objects.filter(id=alpha.id)
    try:
        with platform_scope():
            tenant.update(state=TenantState.SUSPENDED)
        resolver.clear()
        with nothing_changes(alpha):
            for api in (Api(ALPHA_HOST), people.maya.api, people.ines.api):
                for document in ("{ brand { currency } }", *WITHOUT_INPUT):
                    answer = api.post(document)
                    assert answer["errors"][0]["extensions"]["code"] == "TENANT_SUSPENDED"
                    assert "data" not in answer
                for path in (link, "/graphql", "/graphql?query={brand{currency}}"):
                    assert api.client.get(path).status_code == 403
    finally:
        with platform_scope():
            tenant.update(state=TenantState.TRIAL)
        resolver.clear()


@pytest.mark.parametrize(
    ("document", "is_run"),
    [
        ("{" + " ".join(f"a{n}: brand {{ currency }}" for n in range(50)) + "}", True),
        ("{" + " ".join(f"a{n}: brand {{ currency }}" for n in range(51)) + "}", False),
        (
            "mutation {" + " ".join(f"a{n}: signOut {{ __typename }}" for n in range(11)) + "}",
            False,
        ),
        (
            "mutation { ...A ...A } fragment A on Mutation { ...B ...B } fragment B on Mutation {"
            " a: signOut { __typename } b: signOut { __typename } c: signOut { __typename } }",
            False,
        ),
    ],
)
def test_one_request_asks_for_so_much_of_the_root(document: str, is_run: bool):
    answer = Api("alpha.localhost").post(document)
    assert ("errors" not in answer) == is_run
    if not is_run:
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_token_of_another_tenant_is_refused_where_none_is_needed(
    alpha: TenantRef, beta: TenantRef
):
    for document in ("{ brand { currency } }", "{ services { totalCount } }", "{ liveCursor }"):
        for token in (cast(beta).maya.token, "no such token", cast(alpha).maya.token + "x"):
            assert Api("alpha.localhost").error_code(document, token=token) == "UNAUTHENTICATED"
        assert Api("alpha.localhost").run(document, token=cast(alpha).maya.token)
