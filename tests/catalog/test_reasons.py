"""Somebody who reads Chinese is told in Chinese what is wrong with an input."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from schema.core.messages import MESSAGES
from tests.catalog.test_imports import IMPORTS, send, table
from tests.support.cast import Member, cast
from tests.support.factories import CAMPUS, CategoryFactory
from tests.support.ids import global_id
from tests.support.stage import nothing_changes

POINT = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
NAME = [{"language": "zh-Hans", "text": "名"}]


def refused(by: Member, name: str, input: dict[str, Any], language: str) -> dict[str, Any]:
    document = f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{
      result: {name}(input: $input) {{
        ... on UserError {{ code message }} ... on InvalidInputError {{ field reason }}
    }} }}"""
    answer: dict[str, Any] = by.api.run(document, {"input": input}, language=language)["result"]
    return answer


@pytest.mark.parametrize(
    ("name", "input", "field", "english", "chinese"),
    [
        (
            "categorySave",
            {"name": [{"language": "zh-Hans", "text": "长" * 201}]},
            "name",
            "between 1 and 200 characters",
            "长度应为 1 至 200 个字符",
        ),
        (
            "categorySave",
            {"name": [{"language": "en", "text": "Only English"}]},
            "name",
            "a text in zh-Hans is needed",
            "需要填写语言 zh-Hans 的文字",
        ),
        (
            "placeSave",
            {"kind": "ROOM", "name": NAME, "point": POINT},
            "parentId",
            "a room cannot lie by itself",
            "房间须位于其他地点之内",
        ),
        (
            "placeSave",
            {"kind": "GATE", "name": NAME, "point": {**POINT, "latitude": 91}},
            "point",
            "latitude is between -90 and 90, longitude between -180 and 180",
            "纬度应在 -90 至 90 之间，经度应在 -180 至 180 之间",
        ),
        (
            "zoneSave",
            {"name": NAME, "polygon": {"type": "Point"}},
            "polygon",
            'a GeoJSON object with "type": "Polygon" or "MultiPolygon" is expected',
            "应为 type 是 Polygon 或 MultiPolygon 的 GeoJSON 对象",
        ),
        (
            "staffInvite",
            {"name": "Sam", "email": "sam at example", "role": "support"},
            "email",
            "not a valid email address",
            "邮箱地址无效",
        ),
    ],
)
def test_what_is_wrong_in_both_languages(
    alpha: TenantRef, name: str, input: dict[str, Any], field: str, english: str, chinese: str
):
    ines = cast(alpha).ines
    with nothing_changes(alpha):
        for language, reason in (("en", english), ("zh-Hans", chinese), ("zh-CN", chinese)):
            answer = refused(ines, name, input, language)
            assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)
            assert answer["reason"] == reason
            tag = "en" if language == "en" else "zh-Hans"
            said = MESSAGES["INVALID_INPUT"][tag].format(field=field, reason=reason)
            assert answer["message"] == said


def test_what_is_wrong_with_a_table(alpha: TenantRef):
    found = send(alpha, table(["pick_up", "", "取快递", "Parcel", "soon"]))
    assert [each["reason"] for each in found["problems"]] == ["a whole number up to 960"]
    ines = cast(alpha).ines.api
    [edge] = ines.run(IMPORTS, language="zh-Hans")["catalogImports"]["edges"]
    assert [each["reason"] for each in edge["node"]["problems"]] == ["应为不超过 960 的整数"]


def test_a_query_says_it_too(alpha: TenantRef):
    with tenant_scope(alpha):
        shelf = CategoryFactory()
    ids = [global_id("Service", shelf.id)] * 101
    document = "query ($ids: [ID!]) { services(ids: $ids) { totalCount } }"
    headers = {"Accept-Language": "zh-Hans"}
    [error] = cast(alpha).ines.api.post(document, {"ids": ids}, **headers)["errors"]
    assert error["message"] == "ids：填写有误（最多 100）"
