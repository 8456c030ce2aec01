"""GraphiQL, for whoever opens the endpoint in a browser; every file of it is served by us."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_FOLDER: Final = Path(settings.BASE_DIR) / "frontend_contracts" / "graphiql"
_JS, _CSS = "text/javascript; charset=utf-8", "text/css; charset=utf-8"

_FILES: Final = {
    "start.js": ("start.js", _JS),
    "start.css": ("start.css", _CSS),
    "react.js": ("node_modules/react/umd/react.production.min.js", _JS),
    "react-dom.js": ("node_modules/react-dom/umd/react-dom.production.min.js", _JS),
    "graphiql.js": ("node_modules/graphiql/graphiql.min.js", _JS),
    "graphiql.css": ("node_modules/graphiql/graphiql.min.css", _CSS),
}
"""All that is served, by the last part of its address."""


def graphiql_page(request: HttpRequest) -> HttpResponse:
    """The page; 404 with a hint while its packages are not installed."""
    response = _file("index.html", "text/html; charset=utf-8")
    host = request.get_host()
    response["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # its editor writes style elements
            "font-src 'self' data:",
            "img-src 'self' data:",
            f"connect-src 'self' ws://{host} wss://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return response


def graphiql_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's files; 404 for any other name."""
    if name not in _FILES:
        return HttpResponse("Not found.", status=404, content_type="text/plain; charset=utf-8")
    path, content_type = _FILES[name]
    response = _file(path, content_type)
    if response.status_code == 200:
        response["Cache-Control"] = "public, max-age=3600"
    return response


def _file(path: str, content_type: str) -> HttpResponse:
    installed = all((_FOLDER / file).is_file() for file, _ in _FILES.values())
    if not installed:
        return HttpResponse(
            "GraphiQL is not installed here: `uv run manage.py demo` does it, or `npm ci` in "
            "frontend_contracts/graphiql. The API itself answers POST requests with JSON.\n",
            status=404,
            content_type="text/plain; charset=utf-8",
        )
    return HttpResponse((_FOLDER / path).read_bytes(), content_type=content_type)
