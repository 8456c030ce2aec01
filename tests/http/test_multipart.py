"""Uploads by the multipart request specification; malformed ones get 4xx."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.http.shop import PHOTO_UPLOAD
from tests.http.test_endpoint import PROPER

ALBUM = "mutation ($files: [Upload!]!) { albumUpload(input: {files: $files}) { __typename" + (
    " ... on AlbumUploadSuccess { sizes } } }"
)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def upload(client: Client, operations: object, map: object, *, preflight: bool = True, **files):
    form = {
        "operations": operations if isinstance(operations, str) else json.dumps(operations),
        "map": map if isinstance(map, str) else json.dumps(map),
        **files,
    }
    headers = {"accept": PROPER} | ({"graphql-require-preflight": "1"} if preflight else {})
    return client.post("/graphql", form, headers=headers)


def photo(content: bytes, name: str = "photo.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


ONE = {
    "query": PHOTO_UPLOAD,
    "variables": {"input": {"file": None, "caption": "你好"}},
}
AT = {"0": ["variables.input.file"]}


def test_a_picture_is_uploaded(client):
    response = upload(client, ONE, AT, **{"0": photo(picture())})
    assert response.status_code == 200
    assert response.json()["data"]["photoUpload"] == {
        "__typename": "PhotoUploadSuccess",
        "contentType": "image/webp",
        "width": 40,
        "height": 30,
        "caption": "你好",
    }


def test_files_in_a_list(client):
    operations = {"query": ALBUM, "variables": {"files": [None, None]}}
    at = {"a": ["variables.files.1"], "b": ["variables.files.0"]}
    files = {"a": photo(b"12"), "b": photo(b"1")}
    answer = upload(client, operations, at, **files).json()
    assert answer["data"]["albumUpload"]["sizes"] == [1, 2]
    at = {"a": ["variables.files.1", "variables.files.0"]}
    answer = upload(client, operations, at, a=photo(b"123")).json()
    assert answer["data"]["albumUpload"]["sizes"] == [3, 3]


def test_without_a_preflight_header_it_is_refused(client):
    response = upload(client, ONE, AT, preflight=False, **{"0": photo(picture())})
    assert response.status_code == 400
    for header in ("Apollo-Require-Preflight", "X-Requested-With"):
        form = {"operations": json.dumps(ONE), "map": json.dumps(AT), "0": photo(picture())}
        assert client.post("/graphql", form, headers={header: "x"}).status_code == 200


MALFORMED = {
    "operations not JSON": ("{", AT),
    "operations null": ("null", AT),
    "a batch": ([ONE], {"0": ["0.variables.input.file"]}),
    "variables text": ({**ONE, "variables": "x"}, AT),
    "variables null": ({**ONE, "variables": None}, AT),
    "no variables": ({"query": PHOTO_UPLOAD}, AT),
    "map not JSON": (ONE, "{"),
    "map null": (ONE, "null"),
    "map a list": (ONE, [["variables.input.file"]]),
    "map of texts": (ONE, {"0": "variables.input.file"}),
    "map of numbers": (ONE, {"0": [1]}),
    "map of nulls": (ONE, {"0": None}),
    "a file twice": (ONE, '{"0": ["variables.input.file"], "0": ["variables.input.file"]}'),
    "a place twice": (ONE, {"0": ["variables.input.file", "variables.input.file"]}),
    "two files for a place": (ONE, {"0": AT["0"], "1": AT["0"]}),
    "a file that is not there": (ONE, {"9": AT["0"]}),
    "nowhere": (ONE, {"0": ["variables.input.nothing"]}),
    "no path": (ONE, {"0": [""]}),
    "the query": (ONE, {"0": ["query"]}),
    "the variables": (ONE, {"0": ["variables"]}),
    "an object": (ONE, {"0": ["variables.input"]}),
    "a value": (ONE, {"0": ["variables.input.caption"]}),
    "below a value": (ONE, {"0": ["variables.input.caption.x"]}),
    "a prototype": (ONE, {"0": ["variables.__class__"]}),
    "an index of an object": (ONE, {"0": ["variables.0"]}),
    "an index too high": (
        {"query": ALBUM, "variables": {"files": [None]}},
        {"0": ["variables.files.1"]},
    ),
    "a negative index": (
        {"query": ALBUM, "variables": {"files": [None]}},
        {"0": ["variables.files.-1"]},
    ),
    "an index in words": (
        {"query": ALBUM, "variables": {"files": [None]}},
        {"0": ["variables.files.x"]},
    ),
    "a map nested beyond reason": (ONE, "[" * 5000 + "]" * 5000),
}


@pytest.mark.parametrize(("operations", "map"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_upload_is_a_400(client, operations, map):
    files = {"0": photo(picture()), "1": photo(picture())}
    response = upload(client, operations, map, **files)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("sent", [None, "text", 1, {"a": 1}, ["x"], True])
def test_what_is_not_a_file_is_refused_as_a_variable(client, sent):
    body = {"query": PHOTO_UPLOAD, "variables": {"input": {"file": sent}}}
    response = client.post("/graphql", body, "application/json", headers={"accept": PROPER})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


BOUNDARY = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=\N{SNOWMAN}", b"x"),
        ("multipart/form-data; boundary=" + "a" * 300, b"x"),
        (BOUNDARY, b""),
        (BOUNDARY, b"nonsense"),
        (BOUNDARY, b"--b\r\n\r\n--b--"),
        (BOUNDARY, b'--b\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--b--\r\n'),
        (
            BOUNDARY,
            b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n' * 2
            + b"--b--\r\n",
        ),
        (
            BOUNDARY,
            b'--b\r\nContent-Disposition: form-data; name="operations"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n",
        ),
        (
            BOUNDARY,
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n\r\n' % n
                for n in range(1500)
            )
            + b"--b--\r\n",
        ),
        (
            BOUNDARY,
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="x"\r\n\r\n1\r\n' % n
                for n in range(150)
            )
            + b"--b--\r\n",
        ),
    ],
    ids=range(12),
)
def test_a_broken_form_is_a_400(client, content_type, body):
    response = client.generic(
        "POST", "/graphql", body, content_type, headers={"x-requested-with": "x"}
    )
    assert response.status_code in (400, 415)
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_a_huge_upload_is_a_413_and_a_large_one_a_refusal(client, settings):
    settings.UPLOAD_MAX_BYTES = 100_000
    response = upload(client, ONE, AT, **{"0": photo(b"x" * 201_000)})
    assert response.status_code == 413
    answer = upload(client, ONE, AT, **{"0": photo(b"x" * 150_000)}).json()
    assert answer["data"]["photoUpload"]["code"] == "FILE_TOO_LARGE"
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    response = upload(client, {**ONE, "extensions": {"a": "x" * 2_000}}, AT)
    assert response.status_code == 413


def test_a_file_that_is_not_what_it_says_is_a_refusal_and_nothing_is_kept(client, alpha):
    folder = Path(default_storage.path(alpha.label))
    before = set(folder.rglob("*"))
    for content in (b"<svg/>", b"%PDF-1.7", b"", picture("WEBP"), picture(size=(400, 300))[:300]):
        answer = upload(client, ONE, AT, **{"0": photo(content)}).json()
        assert answer["data"]["photoUpload"]["code"] == "FILE_TYPE_REFUSED"
        assert answer["data"]["photoUpload"]["message"]
    assert set(folder.rglob("*")) == before
