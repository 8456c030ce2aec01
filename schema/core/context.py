"""What a resolver knows of its request: who asks, in which language, under which scope."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from django.db import DatabaseError
from django.http import HttpRequest

from kernel import clock
from kernel.refusals import AccessDenied
from kernel.tenancy import PlatformScope, current_scope
from kernel.texts import LANGUAGES
from registry.owners import Owner, owner_of_token
from tenants.access.actors import Actor
from tenants.access.selectors import actor_of_token
from tenants.access.services.api_keys import KEY_PREFIX, api_key_seen
from tenants.brand.selectors import brand_language, brand_languages, brand_zone


@dataclass
class Context:
    """One request, over HTTP or a socket. `token` is the bearer token, as it came; `address` is
    where it came from, '' if that is not known. `extensions` is what the answer tells beside its
    data, `asks_for_shared` whether every root field is declared `shared`, `is_trusted` whether the
    document is one of the manifest, `settings_read` how often the operator's settings were looked
    at.

    Who asks and in which language is found out once, when first needed.
    """

    token: str | None
    accept_language: str
    request: HttpRequest | None = None
    address: str = ""
    extensions: dict[str, Any] = field(default_factory=dict)
    asks_for_shared: bool = False
    is_trusted: bool = False
    settings_read: int = 0

    @cached_property
    def on_platform(self) -> bool:
        """Whether this is the platform's host."""
        return isinstance(current_scope(), PlatformScope)

    @cached_property
    def actor(self) -> Actor | None:
        """The tenant's person behind the token. Raises `AccessDenied` for a token of no session."""
        if self.token is None or self.on_platform:
            return None
        actor = actor_of_token(token=self.token, at=clock.now())
        if actor is None:
            raise AccessDenied("UNAUTHENTICATED")
        if self.token.startswith(KEY_PREFIX):
            with suppress(DatabaseError):  # while a tenant is moved nothing can be noted there
                api_key_seen(session_id=actor.session_id, at=clock.now())
        return actor

    @cached_property
    def owner(self) -> Owner | None:
        """The owner behind the token, on the platform's host. Raises `AccessDenied` likewise."""
        if self.token is None or not self.on_platform:
            return None
        owner = owner_of_token(token=self.token, at=clock.now())
        if owner is None:
            raise AccessDenied("UNAUTHENTICATED")
        return owner

    @cached_property
    def fallback_language(self) -> str:
        """The operator's own language; English on the platform's host."""
        return "en" if self.on_platform else brand_language()

    @property
    def languages(self) -> list[str]:
        """Every language that customers are promised. Not for the platform's host."""
        self.settings_read += 1
        return self._languages

    @property
    def time_zone(self) -> ZoneInfo:
        """The operator's time zone, in which hours are local. Not for the platform's host."""
        self.settings_read += 1
        return self._time_zone

    @cached_property
    def _languages(self) -> list[str]:
        return brand_languages()

    @cached_property
    def _time_zone(self) -> ZoneInfo:
        return brand_zone()

    @cached_property
    def language(self) -> str:
        """The language to answer in: the first of Accept-Language that the product speaks."""
        return language_asked(self.accept_language) or self.fallback_language


@lru_cache(maxsize=2000)
def language_asked(accept_language: str) -> str | None:
    """The first language of the header `Accept-Language` that the product speaks."""
    for part in accept_language.split(","):
        tag = part.partition(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag and language.lower().split("-")[0] == tag.split("-")[0]:
                return language
    return None


Info = strawberry.Info[Context, None]
"""What a resolver is handed as `info`."""

__all__ = ["Context", "Info"]
