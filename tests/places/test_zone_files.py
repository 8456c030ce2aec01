"""Zones out of a GeoJSON file: once, twice, at once, in part wrong; and into one again."""

import json
import threading
from base64 import b64decode
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from kernel.files import FileTooLarge
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.models import Zone
from tenants.places.services import MAX_ZONES, zones_import
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories import CAMPUS, PlaceFactory, ServiceFactory, ZoneFactory, square
from tests.support.graphql import Api
from tests.support.stage import mutate, mutation, nothing_changes
from tests.support.threads import at_once

TOLD = "added { name } changed { id name priority serviceIds } removed { name } same"
EXPORT = "{ zonesExport }"


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


def feature(name: str | None = "北区", shape: Any = None, **properties: Any) -> dict:
    key = {"id": properties.pop("id")} if "id" in properties else {}
    return {
        "type": "Feature",
        **key,
        "properties": {"name": name, **properties},
        "geometry": shape or square(CAMPUS),
    }


def collection(*features: Any, **more: Any) -> dict:
    return {"type": "FeatureCollection", "features": list(features), **more}


def bring(by: Member, content: Any, **options: Any) -> dict:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = SimpleUploadedFile("zones.geojson", raw)
    document = mutation("zonesImport", TOLD)
    input = {"input": {**options, "file": None}}
    answer: dict = by.api.upload(document, input, {"input.file": file}, language="en")["result"]
    return answer


def told(answer: dict) -> dict:
    """How many of each."""
    kinds = ("added", "changed", "removed")
    return {kind: len(answer[kind]) for kind in kinds} | {"same": answer["same"]}


def test_out_and_in_again_changes_nothing(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        service = ServiceFactory()
        ZoneFactory(name={"zh-Hans": "北区", "en": "North"}, services=[str(service.id)], priority=3)
        ZoneFactory(name={"zh-Hans": "南区"})
    out = ines.api.run(EXPORT)["zonesExport"]
    assert out["features"][0]["properties"] == {
        "name": "北区",
        "name:en": "North",
        "priority": 3,
        "services": [str(service.id)],
    }
    with nothing_changes(alpha):
        answer = bring(ines, out, removeOthers=True)
        assert told(answer) == {"added": 0, "changed": 0, "removed": 0, "same": 2}


def test_a_dry_run_tells_and_the_import_does(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        renamed = ZoneFactory(name={"zh-Hans": "旧名", "en": "Old"}, priority=7)
        ZoneFactory(name={"zh-Hans": "南区"}, priority=2)
        ZoneFactory(name={"zh-Hans": "不再"})
        same = ZoneFactory(name={"zh-Hans": "同样"})
    file = collection(
        feature("新名", id=str(renamed.id)),
        feature("南区", square(CAMPUS, 0.02)),
        feature("西区", **{"name:en": "West", "priority": 5}, id=3),
        feature("同样", same.polygon),
    )
    with nothing_changes(alpha):
        before = bring(ines, file, removeOthers=True, dryRun=True)
    assert told(before) == {"added": 1, "changed": 2, "removed": 1, "same": 1}
    after = bring(ines, file, removeOthers=True)
    assert after == before and [zone["name"] for zone in after["removed"]] == ["不再"]
    with tenant_scope(alpha):
        zones = {zone.name["zh-Hans"]: zone for zone in Zone.objects.filter(active=True)}
    assert zones.keys() == {"新名", "南区", "西区", "同样"}
    assert zones["新名"].id == renamed.id and zones["新名"].priority == 7
    assert zones["新名"].name["en"] == "Old"  # what the file does not say stays
    assert zones["南区"].polygon == square(CAMPUS, 0.02) and zones["南区"].priority == 2
    assert (zones["西区"].name["en"], zones["西区"].priority) == ("West", 5)
    with nothing_changes(alpha):
        again = bring(ines, file, removeOthers=True)
        assert told(again) == {"added": 0, "changed": 0, "removed": 0, "same": 4}


@pytest.mark.parametrize("format", ["CSV", "XLSX"])
def test_a_table_out_and_in_again(alpha: TenantRef, ines: Member, format: str):
    with tenant_scope(alpha):
        service = ServiceFactory()
        ZoneFactory(name={"zh-Hans": "=北区", "en": "North"}, services=[str(service.id)])
        ZoneFactory(name={"zh-Hans": "南区"}, priority=-5)
    out = ines.api.run("query ($f: TableFormat!) { zonesTable(format: $f) }", {"f": format})
    text = out["zonesTable"]
    content = text.encode() if format == "CSV" else b64decode(text)
    with nothing_changes(alpha):
        answer = bring(ines, content, removeOthers=True)
        assert told(answer) == {"added": 0, "changed": 0, "removed": 0, "same": 2}
    with tenant_scope(alpha):
        Zone.objects.all().update(active=False)
    assert told(bring(ines, content))["added"] == 2
    with tenant_scope(alpha):
        north, south = Zone.objects.filter(active=True).order_by("-priority")
        assert (north.name, north.services) == (
            {"zh-Hans": "=北区", "en": "North"},
            [str(service.id)],
        )
        assert (south.priority, south.polygon) == (-5, square(CAMPUS))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (',,"{}",0', "geometry"),
        (",,no json,0", "geometry"),
        (',,"[1]",many', "priority"),
    ],
)
def test_what_is_wrong_in_a_table_is_said_by_its_row(
    alpha: TenantRef, ines: Member, row: str, column: str
):
    good = json.dumps(square(CAMPUS)).replace('"', '""')
    content = f'id,name,geometry,priority\n,"北区","{good}",1\n\n{row}\n'.encode()
    told = "added { name } } ... on TableBrokenError { row column"
    with nothing_changes(alpha):
        file = SimpleUploadedFile("zones.csv", content)
        answer = mutate(ines.api, "zonesImport", {}, told, file=file)
    assert (answer["code"], answer["row"], answer["column"]) == ("TABLE_BROKEN", 4, column)


def test_without_being_told_to_nothing_is_removed(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        ZoneFactory(name={"zh-Hans": "南区"})
    assert told(bring(ines, collection(feature())))["removed"] == 0
    with tenant_scope(alpha):
        assert Zone.objects.filter(active=True).count() == 2


def test_the_same_file_twice_at_once(alpha: TenantRef, ines: Member):
    file = collection(feature("东区"), feature("西区"))
    answers = at_once(*[lambda: bring(ines, file)] * 3)
    assert sorted(len(answer["added"]) for answer in answers) == [0, 0, 2]
    with tenant_scope(alpha):
        assert Zone.objects.count() == 2


def test_without_the_lock_each_would_draw_its_own(alpha: TenantRef):
    """The race that the lock of the zones closes: all look before any has drawn."""
    looked = threading.Barrier(3)

    def draw_unlocked() -> None:
        with tenant_scope(alpha):
            is_known = Zone.objects.filter(name={"zh-Hans": "东区"}).exists()
            looked.wait()
            if not is_known:
                ZoneFactory(name={"zh-Hans": "东区"})

    at_once(*[draw_unlocked] * 3)
    with tenant_scope(alpha):
        assert Zone.objects.count() == 3


BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "file: this is no JSON (line 1, column 1)"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "file: this is no JSON"),
        (b"\xff\xfe\x00", "file: this is no JSON"),
        (b"[" * 5_000, "file: this is no JSON"),
        (b"null", "FeatureCollection"),
        (square(CAMPUS), "FeatureCollection"),
        (collection(), "features: "),
        ({"type": "FeatureCollection", "features": {}}, "features: "),
        (collection(*[feature()] * 1001), "features: at most 1000"),
        (collection(feature(), 7), "features.1: "),
        (collection(feature(), feature("b", BOWTIE)), "features.1.geometry: Self-intersection"),
        (collection(feature(shape={"type": "Point", "coordinates": [0, 0]})), "features.0.geometr"),
        (collection({"type": "Feature", "properties": {"name": "x"}}), "features.0.geometry"),
        (collection({"type": "Feature", "properties": []} | {"geometry": None}), "features.0"),
        (collection(feature(None)), "features.0.properties.name"),
        (collection(feature(7)), "features.0.properties.name"),  # type: ignore[arg-type]
        (collection(feature("x" * 61)), "features.0.properties.name"),
        (collection(feature(**{"name:xx-yy-zz": "x"})), "features.0.properties.name: unknown"),
        (collection(feature(priority="high")), "features.0.properties.priority"),
        (collection(feature(priority=True)), "features.0.properties.priority"),
        (collection(feature(priority=10**9)), "features.0.properties.priority"),
        (collection(feature(services="all")), "features.0.properties.services"),
        (collection(feature(services=[7])), "features.0.properties.services"),
        (
            collection(feature(), feature("b", services=[str(uuid4())])),
            "features.1.properties.serv",
        ),
        (collection(feature(), feature()), "features.1: features.0 has the same name"),
        (collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:3857"}}), "crs"),
        (collection(feature(), crs=7), "crs"),
    ],
)
def test_one_wrong_feature_and_nothing_is_written(
    alpha: TenantRef, ines: Member, file: Any, says: str
):
    for dry_run in (True, False):
        with nothing_changes(alpha):
            answer = bring(ines, file, dryRun=dry_run)
            assert answer["code"] == "INVALID_INPUT" and says in answer["message"]


def test_which_zone_is_meant_must_be_plain(alpha: TenantRef, beta: TenantRef, ines: Member):
    with tenant_scope(alpha):
        one, _ = ZoneFactory.create_batch(2, name={"zh-Hans": "双"})
        gone = ZoneFactory(name={"zh-Hans": "没"}, active=False)
    with tenant_scope(beta):
        foreign = ZoneFactory(name={"zh-Hans": "外"})
    twice = collection(feature("一", id=str(one.id)), feature("二", id=str(one.id)))
    with nothing_changes(alpha):
        assert "features.1: this is the zone of features.0" in bring(ines, twice)["message"]
        assert "2 zones have this name" in bring(ines, collection(feature("双")))["message"]
    # A key that is another's, or no zone's any more, is none: a new zone.
    with nothing_changes(beta):
        odd = [feature(name, id=str(z.id)) for name, z in (("甲", gone), ("乙", foreign))]
        assert told(bring(ines, collection(*odd)))["added"] == 2


def test_odd_files_that_are_fine(alpha: TenantRef, ines: Member):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    file = collection(
        feature("甲", services="[]", id=None), feature("乙", fid=1, services=None), crs=crs
    )
    content = b"\xef\xbb\xbf" + json.dumps(file).encode()
    assert told(bring(ines, content))["added"] == 2


def test_swapped_coordinates_of_one_feature(alpha: TenantRef, ines: Member):
    bristol = (51.45, -2.59)
    with tenant_scope(alpha):
        PlaceFactory(latitude=bristol[0], longitude=bristol[1])
    file = collection(feature("甲", square(bristol)), feature("乙", square((-2.59, 51.45))))
    with nothing_changes(alpha):
        assert "features.1.geometry: latitude and longitude" in bring(ines, file)["message"]


def test_there_is_an_end(alpha: TenantRef, ines: Member, settings: Settings):
    with tenant_scope(alpha):
        ZoneFactory.create_batch(MAX_ZONES)
    with nothing_changes(alpha):
        assert bring(ines, collection(feature()))["code"] == "TOO_MANY"
        settings.UPLOAD_MAX_BYTES = 100
        with tenant_scope(alpha), pytest.raises(FileTooLarge):
            zones_import(
                actor=ines.actor,
                upload=SimpleUploadedFile("zones.geojson", b" " * 101),
                remove_others=False,
                dry_run=False,
                at=SOME_DAY,
            )
    settings.UPLOAD_MAX_BYTES = 10_000_000
    answer = bring(ines, collection(feature()), removeOthers=True)
    assert told(answer) == {"added": 1, "changed": 0, "removed": MAX_ZONES, "same": 0}


@pytest.mark.parametrize("number", [2, 30])
def test_the_same_queries_for_any_number(
    alpha: TenantRef, ines: Member, number: int, django_assert_num_queries
):
    with tenant_scope(alpha):
        service = str(ServiceFactory().id)
        ZoneFactory.create_batch(number, name={"zh-Hans": "旧"})
        known = list(Zone.objects.all())
    file = collection(
        *[feature(f"新{n}", services=[service]) for n in range(number)],
        *[feature(f"改{n}", id=str(zone.id)) for n, zone in enumerate(known)],
    )
    # The session with its rights; BEGIN; the lock; the zones; the language; the places; the
    # services; the new ones; the changed ones; the removed; COMMIT.
    with django_assert_num_queries(11):
        bring(ines, file)


def test_nobody_else_may(alpha: TenantRef):
    people = cast(alpha)
    maya, tomas = people.maya, people.tomas
    document = "mutation ($input: ZonesImportInput!) { zonesImport(input: $input) { __typename } }"
    for api, code in (
        (Api("alpha.localhost"), "UNAUTHENTICATED"),
        (maya.api, "FORBIDDEN"),
        (tomas.api, "FORBIDDEN"),
    ):
        assert api.error_code(EXPORT) == code
        file = SimpleUploadedFile("zones.geojson", b"{}")
        answer = api.upload_answer(document, {"input": {"file": None}}, {"input.file": file})
        assert answer["errors"][0]["extensions"]["code"] == code
