"""The courier's way: proofs that are asked for, a PIN nobody guesses, nothing done twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Attempt, SecurityEvent
from tenants.orders.models import Order, Proof, Stop
from tenants.orders.services import proofs
from tenants.orders.services.fulfilment import Evidence, stop_complete
from tests.support.factories_orders import (
    ON_SITE,
    Lead,
    order_at,
    order_placed,
    photo,
    service_version,
)
from tests.support.ids import global_id
from tests.support.jobs import jobs_waiting, told_at_night
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once


def led(on: Stage, state: str, **quote: Any) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier, **quote)


def at_last_stop(on: Stage) -> Order:
    """An order whose courier stands at the customer's door."""
    order = led(on, "in_progress")
    lead = Lead(order, on.maya, on.courier, order.placed_at + timedelta(hours=1))
    with tenant_scope(on.tenant):
        lead.depart()
        lead.arrive()
        order.refresh_from_db()
    return order


def stops(on: Stage, order: Order) -> list[Stop]:
    with tenant_scope(on.tenant):
        return list(order.stops.all())


def complete(on: Stage, order: Order, stop: Stop, key: str = "one", **given: Any) -> Any:
    """stopComplete by tomas; a `photo` is a file."""
    files = {"photo": given.pop("photo")} if "photo" in given else {}
    input = {
        "orderId": global_id("Order", order.id),
        "stopId": global_id("Stop", stop.id),
        "idempotencyKey": key,
        **given,
    }
    select = "order { state stops { state doneAt proofs { kind photoUrl } } moves }"
    return mutate(on.tomas.api, "stopComplete", input, select, **files)


def test_the_way_through_two_stops(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    first, last = stops(on, order)
    state = "order { state moves stops { state } }"
    for key in ("first", "last"):
        one = {"orderId": global_id("Order", order.id), "idempotencyKey": key}
        answer = mutate(on.tomas.api, "orderDepart", one, state)["order"]
        assert (answer["state"], answer["moves"]) == ("DEPARTED", ["ARRIVE", "GIVE_UP"])
        answer = mutate(on.tomas.api, "orderArrive", one, state)["order"]
        assert "ARRIVED" in [stop["state"] for stop in answer["stops"]]
        if answer["moves"] == ["COMPLETE_STOP", "GIVE_UP"]:
            done = complete(on, order, first, photo=photo())["order"]
            assert done["state"] == "IN_PROGRESS"
            assert done["stops"][0]["proofs"][0]["photoUrl"].startswith("/files/")
        else:
            assert answer["moves"] == ["DELIVER", "GIVE_UP"]
            done = complete(on, order, last, "two", pin=last.pin, cashCollected=True)["order"]
    assert done["state"] == "DELIVERED"
    assert [stop["state"] for stop in done["stops"]] == ["DONE", "DONE"]
    assert [job.name for job in jobs_waiting(alpha)][-1] == "orders.confirm"


def test_work_on_site_is_one_stop(alpha: TenantRef):
    on = stage(alpha)
    with tenant_scope(alpha):
        order = order_placed(on.maya, version=service_version(ON_SITE))
        lead = Lead(order, on.maya, on.courier, order.placed_at)
        lead.accept(), lead.depart(), lead.arrive()
    (stop,) = stops(on, order)
    assert complete(on, order, stop, cashCollected=True)["order"]["state"] == "DELIVERED"


def test_what_a_stop_asks_for_is_required(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "arrived")
    first, last = stops(on, order)
    with nothing_changes(alpha):
        assert complete(on, order, first)["code"] == "PROOF_MISSING"
        assert complete(on, order, first, photo=photo(), pin="1")["code"] == "INVALID_INPUT"
        assert complete(on, order, last, photo=photo())["code"] == "ILLEGAL_MOVE"
        assert complete(on, order, Stop(id=order.id), photo=photo())["code"] == "NOT_FOUND"
    order = at_last_stop(on)
    last = stops(on, order)[1]
    with nothing_changes(alpha):
        assert complete(on, order, last, cashCollected=True)["code"] == "PROOF_MISSING"
        assert complete(on, order, last, pin=last.pin)["code"] == "PAYMENT_NOT_CONFIRMED"
        assert complete(on, order, last, pin="9" * 13)["code"] == "INVALID_INPUT"


def files_kept() -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


@pytest.mark.parametrize(
    ("name", "content", "said", "code"),
    [
        ("photo.jpg", b"%PDF-1.7 not a photo", "image/jpeg", "FILE_TYPE_REFUSED"),
        ("photo.jpg", b"<svg onload='alert(1)'/>", "image/jpeg", "FILE_TYPE_REFUSED"),
        ("photo.jpg", photo().read()[:200], "image/jpeg", "FILE_TYPE_REFUSED"),
        ("photo.png", photo().read(), "image/png", "FILE_TYPE_REFUSED"),
        ("photo.jpg", b"", "image/jpeg", "FILE_TYPE_REFUSED"),
    ],
)
def test_a_file_that_is_no_photo_is_refused(alpha, name, content, said, code):
    on = stage(alpha)
    order = led(on, "arrived")
    before = files_kept()
    with nothing_changes(alpha):
        file = SimpleUploadedFile(name, content, content_type=said)
        assert complete(on, order, stops(on, order)[0], photo=file)["code"] == code
    assert files_kept() == before


def test_a_photo_is_not_kept_when_the_move_fails(alpha: TenantRef, monkeypatch):
    on = stage(alpha)
    order = led(on, "arrived")
    before = files_kept()

    def fail(**_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("tenants.orders.services.fulfilment.order_move", fail)
    with nothing_changes(alpha):
        evidence = Evidence(photo=photo(), pin=None, cash_collected=False)
        with tenant_scope(alpha), pytest.raises(ConnectionError):
            stop_complete(
                actor=on.tomas.actor,
                order_id=order.id,
                stop_id=stops(on, order)[0].id,
                evidence=evidence,
                key="one",
                at=clock.now(),
            )
    assert files_kept() == before


def test_a_wrong_pin_changes_nothing_and_five_lock(alpha: TenantRef):
    on = stage(alpha)
    order = at_last_stop(on)
    last = stops(on, order)[1]
    wrong = "000000" if last.pin != "000000" else "111111"
    with nothing_changes(alpha):
        for pin in (wrong, wrong[:3], "", "x" * 6):
            answer = complete(on, order, last, pin=pin, cashCollected=True)
            assert answer["code"] == ("PIN_WRONG" if pin else "INVALID_INPUT")
        for pin in ("１２３４５６", wrong):
            answer = complete(on, order, last, pin=pin, cashCollected=True)
            assert answer["code"] == "PIN_WRONG"
        for pin in (wrong, last.pin):
            answer = complete(on, order, last, pin=pin, cashCollected=True)
            assert answer["code"] == "TOO_MANY_ATTEMPTS"
    with tenant_scope(alpha):
        assert Attempt.objects.filter(kind="receipt_pin", succeeded=False).count() == 5
        assert SecurityEvent.objects.filter(kind="locked").count() == 1
        # Fifteen minutes later the right one is heard again.
        stop_complete(
            actor=on.tomas.actor,
            order_id=order.id,
            stop_id=last.id,
            evidence=Evidence(photo=None, pin=last.pin, cash_collected=True),
            key="later",
            at=clock.now() + timedelta(minutes=16),
        )
        assert Order.objects.get(id=order.id).state == "delivered"


def test_a_right_pin_forgives_the_wrong_ones(alpha: TenantRef):
    on = stage(alpha)
    order = at_last_stop(on)
    last = stops(on, order)[1]
    for _ in range(4):
        complete(on, order, last, pin="0", cashCollected=True)
    assert complete(on, order, last, pin=last.pin)["code"] == "PAYMENT_NOT_CONFIRMED"
    for _ in range(4):
        assert complete(on, order, last, pin="0", cashCollected=True)["code"] == "PIN_WRONG"
    assert complete(on, order, last, pin=last.pin, cashCollected=True)["order"]["state"]


def test_a_pin_is_not_tried_before_the_door(alpha: TenantRef):
    """Otherwise whoever is on the way could find it out, or lock it."""
    on = stage(alpha)
    order = led(on, "in_progress")
    last = stops(on, order)[1]
    for pin in ("0", last.pin):
        answer = complete(on, order, last, pin=pin, cashCollected=True)
        assert answer["code"] == "ILLEGAL_MOVE"
    with tenant_scope(alpha):
        assert not Attempt.objects.filter(kind="receipt_pin").exists()


def test_a_stop_sent_twice_is_done_once(alpha: TenantRef):
    on = stage(alpha)
    order = at_last_stop(on)
    last = stops(on, order)[1]
    first = complete(on, order, last, pin=last.pin, cashCollected=True)
    with nothing_changes(alpha):
        assert complete(on, order, last, pin=last.pin, cashCollected=True) == first
        answer = complete(on, order, last, pin=last.pin, cashCollected=False)
        assert answer["code"] == "IDEMPOTENCY_KEY_REUSED"
        answer = complete(on, order, last, "two", pin=last.pin, cashCollected=True)
        assert answer["code"] == "ILLEGAL_MOVE"


def test_another_photo_is_another_input(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "arrived")
    first = stops(on, order)[0]
    complete(on, order, first, photo=photo())
    assert complete(on, order, first, photo=photo())["order"]["state"] == "IN_PROGRESS"
    answer = complete(on, order, first, photo=photo(color="red"))
    assert answer["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_the_same_stop_at_once_is_done_once(alpha: TenantRef):
    on = stage(alpha)
    order = at_last_stop(on)
    last = stops(on, order)[1]

    def act(key: str) -> Any:
        with tenant_scope(alpha):
            return stop_complete(
                actor=on.tomas.actor,
                order_id=order.id,
                stop_id=last.id,
                evidence=Evidence(photo=None, pin=last.pin, cash_collected=True),
                key=key,
                at=clock.now(),
            )

    answers = at_once(*(lambda key=key: act(key) for key in ("a", "a", "b", "c")))
    assert order.id in answers
    assert {type(answer).__name__ for answer in answers} == {"UUID", "IllegalMove"}
    with tenant_scope(alpha):
        assert Proof.objects.filter(stop=last).count() == 1


def test_proofs_are_chained(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "completed")
    with tenant_scope(alpha):
        first, last = Proof.objects.order_by("at", "id")
        assert bytes(last.previous_hash) == bytes(first.hash)
        before = min(first.at, last.at)
        assert proofs.chain_is_whole(order) and proofs.chains_broken(since=before) == []
        for change in ({"file": "other.webp"}, {"at": clock.now()}, {"sha256": bytes(32)}):
            was = {name: getattr(first, name) for name in change}
            Proof.objects.filter(id=first.id).update(**change)
            assert not proofs.chain_is_whole(order), change
            assert proofs.chains_broken(since=before) == [order.id]
            Proof.objects.filter(id=first.id).update(**was)
        assert proofs.chain_is_whole(order)
        first.delete()
        assert not proofs.chain_is_whole(order)


def test_of_many_orders_the_one_is_named(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
):
    on = stage(alpha)
    orders = [led(on, "completed"), led(on, "completed"), led(on, "completed")]
    with tenant_scope(alpha):
        made = Proof.objects.latest("at").at
        since = made - timedelta(days=1)
        with django_assert_num_queries(1):
            assert proofs.chains_broken(since=since) == []
        first = Proof.objects.filter(stop__order=orders[1]).earliest("at", "id")
        Proof.objects.filter(id=first.id).update(file="other.webp")
        with django_assert_num_queries(1):
            assert proofs.chains_broken(since=since) == [orders[1].id]
        assert proofs.chains_broken(since=made + timedelta(seconds=1)) == []
    for days, told in {29: 1, 31: 0}.items():  # what is older is past every dispute
        monkeypatch.setattr(clock, "now", lambda days=days: made + timedelta(days=days))
        assert told_at_night(alpha, "orders.proofs_verify", "proofs") == told
