"""What another tenant has reads like what never was, byte for byte, and asking changes nothing.

For every root query field with an id and every mutation whose input holds one, as each role that
has the right: the row exists in beta only, or nowhere.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import getitem
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from graphql import GraphQLField, GraphQLInputObjectType, get_named_type

from kernel.tenancy import TenantRef
from schema.core.rights import Audience, Requirement
from tenants.access.rights import Right
from tests.support import walk
from tests.support.asking import ARGUMENTS, ROWS, SOON, row
from tests.support.cast import Member
from tests.support.factories_orders import photo
from tests.support.graphql import Api
from tests.support.stage import rows
from tests.support.world import World, world

ALPHAS, BETAS, NOBODYS = 0, 500, 9000
"""From where ids are counted that are alpha's alone, beta's alone, nobody's."""

NAME = [{"language": "zh-Hans", "text": "x"}]
POINT = {"latitude": 39.5, "longitude": 39.5}
SQUARE = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}
ADDRESS = {"contactName": "Maya", "phone": "+8613800138001", "text": "Building 3"}
ORDER = {"orderId": row("Order")}
SERVICE = {"serviceId": row("Service")}
COURIER = {"courierId": row("Courier")}
STAFF = {"staffMemberId": row("StaffMember"), "role": "finance"}
DOMAIN = {"tenantId": row("Tenant"), "host": "shop.example"}
BOOKING = {"bookingId": row("Booking")}
SHIFT = {"shiftId": row("Shift")}
ABSENCE = {"absenceId": row("Absence")}
COURIER_PRICE = {"courierPriceId": row("CourierPrice")}
RESCHEDULE = {"rescheduleId": row("Reschedule")}
VISIT = {**SERVICE, **COURIER, "position": {"point": POINT}, "durationMinutes": 60}
VISITS = [
    VISIT,
    {**VISIT, "position": {"placeId": row("Place")}},
    {**SERVICE, "position": {"addressId": row("Address")}},
]
AT_A_POINT = {"position": {"point": POINT}}
BASE_PRICE = {"step": "BASE", "label": NAME, "params": {"base": {"amount": 500}}}


def stops(**first: str) -> list[dict[str, Any]]:
    """The two stops of the world's service, the first of them somewhere."""
    return [{"position": first}, AT_A_POINT]


SAMPLES: dict[str, list[dict[str, Any]]] = {
    "apiKeyRevoke": [{"apiKeyId": row("ApiKey")}],
    "documentRemove": [{"registeredDocumentId": row("RegisteredDocument")}],
    "absenceDecide": [{**ABSENCE, "approve": True}],
    "absenceWithdraw": [ABSENCE],
    "bookingCancel": [BOOKING],
    "bookingComplete": [BOOKING],
    "bookingHold": [{**visit, "startsAt": SOON.isoformat()} for visit in VISITS],
    "bookingInstant": VISITS,
    "bookingReassign": [{**BOOKING, **COURIER}],
    "bookingReschedule": [{**BOOKING, "startsAt": SOON.isoformat()}],
    "bookingTake": [BOOKING],
    "courierAreasSet": [{**COURIER, "zoneIds": [row("Zone")]}],
    "courierCapacitySet": [{**COURIER, "capacity": 1, "bufferMinutes": 0}],
    "courierDaySet": [{**COURIER, "date": f"{SOON:%Y-%m-%d}", "spans": []}],
    "courierHoursSet": [{**COURIER, "hours": []}],
    "courierQualify": [COURIER],
    "courierPriceDecide": [{**COURIER_PRICE, "approve": True}],
    "courierPricePropose": [{"serviceId": row("Service"), "amount": 500}],
    "courierPriceWithdraw": [COURIER_PRICE],
    "membershipSet": [{"customerId": row("Person"), "level": "gold"}],
    "promotionCodesMake": [{"promotionId": row("Promotion")}],
    "promotionEnd": [{"promotionId": row("Promotion")}],
    "promotionSave": [
        {"id": row("Promotion"), "name": NAME, "amount": 5, "startsAt": SOON.isoformat()},
        {
            "bundleServiceIds": [row("Service")],
            "bundleDays": 7,
            "name": NAME,
            "amount": 5,
            "startsAt": SOON.isoformat(),
        },
        {
            "serviceIds": [row("Service")],
            "name": NAME,
            "amount": 5,
            "startsAt": SOON.isoformat(),
        },
    ],
    "stepComplete": [{**ORDER, "step": "cover"}],
    "recurrenceEnd": [{"recurrenceId": row("Recurrence")}],
    "recurrenceStart": [
        {**visit, "rhythm": "WEEKLY", "firstOn": f"{SOON:%Y-%m-%d}", "startsAt": "10:00"}
        for visit in VISITS
    ],
    "rescheduleAnswer": [{**RESCHEDULE, "accept": False}],
    "rescheduleWithdraw": [RESCHEDULE],
    "shiftCancel": [SHIFT],
    "shiftJoin": [SHIFT],
    "shiftLeave": [SHIFT],
    "shiftOpen": [
        {
            "startsAt": SOON.isoformat(),
            "endsAt": (SOON + timedelta(hours=2)).isoformat(),
            "seats": 1,
            "zoneId": row("Zone"),
        }
    ],
    "addressRemove": [{"addressId": row("Address")}],
    "addressSave": [
        {"id": row("Address"), **AT_A_POINT, **ADDRESS},
        {"position": {"placeId": row("Place")}, **ADDRESS},
    ],
    "assignmentGiveBack": [{**ORDER, "reason": "TOO_FAR"}],
    "casePictureAdd": [{"caseId": row("ServiceCase"), "upload": photo()}],
    "casePictureDescribe": [{"pictureId": row("CasePicture"), "alt": NAME}],
    "casePictureRemove": [{"pictureId": row("CasePicture")}],
    "categorySave": [
        {"id": row("Category"), "name": NAME},
        {"parentId": row("Category"), "name": NAME},
    ],
    "courierApprove": [COURIER],
    "courierFollow": [{**COURIER, "followed": True}],
    "courierFreeze": [COURIER],
    "courierReject": [COURIER],
    "courierUnfreeze": [COURIER],
    "domainClaim": [DOMAIN],
    "domainClaimRemove": [DOMAIN],
    "domainMakePrimary": [DOMAIN],
    "domainRedirect": [{**DOMAIN, "on": True}],
    "domainRemove": [DOMAIN],
    "domainVerify": [DOMAIN],
    "offerAccept": [{"offerId": row("Offer")}],
    "offerDecline": [{"offerId": row("Offer")}],
    "orderArrive": [ORDER],
    "orderAssign": [{**ORDER, **COURIER}],
    "orderCancel": [{**ORDER, "reason": "CHANGED_MIND"}],
    "orderConfirm": [ORDER],
    "orderDepart": [ORDER],
    "orderHandBack": [{**ORDER, "photo": photo()}],
    "orderPlace": [
        {"quoteId": row("Quote"), "paymentMethod": "ON_DELIVERY", "bookingId": row("Booking")}
    ],
    "orderReportUndeliverable": [{**ORDER, "reason": "NOBODY_THERE"}],
    "orderRetry": [ORDER],
    "orderReturn": [ORDER],
    "placeSave": [
        {"id": row("Place"), "kind": "GATE", "name": NAME, "point": POINT},
        {"parentId": row("Place"), "kind": "GATE", "name": NAME, "point": POINT},
    ],
    "placesFill": [
        {
            "buildingId": row("Place"),
            "floors": {"first": 1, "last": 1},
            "floorName": [{"language": "zh-Hans", "text": "{floor}"}],
        }
    ],
    "priceRuleRemove": [{"ruleId": row("PriceRule")}],
    "priceRuleSave": [
        {**SERVICE, **BASE_PRICE},
        {"ruleId": row("PriceRule"), **BASE_PRICE},
        {**BASE_PRICE, "when": {"zonesFrom": [row("Zone")]}},
        {**BASE_PRICE, "when": {"zonesTo": [row("Zone")]}},
    ],
    "priceTry": [
        SERVICE,
        {**SERVICE, "zoneFromId": row("Zone")},
        {**SERVICE, "zoneToId": row("Zone")},
        {**SERVICE, "rules": [{"ruleId": row("PriceRule"), **BASE_PRICE}]},
        {**SERVICE, "rules": [{**SERVICE, **BASE_PRICE}]},
        {**SERVICE, "rules": [{**BASE_PRICE, "when": {"zonesFrom": [row("Zone")]}}]},
        {**SERVICE, "rules": [{**BASE_PRICE, "when": {"zonesTo": [row("Zone")]}}]},
    ],
    "quoteCreate": [
        {**SERVICE, "stops": stops(point=POINT)},
        {**SERVICE, "stops": stops(placeId=row("Place"))},
        {**SERVICE, "stops": stops(addressId=row("Address"))},
        {**SERVICE, **COURIER, "stops": stops(point=POINT)},
    ],
    "reviewCreate": [{**ORDER, "score": 5}],
    "bulletinRemove": [{"bulletinId": row("Bulletin")}],
    "bulletinSave": [{"id": row("Bulletin"), "title": NAME}],
    "lineRemove": [{"lineId": row("Line")}],
    "lineSave": [{"id": row("Line"), "key": "pets", "kind": "PICK_UP", "name": NAME}],
    "serviceCaseRemove": [{"caseId": row("ServiceCase")}],
    "serviceCaseSave": [{"id": row("ServiceCase"), **SERVICE, "title": NAME}],
    "serviceCaseShow": [{"caseId": row("ServiceCase"), "shown": False}],
    "serviceContentArrange": [
        {
            **SERVICE,
            "mediaIds": [row("ServiceMedia")],
            "caseIds": [row("ServiceCase")],
            "faqIds": [row("ServiceFaq")],
        }
    ],
    "serviceDelist": [SERVICE],
    "serviceFavour": [{**SERVICE, "kept": True}],
    "serviceSee": [SERVICE],
    "serviceFaqRemove": [{"faqId": row("ServiceFaq")}],
    "serviceFaqSave": [{"id": row("ServiceFaq"), **SERVICE, "question": NAME, "answer": NAME}],
    "serviceMediaAdd": [{**SERVICE, "upload": photo()}],
    "serviceMediaDescribe": [{"mediaId": row("ServiceMedia"), "alt": NAME}],
    "serviceMediaRemove": [{"mediaId": row("ServiceMedia")}],
    "servicePublish": [SERVICE],
    "serviceSave": [
        {
            "id": row("Service"),
            "categoryId": row("Category"),
            "lineId": row("Line"),
            "kind": "PICK_UP",
            "name": NAME,
        }
    ],
    "staffGrant": [STAFF],
    "staffRevoke": [STAFF],
    "stopComplete": [{**ORDER, "stopId": row("Stop")}],
    "tariffTry": [
        {"rules": [{"ruleId": row("PriceRule"), **BASE_PRICE}]},
        {"rules": [{**SERVICE, **BASE_PRICE}]},
        {"rules": [{**BASE_PRICE, "when": {"zonesFrom": [row("Zone")]}}]},
        {"rules": [{**BASE_PRICE, "when": {"zonesTo": [row("Zone")]}}]},
    ],
    "zoneRemove": [{"zoneId": row("Zone")}],
    "zoneSave": [
        {"id": row("Zone"), "name": NAME, "polygon": SQUARE},
        {"name": NAME, "polygon": SQUARE, "serviceIds": [row("Service")]},
    ],
}
"""Of each mutation that takes ids: inputs with alpha's own that go as far as looking them up."""

BY_MAYA = {"orderPlace"}
"""Samples with several ids, all of them hers: of anybody else it is another one that is absent."""

MUTATION = """mutation($input: %s!) { result: %s(input: $input) {
  __typename ... on UserError { code message } ... on NotFoundError { what }
} }"""


@dataclass(frozen=True)
class Question:
    """A document with one id, at `path` in its variables, that can be another's."""

    field: str
    right: Requirement
    document: str
    variables: dict[str, Any]
    path: tuple[Any, ...]

    @property
    def type_name(self) -> str:
        """The type of the row that the id is of."""
        own = reduce(getitem, self.path, self.variables)
        return next(name for name in ROWS if row(name) == own)

    def about(self, first: int) -> dict[str, Any]:
        """The variables with the id of the world that is counted from `first`."""
        changed = deepcopy(self.variables)
        reduce(getitem, self.path[:-1], changed)[self.path[-1]] = row(self.type_name, first=first)
        return changed


def of_queries() -> Iterator[Question]:
    """One for each id of each root query field; `node` is asked for each type."""
    for name, field in walk.QUERIES.items():
        arguments = {key: ARGUMENTS[f"{name}.{key}"] for key in walk.arguments_of(field)}
        for key in arguments:
            if get_named_type(field.args[key].type).name == "ID" and name != "node":
                document = walk.document(name, arguments)
                path = (key, 0) if isinstance(arguments[key], list) else (key,)
                yield Question(name, walk.right_of(field), document, arguments, path)
    for name in walk.NODES:
        variables = {"id": row(name)}
        yield Question("node", Audience.EVERYWHERE, walk.node_document(name), variables, ("id",))


def of_mutations() -> Iterator[Question]:
    """One for each id of each mutation's input."""
    for name, field in walk.MUTATIONS.items():
        if field.args:
            yield from of_mutation(name, field)


def of_mutation(name: str, field: GraphQLField) -> Iterator[Question]:
    """One for each id of the mutation's input, all of which its samples must give."""
    input_ = get_named_type(field.args["input"].type)
    assert isinstance(input_, GraphQLInputObjectType)
    given, document = set(), MUTATION % (input_.name, name)
    for sample in SAMPLES.get(name, ()):
        key = {"idempotencyKey": "one"} if "idempotencyKey" in input_.fields else {}
        for which, path in walk.ids_given(input_, sample):
            given.add(which)
            variables = {"input": {**sample, **key}}
            yield Question(name, walk.right_of(field), document, variables, ("input", *path))
    missing = walk.ids_asked(input_) - given
    owners = walk.right_of(field) in walk.PLATFORMS
    assert owners or not missing, f"{name}: give SAMPLES of {__name__} an input with {missing}"


def who_may(people: World, right: Requirement) -> list[Api]:
    """Those of a tenant's cast who meet `right`: of a tuple of rights, any will do."""
    members: list[Member] = list(vars(people).values())
    if right in walk.PLATFORMS:
        return []
    if isinstance(right, Audience):
        nobody = [] if right is Audience.SIGNED_IN else [Api("alpha.localhost")]
        return nobody + [member.api for member in members]
    any_of = {right} if isinstance(right, Right) else {*right}
    return [member.api for member in members if any_of & member.rights]


def told(api: Api, question: Question, first: int) -> bytes:
    """The answer as it came."""
    variables = question.about(first)
    files = {k: v for k, v in variables.get("input", {}).items() if isinstance(v, UploadedFile)}
    body = {"query": question.document, "variables": variables}
    if not files:
        return api.client.post("/graphql", body, content_type="application/json").content
    variables["input"] |= dict.fromkeys(files)
    paths = {key: [f"variables.input.{key}"] for key in files}
    form = {"operations": json.dumps(body), "map": json.dumps(paths), **files}
    return api.client.post("/graphql", form, headers={"GraphQL-Require-Preflight": "1"}).content


def test_a_query_for_it_reads_like_one_for_nothing(alpha: TenantRef, beta: TenantRef):
    people, _ = world(alpha), world(beta, first=BETAS)
    for question in of_queries():
        callers, own_is_seen = who_may(people, question.right), False
        for api in callers:
            betas = told(api, question, BETAS)
            assert betas == told(api, question, NOBODYS), question
            assert b"INTERNAL" not in betas, question
            own_is_seen |= betas != told(api, question, ALPHAS)
        # Or nothing would be proven. No tenant shows anything of the register.
        assert own_is_seen or question.type_name in walk.ON_PLATFORM, question


def test_a_mutation_of_it_is_refused_like_one_of_nothing(alpha: TenantRef, beta: TenantRef):
    people, _ = world(alpha), world(beta, first=BETAS)
    before = rows(alpha), rows(beta)
    for question in of_mutations():
        refusal = {"code": "NOT_FOUND", "what": question.type_name}
        hers = question.field in BY_MAYA
        for api in [people.maya.api] if hers else who_may(people, question.right):
            betas = told(api, question, BETAS)
            assert betas == told(api, question, NOBODYS), question
            assert refusal.items() <= json.loads(betas)["data"]["result"].items(), question
            assert (rows(alpha), rows(beta)) == before, question


def test_a_mutation_without_a_sample_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SAMPLES, "quoteCreate", [SERVICE])
    with pytest.raises(AssertionError, match=r"quoteCreate: give SAMPLES .* an input with"):
        list(of_mutations())
