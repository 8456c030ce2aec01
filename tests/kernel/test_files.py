"""Files that people send: judged by content, kept under their tenant, shown by signed links."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kernel import clock, files
from kernel.files import (
    FileTooLarge,
    FileTypeRefused,
    open_signed,
    signed_url,
    storage_name,
    store_document,
    store_image,
)
from kernel.refusals import NotFound
from kernel.tenancy import NoScope, TenantRef, tenant_scope
from tests.support.database import SOME_DAY

HOUR = timedelta(hours=1)
MB = 1_000_000
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **save
) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **save)
    return file.getvalue()


def sent(content: bytes, said: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile("../../photo.jpg", content, said)


def files_of(tenant: TenantRef) -> set[Path]:
    return set(Path(default_storage.path(tenant.label)).rglob("*"))


def stored(tenant: TenantRef, path: str) -> bytes:
    with default_storage.open(f"{tenant.label}/{path}") as file:
        return file.read()


def test_a_picture_is_made_afresh(alpha):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned
    exif[DESCRIPTION] = "where maya lives"
    exif[GPS] = {1: "N", 2: (39.0, 59.0, 0.0)}
    content = picture(exif=exif, comment=b"where maya lives", dpi=(300, 300))
    assert b"where maya lives" in content
    with tenant_scope(alpha):
        kept = store_image(sent(content, "image/jpeg"), folder="proofs", max_bytes=MB, at=SOME_DAY)
    folder, name = Path(kept.path).parts
    assert (folder, Path(name).suffix) == ("proofs", ".webp")
    content = stored(alpha, kept.path)
    assert (kept.width, kept.height, kept.content_type) == (20, 40, "image/webp")
    assert (kept.bytes, kept.sha256) == (len(content), hashlib.sha256(content).digest())
    with Image.open(BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", (20, 40))
        assert not image.getexif()
        assert "xmp" not in image.info and "icc_profile" not in image.info
    assert b"maya" not in content


@pytest.mark.parametrize(
    ("kind", "mode", "said", "becomes"),
    [
        ("JPEG", "L", "image/jpeg", "RGB"),
        ("JPEG", "CMYK", "image/jpeg", "RGB"),
        ("PNG", "RGBA", "image/png", "RGBA"),
        ("PNG", "P", "image/png", "RGB"),
        ("PNG", "1", "image/png", "RGB"),
        ("PNG", "I;16", "image/png", "RGB"),
        ("WEBP", "RGB", "image/webp", "RGB"),
        ("PNG", "RGB", "", "RGB"),
    ],
)
def test_every_usual_kind_of_picture(alpha, kind, mode, said, becomes):
    with tenant_scope(alpha):
        kept = store_image(
            sent(picture(kind, mode=mode), said), folder="f", max_bytes=MB, at=SOME_DAY
        )
    with Image.open(BytesIO(stored(alpha, kept.path))) as image:
        assert image.mode == becomes


def test_a_large_picture_is_scaled_down(alpha):
    with tenant_scope(alpha):
        kept = store_image(sent(picture(size=(6000, 100))), folder="f", max_bytes=MB, at=SOME_DAY)
    assert (kept.width, kept.height) == (4096, 68)


BOMB = picture("PNG", size=(7000, 6000), mode="1")

REFUSED = {
    "nothing": (b"", "image/png"),
    "text": (b"hello", "image/png"),
    "HTML": (b"<html><script>alert(1)</script>", "image/png"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    "SVG as PNG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png"),
    "GIF": (picture("GIF"), "image/gif"),
    "BMP": (picture("BMP"), "image/bmp"),
    "TIFF": (picture("TIFF"), "image/tiff"),
    "a PNG that says JPEG": (picture("PNG"), "image/jpeg"),
    "a PNG that says text": (picture("PNG"), "text/html"),
    "half a picture": (picture(size=(400, 400))[:500], "image/jpeg"),
    "only the start": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "42 megapixels": (BOMB, "image/png"),
    "a PDF": (b"%PDF-1.7", "application/pdf"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_or_not_what_it_says_is_refused(alpha, content, said):
    before = files_of(alpha)
    with tenant_scope(alpha), pytest.raises(FileTypeRefused):
        store_image(sent(content, said), folder="f", max_bytes=MB, at=SOME_DAY)
    assert files_of(alpha) == before


def test_the_size_is_capped_by_the_caller_and_by_the_settings(alpha, settings):
    content = picture(size=(400, 400))
    with tenant_scope(alpha):
        for store in (store_image, store_document):
            with pytest.raises(FileTooLarge) as refused:
                store(sent(content), folder="f", max_bytes=len(content) - 1, at=SOME_DAY)
            assert refused.value.data() == {"max_bytes": len(content) - 1}
        assert store_image(sent(content), folder="f", max_bytes=len(content), at=SOME_DAY)
        settings.UPLOAD_MAX_BYTES = 10
        with pytest.raises(FileTooLarge):
            store_image(sent(content), folder="f", max_bytes=MB, at=SOME_DAY)


def test_a_document_is_a_pdf_or_a_picture(alpha):
    with tenant_scope(alpha):
        pdf = store_document(
            sent(b"%PDF-1.7 x", "application/pdf"), folder="d", max_bytes=MB, at=SOME_DAY
        )
        assert stored(alpha, pdf.path) == b"%PDF-1.7 x"
        assert (pdf.content_type, pdf.width, Path(pdf.path).suffix) == (
            "application/pdf",
            None,
            ".pdf",
        )
        scan = store_document(sent(picture(), "image/jpeg"), folder="d", max_bytes=MB, at=SOME_DAY)
        assert scan.content_type == "image/webp"
        for content, said in ((b"%PDF-1.7", "image/png"), (b"x%PDF-1.7", "application/pdf")):
            with pytest.raises(FileTypeRefused):
                store_document(sent(content, said), folder="d", max_bytes=MB, at=SOME_DAY)


def test_a_file_is_removed_when_its_block_fails(alpha):
    with tenant_scope(alpha):
        with store_image(sent(picture()), folder="f", max_bytes=MB, at=SOME_DAY) as kept:
            pass
        assert default_storage.exists(storage_name(kept.path))
        with pytest.raises(NotFound):
            with store_image(sent(picture()), folder="f", max_bytes=MB, at=SOME_DAY) as kept:
                raise NotFound(what="Order")
        assert not default_storage.exists(storage_name(kept.path))


def test_no_scope_no_file():
    with pytest.raises(NoScope):
        store_image(sent(picture()), folder="f", max_bytes=MB, at=SOME_DAY)


def keep(tenant) -> str:
    with tenant_scope(tenant):
        return store_image(sent(picture()), folder="f", max_bytes=MB, at=SOME_DAY).path


def test_a_link_lasts_at_least_its_lifetime_and_is_the_same_for_one(alpha):
    path = keep(alpha)
    with tenant_scope(alpha):
        at = SOME_DAY
        url = signed_url(path, at, HOUR)
        assert url == signed_url(path, at + HOUR - timedelta(seconds=1), HOUR)
        assert url != signed_url(path, at + HOUR, HOUR)
        token = url.removeprefix("/files/")
        open_signed(token, at + 2 * HOUR - timedelta(seconds=1)).file.close()
        for late in (at + 2 * HOUR, at + timedelta(days=9)):
            with pytest.raises(NotFound):
                open_signed(token, late)


def test_a_link_is_its_tenants_alone(alpha, beta):
    path = keep(alpha)
    with tenant_scope(alpha):
        token = signed_url(path, SOME_DAY, HOUR).removeprefix("/files/")
    with tenant_scope(beta):
        with pytest.raises(NotFound):
            open_signed(token, SOME_DAY)
        # The same name, signed for this tenant, leads to its own folder: nothing is there.
        token = signed_url(path, SOME_DAY, HOUR).removeprefix("/files/")
        with pytest.raises(NotFound):
            open_signed(token, SOME_DAY)


def test_a_path_cannot_climb_out_even_when_it_is_signed(alpha):
    with tenant_scope(alpha):
        for name in ("../x.webp", "/etc/passwd", "f/../../x.webp", ""):
            token = files._signer().sign(files.b64_encode(f"9999999999:{name}".encode()).decode())
            with pytest.raises(NotFound):
                open_signed(token, SOME_DAY)


def test_files_are_served_by_their_links(alpha, beta):
    client, other = (Client(headers={"host": f"{slug}.localhost"}) for slug in ("alpha", "beta"))
    path, deleted = keep(alpha), keep(alpha)
    with tenant_scope(alpha):
        default_storage.delete(storage_name(deleted))
        url, gone = (signed_url(each, clock.now(), HOUR) for each in (path, deleted))
        old = signed_url(path, SOME_DAY, HOUR)
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response) == stored(alpha, path)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == f'inline; filename="{Path(path).name}"'
    assert "sandbox" in response["Content-Security-Policy"]
    private, _, age = response["Cache-Control"].partition(", max-age=")
    assert private == "private" and 3600 <= int(age) <= 7200
    refused = {
        asked.get(address).content
        for asked, address in (
            (other, url),
            (client, old),
            (client, gone),
            (client, url + "x"),
            (client, "/files/x"),
            (client, "/files/%ff%00"),
            (client, f"/files/{'a' * 5000}"),
        )
    }
    assert len(refused) == 1
    assert other.get(url).status_code == 404
    assert client.post(url).status_code == 405


def test_a_pdf_is_an_attachment(alpha):
    with tenant_scope(alpha):
        pdf = store_document(
            sent(b"%PDF-1.7 x", "application/pdf"), folder="d", max_bytes=MB, at=SOME_DAY
        )
        url = signed_url(pdf.path, clock.now(), HOUR)
    response = Client(headers={"host": "alpha.localhost"}).get(url)
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response) == b"%PDF-1.7 x"
