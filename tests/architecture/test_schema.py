"""The laws of the API, walked over the whole schema: one that is broken names its offenders."""

import dataclasses
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_list_type,
    is_specified_scalar_type,
)
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.utils.str_converters import to_camel_case
from strawberry_django.relay import DjangoCursorConnection

from kernel.refusals import Refusal
from kernel.texts import LANGUAGES
from schema.core.context import Context
from schema.core.execution import execute_request
from schema.core.messages import MESSAGES
from schema.core.nodes import node_type
from schema.core.pages import MAX_PAGE, connection_of
from schema.core.results import _error_types as ERROR_TYPES
from schema.core.rights import RIGHT_KEY, Audience
from schema.root import schema
from tenants.access.rights import Right

BUILT = schema._schema
ROOTS = [root for root in (BUILT.query_type, BUILT.mutation_type, BUILT.subscription_type) if root]
TYPES = [
    type_
    for type_ in BUILT.type_map.values()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
]
OBJECTS = [type_ for type_ in TYPES if isinstance(type_, GraphQLObjectType)]
MUTATIONS = BUILT.mutation_type.fields if BUILT.mutation_type else {}

NEED_NO_INPUT = {
    "billingCancel",
    "signOut",
    "seenServicesClear",
    "ownerSignOut",
    "fleetExamine",
    "releaseRetry",
    "impersonationsDismiss",
    "brandResume",
    "tariffPublish",
    "referralCodeMake",
}

SMALL_LISTS = {
    "Query.templates": "as many as the owner has written",
    "Template.versions": "one an edit, by the owner's hand",
    "Query.templateChanges": "1,000 at most",
    "Query.domains": "20 at most",
    "Query.domainClaims": "10 at most",
    "Tenant.domains": "20 at most",
    "Tenant.serverMoves": "one a move, by the owner's hand",
    "Tenant.backups": "a week of nights, and those made by hand in a month",
    "Query.staffRoles": "kept in the code",
    "Query.zones": "500 at most",
    "AddressSearch.found": "15 at most",
    "PersonalData.addresses": "20 a person",
    "ZonesImportSuccess.added": "500 at most",
    "ZonesImportSuccess.changed": "500 at most",
    "ZonesImportSuccess.removed": "500 at most",
    "PlacesImportSuccess.someAdded": "100 at most",
    "PlacesImportSuccess.someChanged": "100 at most",
    "OpeningHours.week": "seven days",
    "OpeningHours.exceptions": "366 at most",
    "OpeningDay.spans": "6 at most",
    "OpeningException.spans": "6 at most",
    "SignUpOptions.templates": "as many as the owner has written",
    "PlatformSummary.tenants": "as many as there are states",
    "PlatformSummary.servers": "as many as the settings name",
    "Release.groups": "as many as there are states that schemas were left in",
    "Release.faults": "100 at most",
    "FleetRelease.failures": "100 at most",
    "FleetLook.schemas": "100 at most",
    "FleetLook.counts": "as many as there are kinds",
    "FleetLook.findings": "100 at most",
    "FleetLook.sizes": "as many as the settings name",
    "FleetHealth.servers": "as many as the settings name",
    "FleetHealth.jobs": "50 at most",
    "FleetBackups.underWay": "50 at most",
    "Query.platformAnnouncements": "20 at most",
    "Query.owners": "the few who run the platform",
    "Query.plansInUse": "as many as the owner offers",
    "PlanInUse.tenants": "as many as there are states",
    "Query.impersonationsOpen": "one an owner at most",
    "Query.addresses": "20 a person",
    "ServiceDraft.findings": "what is wrong with one draft",
    "Condition.all": "40 tests at most",
    "Condition.any": "40 tests at most",
    "ServiceDeclaration.form": "40 at most",
    "ServiceDeclaration.steps": "30 at most",
    "ServiceDeclaration.cancellation": "a stage each",
    "ServiceDeclaration.notices": "20 at most",
    "FormField.options": "60 at most",
    "Order.work": "30 at most",
    "Order.answers": "40 at most",
    "PromotionCodesMakeSuccess.codes": "5,000 at most, once",
    "Query.calendarDays": "366 at most",
    "Query.bulletins": "50 at most",
    "Query.bulletinsKept": "50 at most",
    "Query.untranslated": "200 at most",
    "CalendarSaveSuccess.days": "366 at most",
    "CalendarSeedSuccess.days": "366 at most",
    "TariffTrySuccess.trials": "100 at most",
    "PriceTry.lines": "a line a rule",
    "PriceTableImportSuccess.changes": "1,000 rules at most",
    "PriceRowChange.cells": "as many as the table has columns",
    "Query.billingInvoices": "60, five years of months",
    "Query.billingPlans": "as many as the owner offers",
    "Query.billingTaxIds": "10 at most",
    "Query.plans": "as many as the owner has made",
    "Plan.limits": "as many as there are meters",
    "PlanUsage.meters": "as many as there are meters",
    "Tenant.usage": "as many as there are meters",
    "Query.categories": "300 at most",
    "Category.children": "300 at most",
    "Tenant.changes": "one a change of a tenant's state, by the owner's hand",
    "StaffMember.roles": "as many as there are roles",
    "Service.media": "10 at most",
    "Service.cases": "20 at most",
    "Service.faqs": "30 at most",
    "ServiceCase.pictures": "6 at most",
    "Query.lines": "50 at most",
    "Query.recommendations": "12 at most",
    "Query.followedCouriers": "100 at most",
    "Query.providers": "50 at most",
    "CatalogImport.problems": "100 at most",
    "CatalogImport.changes": "500 at most",
    "Service.stops": "8 at most",
    "ServiceDraft.stops": "8 at most",
    "Tariff.rules": "one a step, and per service",
    "Courier.documents": "20 at most",
    "Quote.lines": "one a step of the price",
    "Order.stops": "8 at most",
    "Order.items": "20 at most",
    "Order.history": "the steps of one order's life",
    "Offer.stops": "8 at most",
    "Query.slots": "one a quarter of an hour, of 14 days",
    "Booking.reschedules": "20 at most",
    "CourierAgenda.hours": "35 at most",
    "CourierAgenda.otherDays": "400 at most",
    "OtherDay.spans": "6 at most",
    "Report.services": "500 at most",
    "Report.zones": "500 at most",
    "Report.couriers": "500 at most",
    "Report.demand": "168 hours",
    "ReportPeriod.series": "400 days at most",
    "Stop.proofs": "two when it is done, one more each time it cannot be",
}
"""Lists of objects that are not connections, and what bounds them."""

TEXTS = "Text"
"""A text in each of a few languages: no rows."""


def declared(field: GraphQLField) -> Any:
    """The Strawberry field behind one of the schema's."""
    return field.extensions["strawberry-definition"]


def root_fields() -> Iterator[tuple[str, GraphQLField]]:
    for root in ROOTS:
        for name, field in root.fields.items():
            yield f"{root.name}.{name}", field


def test_every_root_field_says_who_may_use_it():
    for name, field in root_fields():
        right = declared(field).metadata.get(RIGHT_KEY)
        rights = right if isinstance(right, tuple) else (right,)
        assert right and all(isinstance(each, Right | Audience) for each in rights), name


def described() -> Iterator[tuple[str, str | None]]:
    """Everything that a reader of the schema meets, with its description."""
    for type_ in TYPES:
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                yield f"{type_.name}.{name}", value.description
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field.description
                arguments: dict[str, GraphQLArgument] = getattr(field, "args", {})
                for argument, its in arguments.items():
                    yield f"{type_.name}.{name}({argument})", its.description


def test_everything_is_described():
    assert [name for name, words in described() if not (words or "").strip()] == []


def test_every_mutation_takes_one_input():
    for name, field in MUTATIONS.items():
        if name in NEED_NO_INPUT:
            assert not field.args, name
            continue
        assert list(field.args) == ["input"], name
        input_ = field.args["input"].type
        assert isinstance(input_, GraphQLNonNull), name
        assert get_named_type(input_).name == f"{name[0].upper()}{name[1:]}Input"


MOVE_WORK = ("order", "offer", "assignment", "stop", "review", "tenantOnboard")
"""What the names of mutations begin with that move money or work."""


def test_every_mutation_that_moves_money_or_work_takes_a_key():
    moving = set()
    for name, field in MUTATIONS.items():
        success, *errors = get_nullable_type(field.type).types
        if not (name.startswith(MOVE_WORK) or "order" in success.fields):
            continue
        moving.add(name)
        key = get_named_type(field.args["input"].type).fields.get("idempotencyKey")
        assert key is not None and str(key.type) == "String!", name
        assert "IdempotencyKeyReusedError" in {error.name for error in errors}, name
    assert {"orderDepart", "offerDecline", "assignmentGiveBack", "stopComplete"} <= moving


def test_every_mutation_answers_its_success_or_a_user_error():
    user_error = BUILT.type_map["UserError"]
    for name, field in MUTATIONS.items():
        result = get_nullable_type(field.type)
        assert isinstance(result, GraphQLUnionType), name
        assert result.name == f"{name[0].upper()}{name[1:]}Result"
        success, *errors = result.types
        assert success.name.endswith("Success") and user_error not in success.interfaces
        assert errors
        for error in errors:
            assert user_error in error.interfaces, error.name
            assert error.name.endswith("Error")


def test_lists_that_can_grow_are_connections():
    lists = {
        f"{type_.name}.{name}"
        for type_ in OBJECTS
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type))
        and isinstance(named := get_named_type(field.type), GraphQLObjectType)
        and named.name != TEXTS
        and not named.name.endswith("Edge")
    }
    assert lists == SMALL_LISTS.keys()


def test_every_connection_has_the_cap():
    for type_ in OBJECTS:
        for name, field in type_.fields.items():
            connection = connection_of(field)
            if connection is not None:
                # Of the others, one without `first` or `last` reads all there is; a list by
                # cursors is refused without (schema/core/pages.py).
                capped = (relay.ListConnection, DjangoCursorConnection)
                assert issubclass(connection, capped), f"{type_.name}.{name}"
    assert schema.config.relay_max_results == MAX_PAGE == 100


def literal(argument: GraphQLArgument) -> str:
    type_ = get_named_type(argument.type)
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    assert isinstance(type_, GraphQLScalarType)
    return {"Int": "1", "Boolean": "true"}.get(type_.name, '"x"')


@pytest.mark.parametrize("size", ["first: 101", "last: 101", "first: -1", "last: -1"])
def test_every_root_connection_refuses_pages_beyond_the_cap(size):
    assert BUILT.query_type is not None
    for name, field in BUILT.query_type.fields.items():
        if connection_of(field) is None:
            continue
        needed = [
            f"{key}: {literal(its)}"
            for key, its in field.args.items()
            if isinstance(its.type, GraphQLNonNull)
        ]
        answer = execute_request(
            schema,
            document=f"{{ {name}({', '.join([size, *needed])}) {{ edges {{ cursor }} }} }}",
            variables=None,
            operation_name=None,
            context=Context(token=None, accept_language="en"),
            allowed_operations=(OperationType.QUERY,),
        )
        assert [error["extensions"]["code"] for error in answer.errors] == ["INVALID_INPUT"], name


def test_every_node_is_scoped_by_its_own_type():
    for type_ in OBJECTS:
        node = node_type(schema, type_.name)
        if node is None:
            continue
        definers = [base for base in node.__mro__ if "get_queryset" in vars(base)]
        assert definers and definers[0].__module__.startswith("schema."), type_.name


def test_every_refusal_of_a_mutation_has_its_words():
    used = {
        member.name
        for field in MUTATIONS.values()
        for member in get_nullable_type(field.type).types  # type: ignore[union-attr]
    }
    refusals: dict[str, type[Refusal]] = {
        f"{refusal.__name__}Error": refusal for refusal in ERROR_TYPES
    }
    assert {name for name in used if name.endswith("Error")} <= refusals.keys()
    for name in sorted(used & refusals.keys()):
        refusal = refusals[name]
        texts = MESSAGES.get(refusal.code, {})
        facts = {field.name for field in dataclasses.fields(refusal)}
        for language in LANGUAGES:
            assert texts.get(language), f"{refusal.code} in {language}"
            named = {part for _, part, _, _ in Formatter().parse(texts[language]) if part}
            assert named <= facts, f"{refusal.code} in {language} names {named - facts}"


def test_rows_below_a_row_have_an_order_of_their_own():
    """PostgreSQL promises none: the same question would be answered now so and now otherwise."""
    unordered, looked_at = [], 0
    for type_ in OBJECTS:
        definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        of = getattr(definition and definition.origin, "__strawberry_django_definition__", None)
        for name, field in type_.fields.items() if of else ():
            declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            relation = _relation(of.model, getattr(declared, "django_name", None) or name)
            if relation is not None and declared.base_resolver is None:
                looked_at += 1
                if not relation.related_model._meta.ordering:
                    unordered.append(f"{type_.name}.{name}")
    assert unordered == [] and looked_at > 15


def _relation(model: Any, name: str) -> Any:
    """The relation of the model to many that is called so, if it has one."""
    for each in model._meta.get_fields():
        accessor = each.get_accessor_name() if hasattr(each, "get_accessor_name") else each.name
        if (each.one_to_many or each.many_to_many) and to_camel_case(accessor or "") == (
            to_camel_case(name)
        ):
            return each
    return None
