"""Writes of the operator's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from kernel.clock import time_zone_checked
from kernel.events import Fact
from kernel.files import Upload, file_remove
from kernel.looks import color_checked, store_logo
from kernel.refusals import InvalidInput, Refusal
from kernel.texts import language_is_known, line_checked, texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.events import PAUSED, RESUMED, STREAM
from tenants.brand.models import Settings
from tenants.brand.selectors import brand_settings
from tenants.journal.services import event_record

LONGEST_PAUSE: Final = timedelta(days=30)
FULL_DEMAND_BPS: Final = 10_000
NAME_LENGTH: Final = 60
SLOGAN_LENGTH: Final = 120
MESSAGE_LENGTH: Final = 200
MORE_LANGUAGES: Final = 10


@dataclass(eq=False)
class OrdersPaused(Refusal):
    """The operator takes no new orders before `until`; `notice` is what it tells customers."""

    until: datetime
    notice: dict[str, str]


def brand_start(fact: Fact) -> None:
    """A new operator's settings, as onboarding asked for them; the starter fills the gaps."""
    brand = {**fact.data["template"].get("brand", {}), **fact.data["brand"]}
    Settings.objects.create(
        name=brand["name"],
        slogan=brand.get("slogan", {}),
        primary_color=brand["primary_color"],
        accent_color=brand["accent_color"],
        logo=brand["logo"],
        language=brand["language"],
        currency=brand["currency"],
        time_zone=brand["time_zone"],
        updated_at=fact.at,
    )


def brand_described(fact: Fact) -> None:
    """The slogan it began with and the present one, both as a template's section."""
    fact.data["began"]["brand"] = fact.data["template"].get("brand", {})
    fact.data["now"]["brand"] = {"slogan": slogan} if (slogan := brand_settings().slogan) else {}


@transaction.atomic
def brand_update(
    *,
    actor: Actor,
    at: datetime,
    name: Mapping[str, str] | None = None,
    slogan: Mapping[str, str] | None = None,
    primary_color: str | None = None,
    accent_color: str | None = None,
    language: str | None = None,
    more_languages: Sequence[str] | None = None,
    time_zone: str | None = None,
    support_phone: str | None = None,
    logo: Upload | None = None,
) -> Settings:
    """Change what is given; None leaves a setting as it is. The currency never changes.

    The name must exist in the operator's language. Raises `InvalidInput`, `FileTooLarge`,
    `FileTypeRefused` and `PlanLimitReached`.
    """
    settings = _locked(actor)
    if language is not None:
        if not language_is_known(language):
            raise InvalidInput(field="language", reason="not a language that CLDR knows")
        settings.language = language
    _languages_set(settings, more_languages)
    settings.name = texts_checked(
        settings.name if name is None else name,
        field="name",
        max_length=NAME_LENGTH,
        language=settings.language,
    )
    if slogan is not None:
        settings.slogan = texts_checked(
            slogan, field="slogan", max_length=SLOGAN_LENGTH, language=None
        )
    if primary_color is not None:
        settings.primary_color = color_checked(primary_color, field="primaryColor")
    if accent_color is not None:
        settings.accent_color = color_checked(accent_color, field="accentColor")
    if time_zone is not None:
        settings.time_zone = time_zone_checked(time_zone, field="timeZone")
    if support_phone is not None:
        settings.support_phone = line_checked(
            support_phone, field="supportPhone", max_length=20, min_length=0
        )
    settings.updated_at = at
    if logo is None:
        settings.save()
        return settings
    with store_logo(logo, at=at) as stored:
        before, settings.logo = settings.logo, stored.path
        settings.save()
        if before:
            file_remove(before, at=at)
    return settings


def _languages_set(settings: Settings, languages: Sequence[str] | None) -> None:
    """Set the other languages, or leave out the one that has become the operator's own."""
    if languages is not None:
        if unknown := [tag for tag in languages if not language_is_known(tag)]:
            raise InvalidInput(
                field="moreLanguages", reason=f"not a language that CLDR knows: {unknown[0][:12]!a}"
            )
        if len(languages) > MORE_LANGUAGES:
            raise InvalidInput(field="moreLanguages", reason=f"at most {MORE_LANGUAGES}")
        settings.more_languages = list(dict.fromkeys(languages))
    settings.more_languages = [tag for tag in settings.more_languages if tag != settings.language]


@transaction.atomic
def brand_pause(
    *, actor: Actor, until: datetime, message: Mapping[str, str], at: datetime
) -> Settings:
    """Take no new orders before `until`, at most 30 days ahead; a second pause replaces the first.

    Raises `InvalidInput`, also for a time without an offset.
    """
    if until.tzinfo is None or not at < until <= at + LONGEST_PAUSE:
        raise InvalidInput(field="until", reason="a time within the next 30 days")
    settings = _locked(actor)
    settings.paused_until = until
    settings.pause_message = texts_checked(
        message, field="message", max_length=MESSAGE_LENGTH, language=None
    )
    _record(settings, PAUSED, actor, at, {"until": until.isoformat()})
    return settings


@transaction.atomic
def brand_resume(*, actor: Actor, at: datetime) -> Settings:
    """Take orders again. Does nothing when no pause is on."""
    settings = _locked(actor)
    if settings.paused_until is not None and settings.paused_until > at:
        settings.paused_until = None
        settings.pause_message = {}
        _record(settings, RESUMED, actor, at, {})
    return settings


@transaction.atomic
def demand_set(*, actor: Actor, demand_bps: int, at: datetime) -> Settings:
    """Say how busy it is, in basis points of the fullest; 0 is ordinary. Prices may follow it.

    Raises `InvalidInput`.
    """
    actor.require(Right.PRICES_MANAGE)
    if not 0 <= demand_bps <= FULL_DEMAND_BPS:
        raise InvalidInput(field="demandBps", reason=f"between 0 and {FULL_DEMAND_BPS}")
    settings = Settings.objects.select_for_update().get()
    settings.demand_bps = demand_bps
    settings.updated_at = at
    settings.save(update_fields=["demand_bps", "updated_at"])
    return settings


def orders_open_check(*, at: datetime) -> Settings:
    """The operator's settings. Raises `OrdersPaused` while it takes no new orders."""
    settings = brand_settings()
    if settings.paused_until is not None and settings.paused_until > at:
        raise OrdersPaused(until=settings.paused_until, notice=settings.pause_message)
    return settings


def _locked(actor: Actor) -> Settings:
    actor.require(Right.BRAND_MANAGE)
    return Settings.objects.select_for_update().get()


def _record(
    settings: Settings, kind: str, actor: Actor, at: datetime, data: dict[str, Any]
) -> None:
    settings.seq += 1
    settings.updated_at = at
    settings.save()
    event_record(
        kind=kind,
        subject=settings.id,
        stream=STREAM,
        seq=settings.seq,
        actor_id=actor.person_id,
        at=at,
        data=data,
    )
