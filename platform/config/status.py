"""The status page: what works, what does not, what is planned. On the platform's host, for anybody.

One look at the components serves everybody for some seconds, so that asking often costs nothing.
"""

import hashlib
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any, Final

import psycopg
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.views import layer_works, not_found
from kernel import clock
from kernel.tenancy import PlatformScope, current_scope
from kernel.texts import text_in
from registry.announcements import announcements_of_status
from registry.database import QUEUE_ROLE
from registry.models import PlatformAnnouncement as Announcement
from registry.servers import login, servers
from schema.core.context import Context

FRESH_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 2
_CSS: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;"
    "color:#1f2329;background:#fff}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}"
    "ul{list-style:none;padding:0}li{padding:.5rem 0;border-bottom:1px solid #d9dce1;"
    "display:flex;justify-content:space-between}"
    ".up{color:#146c2e}.down{color:#b3261e;font-weight:bold}"
    "article{border-left:4px solid #8a5a00;padding-left:1rem;margin:1rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#e3e5e8;background:#17191c}"
    ".up{color:#7bd88f}.down{color:#ff8a80}li{border-color:#3a3d42}}"
)
_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()}'"
)
_WORDS: Final = {
    "title": {"en": "Status", "zh-Hans": "服务状态"},
    "up": {"en": "Working", "zh-Hans": "正常"},
    "down": {"en": "Not working", "zh-Hans": "异常"},
    "all_up": {"en": "Everything works.", "zh-Hans": "所有服务运行正常。"},
    "not_all_up": {"en": "Something is wrong.", "zh-Hans": "部分服务出现异常。"},
    "components": {"en": "Components", "zh-Hans": "组件"},
    "present": {"en": "Incidents and maintenance", "zh-Hans": "当前事件与维护"},
    "past": {"en": "The last two weeks", "zh-Hans": "最近两周"},
    "nothing": {"en": "None.", "zh-Hans": "无。"},
    "incident": {"en": "Incident", "zh-Hans": "故障"},
    "maintenance": {"en": "Maintenance", "zh-Hans": "维护"},
    "api": {"en": "API", "zh-Hans": "接口"},
    "database": {"en": "Database", "zh-Hans": "数据库"},
    "worker": {"en": "Background work", "zh-Hans": "后台任务"},
    "live": {"en": "Live updates", "zh-Hans": "实时推送"},
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the platform. `name` is its kind; `server` tells several of a kind apart."""

    name: str
    up: bool
    server: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """All of it at one moment."""

    at: datetime
    components: list[Component]
    present: list[Announcement] = field(default_factory=list)
    past: list[Announcement] = field(default_factory=list)

    @property
    def up(self) -> bool:
        """Whether every component works and no incident is under way."""
        incidents = (
            each
            for each in self.present
            if each.kind == Announcement.Kind.INCIDENT and each.starts_at <= self.at
        )
        return all(component.up for component in self.components) and not any(incidents)


class StatusBoard:
    """The last look, renewed by the first who asks after its time; the others have it meanwhile."""

    def __init__(self) -> None:
        self._renewing = threading.Lock()
        self._look: Look | None = None
        self._until = 0.0

    def look(self) -> Look:
        """What there is to see, at most some seconds old. Platform scope."""
        known = self._look
        if known is not None and time.monotonic() < self._until:
            return known
        # With nothing to show yet everybody waits for the first; later only one looks.
        if self._renewing.acquire(blocking=known is None):
            try:
                if self._look is known:
                    self._look = _look_now(known)
                    self._until = time.monotonic() + FRESH_SECONDS
            finally:
                self._renewing.release()
        assert self._look is not None
        return self._look


board: Final = StatusBoard()


@require_safe
def status_page(request: HttpRequest) -> HttpResponse:
    """For people, in the language that they ask for."""
    if not _on_platform():
        return not_found()
    header = request.headers.get("Accept-Language", "")
    language = Context(token=None, accept_language=header).language
    response = HttpResponse(_page(board.look(), language))
    response["Content-Security-Policy"] = _POLICY
    response["Vary"] = "Accept-Language"
    return _public(response)


@require_safe
def status_json(request: HttpRequest) -> HttpResponse:
    """For machines."""
    if not _on_platform():
        return not_found()
    look = board.look()
    return _public(
        JsonResponse(
            {
                "status": "up" if look.up else "disturbed",
                "at": look.at.isoformat(),
                "components": [
                    {"name": each.name, "server": each.server or None, "up": each.up}
                    for each in look.components
                ],
                "present": [_announced(each) for each in look.present],
                "past": [_announced(each) for each in look.past],
            }
        )
    )


def _on_platform() -> bool:
    return isinstance(current_scope(), PlatformScope)


def _public(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS:.0f}"
    return response


# -- looking -----------------------------------------------------------------------------------


def _look_now(before: Look | None) -> Look:
    at = clock.now()
    components = [Component("api", up=True)]
    for server in servers():
        components += _server(server)
    components.append(Component("live", up=_works("live", layer_works)))
    try:
        present, past = announcements_of_status(at)
    except Exception as error:
        # What was announced when the database still answered is what there is to say.
        log.warning("announcements cannot be read", error=type(error).__qualname__)
        present, past = (before.present, before.past) if before else ([], [])
    return Look(at=at, components=components, present=present, past=past)


def _server(server: str) -> list[Component]:
    """A database server, and the worker of its queue: known to be alive by its own word there."""
    name = server if len(servers()) > 1 else ""
    alive: list[bool] = []
    return [
        Component("database", up=_works(server, lambda: _alive(server, alive)), server=name),
        Component("worker", up=any(alive), server=name),
    ]


def _alive(server: str, found: list[bool]) -> bool:
    role = {"options": f"-c role={QUEUE_ROLE} -c search_path=queue"}
    parameters: dict[str, Any] = {**login(server), **role, "connect_timeout": PATIENCE_SECONDS}
    with psycopg.connect(**parameters) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [settings.WORKER_HEARTBEAT_SECONDS * 3],
        ).fetchone()
    found.append(bool(row and row[0]))
    return True


def _works(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.warning("a component is down", component=name, error=type(error).__qualname__)
        return False


# -- showing -----------------------------------------------------------------------------------


def _announced(announcement: Announcement) -> dict[str, Any]:
    return {
        "kind": announcement.kind,
        "title": announcement.title,
        "body": announcement.body,
        "starts_at": announcement.starts_at.isoformat(),
        "ends_at": announcement.ends_at.isoformat() if announcement.ends_at else None,
    }


def _page(look: Look, language: str) -> str:
    def word(key: str) -> str:
        return escape(_WORDS[key][language])

    parts = "".join(
        f"<li><span>{word(part.name)} {escape(part.server)}</span>"
        f'<span class="{"up" if part.up else "down"}">{word("up" if part.up else "down")}</span>'
        for part in look.components
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{word('title')}</title><style>{_CSS}</style>"
        f"<h1>{word('title')}</h1><p>{word('all_up' if look.up else 'not_all_up')} "
        f"{_instant(look.at)}</p>"
        f"<h2>{word('components')}</h2><ul>{parts}</ul>"
        f"<h2>{word('present')}</h2>{_articles(look.present, language, word)}"
        f"<h2>{word('past')}</h2>{_articles(look.past, language, word)}</html>"
    )


def _articles(
    announcements: Iterable[Announcement], language: str, word: Callable[[str], str]
) -> str:
    shown = "".join(
        f"<article><h3>{word(each.kind)}: {escape(text_in(each.title, language, 'en'))}</h3>"
        f"<p>{escape(text_in(each.body, language, 'en'))}</p>"
        f"<p>{_instant(each.starts_at)} – {_instant(each.ends_at) if each.ends_at else '…'}</p>"
        "</article>"
        for each in announcements
    )
    return shown or f"<p>{word('nothing')}</p>"


def _instant(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M} UTC</time>'
