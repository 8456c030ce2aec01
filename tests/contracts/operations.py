"""The documents of frontend_contracts/, and how each is sent to the world of tests/support."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.test import override_settings
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    InlineFragmentNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_named_type,
    get_nullable_type,
    parse,
    type_from_ast,
)

from kernel.tenancy import TenantRef, tenant_scope
from schema.live.execution import Request, render
from schema.live.topics import TOPIC_KEY, Scope
from tenants.booking.models import Reschedule
from tenants.journal.selectors import LoggedEvent
from tenants.orders.models import Order, OrderState
from tests.isolation.test_absent import SAMPLES
from tests.support import walk
from tests.support.asking import ARGUMENTS, ROWS, SOON, row
from tests.support.cast import Cast, Member, olga
from tests.support.database import PLATFORM_HOST, fixed_id
from tests.support.factories_orders import photo
from tests.support.graphql import Api
from tests.support.world import World, world

FOLDER = Path(settings.BASE_DIR) / "frontend_contracts"
ROLES = ("customer", "courier", "operator", "owner")

WAYS_IN = {
    "signInWithPassword",
    "signInWithPhone",
    "phoneCodeRequest",
    "invitationAccept",
    "ownerSignIn",
    "signUpStart",
    "signUpConfirm",
    "signUpOptions",
}
"""Root fields that are sent before there is a session."""

INPUTS: dict[str, dict[str, Any]] = {
    "phoneCodeRequest": {"phone": "+8613900139001"},
    "signInWithPhone": {"phone": "+8613900139001", "code": "000000"},
    "signInWithPassword": {"email": "nobody@example.test", "password": "not her password"},
    "ownerSignIn": {"email": "nobody@example.test", "password": "not her password"},
    "invitationAccept": {"token": "not-a-token", "password": "a quiet harbour"},
    "personUpdate": {"name": "Maya", "language": "en"},
    "staffInvite": {"name": "Sam", "email": "sam@example.test", "role": "support"},
    "recommendationsSwitch": {"on": True},
    "courierPosition": {"latitude": 39.5, "longitude": 39.5},
    "courierOnDuty": {"onDuty": True},
    "apiKeyCreate": {
        "name": "Till",
        "rights": ["ORDERS_READ"],
        "expiresAt": SOON.isoformat(),
    },
    "documentRegister": {"name": "Currency", "text": "query Currency { brand { currency } }"},
    "brandPause": {"until": "2999-03-02T09:00:00Z"},
}
"""What a mutation is sent where tests/isolation has no sample, or one that tells little."""

SUBJECTS: dict[str, dict[str, Any]] = {
    "orderEvents": {"orderId": row("Order")},
}
"""What a subscription is sent beside its cursor."""

ASKED_BY_COURIER = {"CourierRescheduleWithdraw", "CustomerRescheduleAnswer"}
"""Operations about another time that the courier has asked for; otherwise the customer has."""

EVENT: dict[str, Any] = {
    "order": str(fixed_id(ROWS["Order"])),
    "offer": str(fixed_id(ROWS["Offer"])),
    "booking": str(fixed_id(ROWS["Booking"])),
    "courier_person": str(fixed_id(2)),
    "customer": str(fixed_id(1)),
    "courier": str(fixed_id(ROWS["Courier"])),
    "from": None,
    "to": "arrived",
}
"""What the event says that a subscription's example shows."""


@dataclass(frozen=True)
class Operation:
    """One trusted document."""

    id: str
    name: str
    kind: str
    role: str
    file: str
    text: str

    @property
    def example(self) -> Path:
        """Where its recorded answer lies."""
        return FOLDER / "examples" / self.role / f"{self.name}.json"

    @property
    def definition(self) -> OperationDefinitionNode:
        """The operation in its text."""
        return next(
            each
            for each in parse(self.text).definitions
            if isinstance(each, OperationDefinitionNode)
        )

    @property
    def fragment_types(self) -> dict[str, str]:
        """What each fragment in its text is on."""
        return {
            each.name.value: each.type_condition.name.value
            for each in parse(self.text).definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    @property
    def roots(self) -> list[FieldNode]:
        """Its root fields, but for __typename and the cursor."""
        return [
            each
            for each in self.definition.selection_set.selections
            if isinstance(each, FieldNode) and not each.name.value.startswith("__")
        ]


def operations() -> list[Operation]:
    """Every document of the manifest, by name."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    return [Operation(id=id, **rest) for id, rest in manifest["documents"].items()]


@dataclass(frozen=True)
class Sent:
    """An operation as it was sent, by whom, and its answer; a query's is asked for twice, by
    graphql-core alone and with whatever is lowered.
    """

    sender: str
    variables: dict[str, Any]
    answers: list[dict[str, Any]]


def send(operation: Operation, alpha: TenantRef) -> Sent:
    """Send `operation` to alpha's host, or the platform's, into a world that was just made."""
    people, owner = world(alpha), olga()
    with tenant_scope(alpha):  # its orders' logs have one event already
        Order.objects.update(seq=1)
        if operation.name == "CourierOfferAccept":  # under way it could not be offered
            Order.objects.update(state=OrderState.OFFERED, courier=None)
        Reschedule.objects.update(by_customer=operation.name not in ASKED_BY_COURIER)
    if operation.kind == OperationType.SUBSCRIPTION.value:
        return _event(operation, people, alpha)
    variables = variables_of(operation)
    host = PLATFORM_HOST if operation.role == "owner" else "alpha.localhost"
    names = {each.name.value for each in operation.roots}
    member: Member | None = None if names & WAYS_IN else _who(operation, people)
    token = "" if names & WAYS_IN else owner.token if member is None else member.token
    sender = "nobody" if not token else "owner" if member is None else operation.role
    answers = []
    for lowering in (False, True) if operation.kind == OperationType.QUERY.value else (False,):
        with override_settings(LOWERING=lowering):
            answers.append(_post(Api(host), operation.id, deepcopy(variables), token))
    return Sent(sender, without_files(variables), answers)


def variables_of(operation: Operation) -> dict[str, Any]:
    """What an operation's variables hold, by the arguments that they are given to."""
    values: dict[str, Any] = {}
    for field in operation.roots:
        root = field.name.value
        for argument in field.arguments or ():
            if not isinstance(argument.value, VariableNode):
                continue
            name = argument.value.name.value
            if operation.kind == "mutation":
                values[name] = _input(root)
            elif f"{root}.{argument.name.value}" in ARGUMENTS:
                values[name] = ARGUMENTS[f"{root}.{argument.name.value}"]
            elif argument.name.value == "first":
                values[name] = 10
    if (type_name := _node_type(operation)) is not None:
        values["id"] = row(type_name)
    for each in operation.definition.variable_definitions or ():
        name = each.variable.name.value
        if name == "first":
            values.setdefault(name, 10)
        elif isinstance(each.type, NonNullTypeNode) and name not in values:
            type_ = type_from_ast(walk.BUILT, each.type)
            values[name] = walk._some(get_nullable_type(type_), name)[0]
    return values


def _node_type(operation: Operation) -> str | None:
    """Of which type the object is that an operation asks for by `node`."""
    for field in operation.roots:
        if field.name.value == "node" and field.selection_set is not None:
            for each in field.selection_set.selections:
                if isinstance(each, InlineFragmentNode) and each.type_condition:
                    return each.type_condition.name.value
                if isinstance(each, FragmentSpreadNode):
                    return operation.fragment_types[each.name.value]
    return None


def _input(root: str) -> dict[str, Any]:
    type_ = get_named_type(walk.MUTATIONS[root].args["input"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    if root in INPUTS:
        value = INPUTS[root]
    elif root in SAMPLES:
        value = SAMPLES[root][0]
    else:
        value, files = walk.some_input(type_)
        for path in files:
            _place(value, path.split(".")[1:], photo())
    key = {"idempotencyKey": "one"} if "idempotencyKey" in type_.fields else {}
    return {**value, **key}


def _place(value: Any, path: list[str], file: UploadedFile) -> None:
    *steps, last = path
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    value[int(last) if isinstance(value, list) else last] = file


def _who(operation: Operation, people: World) -> Member | None:
    return {"customer": people.maya, "courier": people.tomas, "operator": people.ines}.get(
        operation.role
    )


def _files(value: Any, path: str = "variables") -> Iterator[tuple[str, UploadedFile]]:
    if isinstance(value, UploadedFile):
        yield path, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _files(inner, f"{path}.{key}")


def without_files(value: Any) -> Any:
    """`value` with null for each file, as its example shows it."""
    if isinstance(value, dict):
        return {key: without_files(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_files(inner) for inner in value]
    return None if isinstance(value, UploadedFile) else value


def _post(api: Api, document_id: str, variables: dict[str, Any], token: str) -> dict[str, Any]:
    headers = {"Accept-Language": "en"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    files = dict(_files(variables))
    body = {"documentId": document_id, "variables": without_files(variables)}
    if not files:
        response = api.client.post(
            "/graphql", body, content_type="application/json", headers=headers
        )
    else:
        for file in files.values():
            file.seek(0)
        names = {str(number): path for number, path in enumerate(files)}
        form = {
            "operations": json.dumps(body),
            "map": json.dumps({name: [path] for name, path in names.items()}),
            **{name: files[path] for name, path in names.items()},
        }
        headers["GraphQL-Require-Preflight"] = "1"
        response = api.client.post("/graphql", form, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


def _event(operation: Operation, people: World, alpha: TenantRef) -> Sent:
    """What the operation shows of one event."""
    member = _who(operation, people) or Cast(alpha).ines
    root = operation.roots[0].name.value
    definition = walk.BUILT.subscription_type
    assert definition is not None
    topic = definition.fields[root].extensions["strawberry-definition"].metadata[TOPIC_KEY]
    event = LoggedEvent(
        id=1,
        xid=1,
        stream=f"order:{EVENT['order']}",
        seq=3,
        kind=f"{topic.kinds}changed",
        actor_id=UUID(int=2),
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        data=EVENT,
    )
    variables = SUBJECTS.get(root, {})
    with tenant_scope(alpha):
        context = Scope(topic.scope(member.actor), "en").context()
        request = Request("", variables, document_id=operation.id)
        answer = json.loads(render(request, context, topic.load(event)))
    return Sent(operation.role, {**variables, "after": "cursor"}, [answer])
