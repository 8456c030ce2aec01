"""The endpoint before clients that nobody here wrote, on a real server."""

import importlib.util
import json
import socket
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kernel.files import storage_name
from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.models import Courier, Document
from tests.support.cast import Cast
from tests.support.database import SOME_DAY
from tests.support.node import client_folder, run_script

HOST = "alpha.localhost"
AUDITS = 61


@pytest.fixture(scope="session")
def clients() -> Path:
    """The JavaScript clients with their packages."""
    return client_folder("http")


def test_every_audit_of_graphql_http_passes(web_port: int, clients: Path):
    lines = run_script(clients, "audit.mjs", str(web_port), HOST).stdout.splitlines()
    audits = [json.loads(line) for line in lines]
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS


def raw(port: int, request: bytes, *, half: bool) -> bytes:
    """What the server answers to bytes that no library would send; `half`: the client hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        if half:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: application/json; a*=nonsense''x",
        b"Content-Type: " + b"a" * 12_000,
        b"Content-Type: \xff\xfe",
        b"Content-Type: multipart/form-data; boundary=\xff",
        b"Accept: \xff\xfe/;;q=\xff",
        b"Authorization: Bearer \xff\x80",
        b"Accept-Language: \xff",
        b"Content-Type: application/json\r\nContent-Length: 5",
        b"Content-Type: application/json\r\nContent-Length: 4000000000",
    ],
)
def test_no_header_brings_a_500(web_port: int, header: bytes):
    half = b"Content-Length" in header
    length = b"" if half else b"\r\nContent-Length: 2"
    answer = raw(
        web_port,
        b"POST /graphql HTTP/1.1\r\nHost: alpha.localhost\r\nConnection: close\r\n"
        + header
        + length
        + b"\r\n\r\n{}",
        half=half,
    )
    assert answer[:10] == b"HTTP/1.1 4", answer[:300]


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, "PNG")
    return file.getvalue()


def applicant(alpha: TenantRef) -> str:
    """Tomas has applied to be a courier; his token."""
    tomas = Cast(alpha).tomas
    with tenant_scope(alpha):
        Courier.objects.create(person_id=tomas.id, display_name="Tomas", applied_at=SOME_DAY)
    return tomas.token


def check_kept(alpha: TenantRef) -> None:
    with tenant_scope(alpha):
        document = Document.objects.get()
        assert document.kind == Document.Kind.IDENTITY
        with default_storage.open(storage_name(document.file)) as file, Image.open(file) as image:
            assert (image.format, image.size) == ("WEBP", (30, 20))


def test_apollo_upload_client_uploads(
    web_port: int, clients: Path, alpha: TenantRef, tmp_path: Path
):
    token = applicant(alpha)
    file = tmp_path / "identity.png"
    file.write_bytes(picture())
    done = run_script(clients, "upload.mjs", str(web_port), HOST, token, str(file))
    assert json.loads(done.stdout) == {
        "courierDocumentUpload": {"__typename": "CourierDocumentUploadSuccess"}
    }
    check_kept(alpha)


def test_graphene_file_upload_uploads(alpha: TenantRef):
    """Its testing module alone: the package around it wants graphene_django."""
    package = importlib.util.find_spec("graphene_file_upload")
    assert package is not None and package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "django" / "testing.py"
    spec = importlib.util.spec_from_file_location("graphene_file_upload_testing", path)
    assert spec is not None and spec.loader is not None
    testing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(testing)
    response = testing.file_graphql_query(
        "mutation Upload($file: Upload!) { courierDocumentUpload(input: {kind: IDENTITY,"
        " file: $file}) { __typename ... on UserError { code message } } }",
        op_name="Upload",
        files={"file": SimpleUploadedFile("identity.png", picture(), "image/png")},
        client=Client(headers={"host": HOST}),
        graphql_url="/graphql",
        headers={
            "HTTP_AUTHORIZATION": f"Bearer {applicant(alpha)}",
            "HTTP_GRAPHQL_REQUIRE_PREFLIGHT": "1",
        },
    )
    assert response.json() == {
        "data": {"courierDocumentUpload": {"__typename": "CourierDocumentUploadSuccess"}}
    }
    check_kept(alpha)
