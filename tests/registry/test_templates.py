"""Templates are written by the owner, tried before they are kept, and never changed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from check_jsonschema import main as check_jsonschema
from django.db import connections

from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.pool import blank_make
from registry.models import BlankSchema, OwnerAction, Template, TemplateVersion, Tenant
from registry.templates import BROUGHT_ALONG, template_current, templates_brought_along
from registry.templates.format import MAX_BYTES, TemplateBroken, format_check, template_format
from registry.templates.trial import _schema_borrowed, template_try
from tenants.catalog.services import DESCRIPTION_LENGTH, NAME_LENGTH, SUMMARY_LENGTH
from tenants.places.models import Place
from tests.registry.conftest import catalog
from tests.registry.test_onboarding import onboard
from tests.support.cast import cast, olga
from tests.support.database import PLATFORM_HOST, SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate, rows
from tests.support.threads import at_once

DATA = dict(templates_brought_along())
VERSION = "version { number note key title data }"


def data(**changes: Any) -> dict[str, Any]:
    """The campus template; `pricing__rules__0__step=…` changes an inner value, None removes it."""
    changed = deepcopy(DATA["campus_errands"])
    for path, value in changes.items():
        *inner, last = (int(name) if name.isdigit() else name for name in path.split("__"))
        where: Any = changed
        for name in inner:
            where = where[name]
        if value is None:
            del where[last]
        else:
            where[last] = value
    return changed


def create(key: str = "laundry", **changes: Any) -> Any:
    given = {"key": key, "data": data(), "note": "First"} | changes
    return mutate(olga().api, "templateCreate", given, VERSION)


def edit(based_on: int = 1, **changes: Any) -> Any:
    given = {"key": "campus_errands", "data": data(), "basedOn": based_on} | changes
    return mutate(olga().api, "templateEdit", given, VERSION)


def written() -> tuple[int, ...]:
    with platform_scope():
        models = (Template, TemplateVersion, OwnerAction, Tenant)
        return tuple(model.objects.count() for model in models)


@contextmanager
def nothing_written(*tenants: TenantRef) -> Iterator[None]:
    """Neither the register's templates nor a tenant's rows change inside."""
    were = written(), [rows(tenant) for tenant in tenants]
    yield
    assert (written(), [rows(tenant) for tenant in tenants]) == were


def test_an_edit_is_a_new_version_and_the_old_one_stays(alpha: TenantRef, beta: TenantRef):
    before = rows(alpha), rows(beta)
    changed = data(title__en="Campus errands, again")
    done = edit(data=changed, note="A better title")["version"]
    assert (done["number"], done["note"]) == (2, "A better title")
    assert (done["title"], done["data"]) == ("Campus errands, again", changed)
    template = olga().api.run(
        '{ template(key: "campus_errands") { key versions { number title data } } }'
    )["template"]
    assert [version["number"] for version in template["versions"]] == [2, 1]
    assert template["versions"][1]["data"] == DATA["campus_errands"]
    titles = {row["key"]: row["title"] for row in newest()}
    assert titles["campus_errands"] == "Campus errands, again"
    with platform_scope():
        action = OwnerAction.objects.get()
        assert (action.action, action.data) == (
            "templateEdit",
            {"key": "campus_errands", "number": 2},
        )
    # It was tried in a schema of nobody's, and left nothing there either.
    assert (rows(alpha), rows(beta)) == before
    with platform_scope():
        blank = BlankSchema.objects.get()
    with connections[OWNER_ALIAS].cursor() as cursor, platform_scope():
        cursor.execute(f'SELECT count(*) FROM "{blank.schema_name}".access_role')
        assert cursor.fetchone() == (0,)


def newest() -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = olga().api.run("{ templates { key number title } }")["templates"]
    return answer


def test_a_new_template_is_there_for_the_next_operator():
    done = create(data=data(brand__slogan={"en": "Washed and folded", "zh-Hans": "洗好叠好"}))
    assert done["version"]["number"] == 1
    assert [row["key"] for row in newest()] == ["campus_errands", "home_services", "laundry"]
    assert onboard(template="laundry")["tenant"]["template"] == {"key": "laundry"}
    slogan = Api("gamma.localhost").run("{ brand { slogan } }")["brand"]["slogan"]
    assert slogan == "Washed and folded"
    with nothing_written():
        assert create()["code"] == "TEMPLATE_KEY_TAKEN"


def test_whoever_edited_an_old_version_is_told_and_loses_nothing():
    edit()
    with nothing_written():
        refused = mutate(
            olga().api,
            "templateEdit",
            {"key": "campus_errands", "data": data(), "basedOn": 1},
            "__typename } ... on TemplateChangedError { number",
        )
        assert (refused["code"], refused["number"]) == ("TEMPLATE_CHANGED", 2)
        assert edit(based_on=3)["code"] == "TEMPLATE_CHANGED"
        assert edit(key="nothing")["code"] == "NOT_FOUND"


def test_of_two_edits_at_once_one_is_written():
    olga()
    answers = at_once(lambda: edit(note="one"), lambda: edit(note="two"))
    assert sorted(answer["__typename"] for answer in answers) == [
        "TemplateChangedError",
        "TemplateEditSuccess",
    ]


def test_of_two_new_ones_of_one_key_at_once_one_is_written():
    olga()
    answers = at_once(lambda: create(), lambda: create())
    assert sorted(answer["__typename"] for answer in answers) == [
        "TemplateCreateSuccess",
        "TemplateKeyTakenError",
    ]


FIRST = "catalog__categories__0__services__0"
STOPS, ASKED = f"{FIRST}__declaration__stops", f"{FIRST}__declaration__asked"
DEEP = {"name": {"en": "x", "zh-Hans": "x"}}
for _ in range(5):
    DEEP = {"name": {"en": "x", "zh-Hans": "x"}, "categories": [DEEP]}


@pytest.mark.parametrize(
    ("path", "value", "at", "currency"),
    [
        # The format.
        ("title", None, "data", ""),
        ("title__zh-Hans", None, "title", ""),
        (f"{FIRST}__name__en", None, "catalog.categories.0.services.0.name", ""),
        (f"{FIRST}__name__en", "", "catalog.categories.0.services.0.name.en", ""),
        (f"{FIRST}__name__en", "a\tb", "catalog.categories.0.services.0.name.en", ""),
        (f"{FIRST}__name__en", "x" * 201, "catalog.categories.0.services.0.name.en", ""),
        (f"{FIRST}__name__en", 7, "catalog.categories.0.services.0.name.en", ""),
        (f"{FIRST}__name", "Parcels", "catalog.categories.0.services.0.name", ""),
        (f"{FIRST}__name", {"en": "x", "zh-Hans": "x", "../x": "x"}, f"{FIRST}__name", ""),
        (f"{FIRST}__kind", "teleport", "catalog.categories.0.services.0.kind", ""),
        (f"{FIRST}__price", 3, "catalog.categories.0.services.0", ""),
        (f"{FIRST}__duration_minutes", 14, f"{FIRST}__duration_minutes", ""),
        (f"{FIRST}__declaration__stops", [], f"{FIRST}__declaration__stops", ""),
        (f"{FIRST}__declaration__asked__shoes", "off", f"{FIRST}__declaration__asked", ""),
        ("pricing__rules__0__step", "gratuity", "pricing.rules.0.step", ""),
        ("pricing__rules__0__params__amount", 300, "pricing.rules.0.params.amount", ""),
        ("pricing__rules__0__params__amount", {}, "pricing.rules.0.params.amount", ""),
        ("pricing__rules__0__params__amount__CNY", -1, "pricing.rules.0.params.amount.CNY", ""),
        ("pricing__rules__0__params__amount__CNY", 0.5, "pricing.rules.0.params.amount.CNY", ""),
        ("pricing__rules__0__params__amount__CNY", 2**53, "pricing.rules.0.params.amount.CNY", ""),
        ("pricing__rules__0__params", {}, "pricing.rules.0.params", ""),
        ("pricing__rules", [], "pricing.rules", ""),
        ("pricing", None, "data", ""),
        ("places__0__offset__north", 60_000, "places.0.offset.north", ""),
        ("places__0__kind", "moon", "places.0.kind", ""),
        ("access__role_names__boss", {"en": "x", "zh-Hans": "x"}, "access.role_names", ""),
        ("parties", {}, "data", ""),
        # What only the apps know.
        (f"{STOPS}__1__kind", "on_site", f"{STOPS}__1__kind", "CNY"),
        (f"{ASKED}__urgent", "required", f"{ASKED}__urgent", "CNY"),
        (STOPS, [{"kind": "drop_off"}], f"{STOPS}__0__kind", "CNY"),
        (
            "catalog__categories__4__services__0__declaration__asked__parcel_code",
            "required",
            "catalog.categories.4.services.0.declaration.asked.parcel_code",
            "CNY",
        ),
        (f"{FIRST}__name__en", "Shopping", "catalog.categories.1.services.1.name", "CNY"),
        ("catalog__categories__0", DEEP, "catalog" + ".categories.0" * 6, "CNY"),
        ("pricing__rules__1__service", "Surfing", "pricing.rules.1.service", "CNY"),
        ("pricing__rules__1__service", "Shopping", "pricing.rules.4.step", "CNY"),
        ("pricing__rules__0__params__amount__CNY", 0, "pricing.rules.0.params.base.amount", "CNY"),
        ("pricing__rules__0__params__amount__GBP", 0, "pricing.rules.0.params.base.amount", "GBP"),
        ("pricing__rules__0__service", "Moving dorm things", "pricing.rules.7.step", "CNY"),
    ],
)
def test_a_broken_template_is_refused_with_the_place(
    alpha: TenantRef, path: str, value: Any, at: str, currency: str
):
    broken = data(**{path: value})
    with nothing_written(alpha):
        with platform_scope(), pytest.raises(TemplateBroken) as refused:
            template_try(broken, at=SOME_DAY)
    assert refused.value.path == at.replace("__", ".")
    assert refused.value.currency == currency
    assert 0 < len(refused.value.reason) <= 250


def test_a_service_without_a_price_is_named():
    rules = [rule for rule in data()["pricing"]["rules"] if rule["step"] != "base"]
    own = [rule for rule in data()["pricing"]["rules"] if rule.get("service") == "Queueing"]
    with nothing_written():
        refused = edit(data=data(pricing__rules=rules))
        assert refused["code"] == "TEMPLATE_BROKEN" and "base price" in refused["message"]
        refused = edit(data=data(pricing__rules=[*rules, own[0]]))
        assert refused["message"].endswith("'Parcel pick-up' has no base price")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ([], "not of type 'object'"),
        ("x", "not of type 'object'"),
        ({**DATA["campus_errands"], "x": ["y" * MAX_BYTES]}, "which is more than"),
    ],
)
def test_what_is_no_template_at_all(broken: Any, reason: str):
    with nothing_written():
        refused = edit(data=broken)
        assert refused["code"] == "TEMPLATE_BROKEN" and reason in refused["message"]
        assert create(data=broken)["code"] == "TEMPLATE_BROKEN"


def test_what_no_json_holds():
    with pytest.raises(TemplateBroken, match="TEMPLATE_BROKEN") as refused:
        format_check({"x": 2**70})
    assert "out of bounds" in refused.value.reason


def test_nesting_is_bounded():
    deep: Any = {}
    for _ in range(2000):
        deep = {"categories": [deep]}
    with pytest.raises(TemplateBroken):
        format_check(deep)


@pytest.mark.parametrize("key", ["", "ab", "Campus", "1campus", "a" * 41, "a b", "a-b", "a\n"])
def test_what_cannot_be_a_key(key: str):
    with nothing_written():
        assert create(key=key)["code"] == "INVALID_INPUT"


def test_only_an_owner_reads_and_writes_templates(alpha: TenantRef):
    given = {"input": {"key": "x", "data": {}}}
    create_it = (
        "mutation($input: TemplateCreateInput!) { templateCreate(input: $input) { __typename } }"
    )
    for api, code in (
        (Api(PLATFORM_HOST), "UNAUTHENTICATED"),
        (cast(alpha).ines.api, "WRONG_HOST"),
    ):
        assert api.error_code(create_it, given) == code
        assert api.error_code('{ template(key: "campus_errands") { key } }') == code


@pytest.mark.parametrize("key", BROUGHT_ALONG)
def test_what_comes_along_passes(key: str):
    with platform_scope():
        assert template_current(key).data == DATA[key]
        template_try(DATA[key], at=SOME_DAY)


def test_the_format_is_json_schema_and_agrees_with_the_apps():
    told = olga().api.run("{ templateFormat }")["templateFormat"]
    assert told == template_format() and told["title"] == "A starter template"
    folder = "platform/registry/templates"
    schema = f"{folder}/format.schema.json"
    files = [f"{folder}/{key}.json" for key in BROUGHT_ALONG]
    for arguments in (["--check-metaschema", schema], ["--schemafile", schema, *files]):
        with pytest.raises(SystemExit) as done:
            check_jsonschema(arguments, standalone_mode=True)
        assert done.value.code == 0
    for name, most in (
        ("name", NAME_LENGTH),
        ("summary", SUMMARY_LENGTH),
        ("description", DESCRIPTION_LENGTH),
    ):
        texts = {"en": "x" * most, "zh-Hans": "x"}
        format_check(data(**{f"{FIRST}__{name}": texts}))
        with pytest.raises(TemplateBroken):
            format_check(data(**{f"{FIRST}__{name}": texts | {"en": "x" * (most + 1)}}))


def test_a_blank_schema_is_lent_and_stays_blank(before: set[str]):
    with platform_scope():
        schema = blank_make(server="main", at=SOME_DAY)
        template_try(data(), at=SOME_DAY)
        assert BlankSchema.objects.get().schema_name == schema
    with tenant_scope(nobody(schema)):
        assert Place.objects.count() == 0
    assert len(catalog() - before) == 2


def test_nobody_is_given_the_schema_that_is_lent(before: set[str]):
    """While a trial goes on, the pool gives out another one or makes one."""
    lent: list[str] = []
    taken: list[Any] = []

    with platform_scope(), _schema_borrowed(at=SOME_DAY) as schema:
        lent.append(schema)
        taken += at_once(lambda: onboard())
    assert taken[0]["tenant"]["slug"] == "gamma"
    with platform_scope():
        assert Tenant.objects.get(slug="gamma").schema_name not in lent
    assert len(catalog() - before) == 4


def test_a_template_of_what_an_operator_has(alpha: TenantRef):
    done = onboard(brand__currency="CNY", center={"latitude": 31.0, "longitude": 121.0})
    tenant_id = done["tenant"]["id"]
    given = {
        "tenantId": tenant_id,
        "key": "gamma_style",
        "title": [{"language": "en", "text": "Gamma"}, {"language": "zh-Hans", "text": "伽马"}],
        "summary": [
            {"language": "en", "text": "As it is"},
            {"language": "zh-Hans", "text": "原样"},
        ],
    }
    made = mutate(olga().api, "templateFromTenant", given, VERSION)["version"]
    assert (made["number"], made["title"]) == (1, "Gamma")
    base = next(r for r in made["data"]["pricing"]["rules"] if r.get("service") == "Printing")
    assert base["params"] == {"amount": {"CNY": 300}}
    assert made["data"]["places"] == DATA["campus_errands"]["places"]
    # And on top of the template that it began with.
    again = mutate(
        olga().api,
        "templateFromTenant",
        {"tenantId": tenant_id, "key": "campus_errands", "basedOn": 1},
        VERSION,
    )["version"]
    assert (again["number"], again["title"]) == (2, "Campus errands")
    with nothing_written():
        for changes, code in (
            ({"basedOn": 1, "key": "campus_errands"}, "TEMPLATE_CHANGED"),
            ({"key": "other", "title": None}, "TEMPLATE_BROKEN"),
            ({"key": "nothing", "basedOn": 1}, "NOT_FOUND"),
            ({"key": "other", "tenantId": global_id("Tenant", alpha.id)}, "TEMPLATE_BROKEN"),
            ({}, "TEMPLATE_KEY_TAKEN"),
        ):
            refused = mutate(olga().api, "templateFromTenant", given | changes, VERSION)
            assert refused["code"] == code, changes
