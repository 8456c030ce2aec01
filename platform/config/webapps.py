"""The web apps: the operators' panel on a tenant's host, the owner's console on the platform's.

Their files are built by `devtools.webapps`, or by the image. The page itself is never cached, wears
the tenant's brand before anything is asked of the API, and is served under a strict policy.
"""

import json
import mimetypes
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import escape
from django.views.decorators.http import require_safe

from config.views import not_found
from kernel import clock
from kernel.files import signed_url
from kernel.tenancy import PlatformScope, current_scope
from kernel.texts import text_in
from tenants.brand.selectors import brand_settings

PANEL, CONSOLE = "panel", "console"

_FOLDER: Final = Path(settings.BASE_DIR) / "frontend_contracts"
_LOGO_LIFETIME: Final = timedelta(days=1)
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_SOURCE: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_PLATFORM_BRAND: Final[dict[str, Any]] = {
    "name": "Daiqu",
    "names": [{"language": "en", "text": "Daiqu"}, {"language": "zh-Hans", "text": "代取"}],
    "slogans": [],
    "primaryColor": "#2f5bd8",
    "accentColor": "#0f9d8a",
    "language": "en",
    "moreLanguages": ["zh-Hans"],
    "currency": "CNY",
    "timeZone": "UTC",
    "logoUrl": None,
}


@require_safe
def panel(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The operators' app; 404 on the platform's host."""
    return not_found() if _on_platform() else _app(request, PANEL, rest)


@require_safe
def console(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The owner's app; 404 on every tenant's host."""
    return _app(request, CONSOLE, rest) if _on_platform() else not_found()


@require_safe
def invitation(request: HttpRequest) -> HttpResponse:
    """Where an invitation's link leads: the panel's page for a first password."""
    if _on_platform():
        return not_found()
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"/{PANEL}/invite?{query}")


def _on_platform() -> bool:
    return isinstance(current_scope(), PlatformScope)


def _app(request: HttpRequest, name: str, rest: str) -> HttpResponse:
    built = _FOLDER / name / "dist"
    if rest.startswith("assets/"):
        return _asset(request, built, rest.removeprefix("assets/"))
    page = built / "index.html"
    try:
        template = page.read_text()
    except FileNotFoundError:
        return _being_built(request)
    return _page(request, template, name)


def _asset(request: HttpRequest, built: Path, name: str) -> HttpResponse:
    """A file whose name has its content's hash: it never changes."""
    path = built / "assets" / name
    if "/" in name or name.startswith(".") or not path.is_file():
        return not_found()
    accepted = {each.partition(";")[0].strip() for each in _accepted(request)}
    response = HttpResponse(
        content_type=_SOURCE.get(path.suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    )
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(name + suffix)
        if encoding in accepted and packed.is_file():
            path = packed
            response["Content-Encoding"] = encoding
            break
    response.content = path.read_bytes()
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Vary"] = "Accept-Encoding"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _accepted(request: HttpRequest) -> list[str]:
    return request.headers.get("Accept-Encoding", "").lower().split(",")


def _page(request: HttpRequest, template: str, name: str) -> HttpResponse:
    brand = _PLATFORM_BRAND if name == CONSOLE else _brand()
    nonce = secrets.token_urlsafe(16)
    language = _language(request, brand["language"])
    title = text_in(
        {each["language"]: each["text"] for each in brand["names"]}, language, brand["language"]
    )
    # What would end the element it stands in is written as JSON's own escapes.
    page = {"brand": brand, "mapStyleUrl": settings.MAP_STYLE_URL or None}
    boot = json.dumps(page, ensure_ascii=False).replace("<", "\\u003c")
    content = template
    for mark, value in (
        ("__NONCE__", nonce),
        ("__LANGUAGE__", language),
        ("__TITLE__", escape(title)),
        ("__COLOR__", escape(brand["primaryColor"])),
        ("__ICON__", escape(brand["logoUrl"] or _letter(title, brand["primaryColor"]))),
        ("__BOOT__", boot),  # last: nothing in it is taken for a mark
    ):
        content = content.replace(mark, value)
    response = HttpResponse(content, content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = _policy(request.get_host(), nonce)
    response["Vary"] = "Accept-Language"
    return response


def _policy(host: str, nonce: str) -> str:
    style = urlsplit(settings.MAP_STYLE_URL)
    # Its tiles, letters and pictures are asked for where the map's style lies.
    tiles = f" {style.scheme}://{style.netloc}" if style.netloc else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "font-src 'self'",
            f"img-src 'self' data: blob:{tiles}",
            "media-src 'self' blob:",
            f"connect-src 'self' ws://{host} wss://{host}{tiles}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _brand() -> dict[str, Any]:
    """The tenant's brand in the shape of the API's `Brand`."""
    row = brand_settings()
    return {
        "name": text_in(row.name, row.language, row.language),
        "names": _texts(row.name),
        "slogans": _texts(row.slogan),
        "primaryColor": row.primary_color,
        "accentColor": row.accent_color,
        "language": row.language,
        "moreLanguages": row.more_languages,
        "currency": row.currency,
        "timeZone": row.time_zone,
        "logoUrl": signed_url(row.logo, clock.now(), _LOGO_LIFETIME) if row.logo else None,
    }


def _texts(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"language": tag, "text": text} for tag, text in texts.items()]


def _language(request: HttpRequest, own: str) -> str:
    """What the page says it is written in until the app knows better."""
    first = request.headers.get("Accept-Language", "").split(",")[0].lower()
    if first.startswith("zh"):
        return "zh-Hans"
    return "en" if first.startswith("en") else own


def _letter(name: str, color: str) -> str:
    """An icon for those without a logo: their first letter on their colour, as a data address."""
    letter = escape(name[:1].upper())
    picture = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        f"<rect width='32' height='32' rx='8' fill='{escape(color)}'/>"
        "<text x='16' y='22.5' font-family='sans-serif' font-weight='600' font-size='18' "
        f"fill='#fff' text-anchor='middle'>{letter}</text></svg>"
    )
    return "data:image/svg+xml," + quote(picture)


def _being_built(request: HttpRequest) -> HttpResponse:
    """A plain page that asks again by itself, for as long as there is no app to serve."""
    chinese = _language(request, "en") == "zh-Hans"
    title = "正在构建" if chinese else "Being built"
    says = (
        "网页应用正在构建，完成后本页会自动打开。接口已可使用。"
        if chinese
        else "The web app is being built. This page opens it by itself; the API answers already."
    )
    page = (
        f'<!doctype html><html lang="{"zh-Hans" if chinese else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="refresh" content="2"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{says}</p></body></html>"
    )
    response = HttpResponse(page, status=503, headers={"Retry-After": "2"})
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
