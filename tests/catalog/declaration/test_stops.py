"""What a service declares: its defaults, its stored form, and what no kind can have."""

import pytest

from kernel.refusals import InvalidInput
from tenants.catalog.declaration import (
    MAX_STOPS,
    Asked,
    Declaration,
    Need,
    StopDeclaration,
    StopKind,
    default_declaration,
)
from tenants.catalog.models import ServiceKind

PICK_UP, BUY, DELIVERY, ON_SITE = (
    ServiceKind.PICK_UP,
    ServiceKind.BUY_FOR_ME,
    ServiceKind.DELIVERY,
    ServiceKind.ON_SITE,
)
FETCH = StopDeclaration(StopKind.PICK_UP)
DROP = StopDeclaration(StopKind.DROP_OFF)
SITE = StopDeclaration(StopKind.ON_SITE)
ITEMS = Asked(items=Need.REQUIRED)


@pytest.mark.parametrize("kind", ServiceKind)
def test_defaults_are_sound_and_survive_storing(kind: ServiceKind):
    declaration = default_declaration(kind)
    declaration.check(kind)
    assert Declaration.parse(declaration.serialise()) == declaration


def test_a_pick_up_is_photographed_and_handed_over_for_a_pin():
    fetch, drop = default_declaration(PICK_UP).stops
    assert (fetch.kind, fetch.photo, fetch.pin) == (StopKind.PICK_UP, Need.REQUIRED, Need.OFF)
    assert (drop.kind, drop.pin) == (StopKind.DROP_OFF, Need.REQUIRED)
    assert [stop.kind for stop in default_declaration(ON_SITE).stops] == [StopKind.ON_SITE]


@pytest.mark.parametrize(
    ("kind", "declaration", "field"),
    [
        (PICK_UP, Declaration(stops=()), "stops"),
        (PICK_UP, Declaration(stops=(FETCH,) * MAX_STOPS + (DROP,)), "stops"),
        (PICK_UP, Declaration(stops=(SITE,)), "stops.0.kind"),
        (ON_SITE, Declaration(stops=(SITE, DROP)), "stops.1.kind"),
        (PICK_UP, Declaration(stops=(FETCH,)), "stops.0.kind"),
        (PICK_UP, Declaration(stops=(DROP,)), "stops.0.kind"),
        (DELIVERY, Declaration(stops=(DROP, FETCH, DROP)), "stops.0.kind"),
        (DELIVERY, Declaration(stops=(FETCH, DROP, FETCH)), "stops.2.kind"),
        (
            PICK_UP,
            Declaration(stops=(StopDeclaration(StopKind.PICK_UP, pin=Need.OPTIONAL), DROP)),
            "stops.0.pin",
        ),
        (BUY, Declaration(stops=(DROP,)), "asked.items"),
        (
            BUY,
            Declaration(stops=(DROP,), asked=Asked(Need.OFF, Need.REQUIRED, Need.OPTIONAL)),
            "asked.parcelCode",
        ),
        (
            ON_SITE,
            Declaration(stops=(SITE,), asked=Asked(parcel_code=Need.OPTIONAL)),
            "asked.parcelCode",
        ),
        (ON_SITE, Declaration(stops=(SITE,), asked=Asked(urgent=Need.REQUIRED)), "asked.urgent"),
    ],
)
def test_what_no_service_of_the_kind_can_have_is_named(
    kind: ServiceKind, declaration: Declaration, field: str
):
    with pytest.raises(InvalidInput) as refused:
        declaration.check(kind)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "declaration"),
    [
        (BUY, Declaration(stops=(DROP,), asked=ITEMS)),
        (BUY, Declaration(stops=(FETCH, FETCH, DROP), asked=ITEMS)),
        (DELIVERY, Declaration(stops=(FETCH, DROP, FETCH, DROP))),
        (ON_SITE, Declaration(stops=(SITE, SITE))),
    ],
)
def test_routes_of_many_stops(kind: ServiceKind, declaration: Declaration):
    declaration.check(kind)


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ([], "declaration"),
        ({"wheels": []}, "declaration.wheels"),
        ({"stops": 1}, "stops"),
        ({"stops": [1]}, "stops.0"),
        ({"stops": [{}]}, "stops.0.kind"),
        ({"stops": [{"kind": "fly"}]}, "stops.0.kind"),
        ({"stops": [{"kind": "pick_up", "photo": True}]}, "stops.0.photo"),
        ({"stops": [{"kind": "pick_up", "smell": "off"}]}, "stops.0.smell"),
        ({"asked": {"weight": "maybe"}}, "asked.weight"),
        ({"asked": {"height": "off"}}, "asked.height"),
    ],
)
def test_a_stored_form_that_is_none_is_named(stored: object, field: str):
    with pytest.raises(InvalidInput) as refused:
        Declaration.parse(stored)
    assert refused.value.field == field
