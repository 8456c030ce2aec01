"""The owner writes templates. Each edit is a new version; versions never change. Platform scope."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.tenancy import TenantState
from kernel.texts import line_checked
from registry.audit import owner_action
from registry.models import Template, TemplateVersion
from registry.owners import Owner
from registry.selectors import tenants_known
from registry.templates import template_current
from registry.templates.changes import tenant_described
from registry.templates.trial import template_try

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{2,39}")


class TemplateKeyTaken(Refusal):
    """Another template has this key."""


@dataclass(eq=False)
class TemplateChanged(Refusal):
    """Somebody has edited the template meanwhile; `number` is its newest version."""

    number: int


def template_create(
    *, owner: Owner, key: str, data: Any, note: str, at: datetime
) -> TemplateVersion:
    """A new template in its version 1. Must not be called inside a transaction, like the others.

    Raises `TemplateKeyTaken`, `TemplateBroken` and `InvalidInput`.
    """
    return _created(owner, "templateCreate", key, data, note, at)


def template_edit(
    *, owner: Owner, key: str, data: Any, based_on: int, note: str, at: datetime
) -> TemplateVersion:
    """The next version of a template; `based_on` is the number of the one that was edited.

    Operators that have begun keep what they began with. Raises `TemplateChanged` unless `based_on`
    is the newest, `TemplateBroken`, `NotFound` and `InvalidInput`.
    """
    return _edited(owner, "templateEdit", key, data, based_on, note, at)


def template_from_tenant(
    *,
    owner: Owner,
    key: str,
    tenant_id: UUID,
    based_on: int | None,
    title: Mapping[str, str] | None,
    summary: Mapping[str, str] | None,
    note: str,
    at: datetime,
) -> TemplateVersion:
    """What an operator has on sale now, as the next version of a template or as a new one.

    With `based_on` like `template_edit`, and `title` and `summary` stay unless they are given;
    without, like `template_create`. Prices are in the operator's currency, and elsewhere converted
    roughly. Raises what those raise; `TemplateBroken` also where the operator lacks one of the
    product's languages.
    """
    began = template_current(key).data if based_on is not None else {}
    tenant = tenants_known().filter(id=tenant_id).first()
    if tenant is None or not TenantState(tenant.state).served:
        raise NotFound(what="Tenant")
    now = tenant_described(tenant.ref(), template=began, at=at).now
    data = {
        "title": began.get("title") if title is None else dict(title),
        "summary": began.get("summary") if summary is None else dict(summary),
        **{section: value for section, value in now.items() if value},
    }
    action = "templateFromTenant"
    if based_on is None:
        return _created(owner, action, key, data, note, at)
    return _edited(owner, action, key, data, based_on, note, at)


def _created(
    owner: Owner, action: str, key: str, data: Any, note: str, at: datetime
) -> TemplateVersion:
    if not _KEY.fullmatch(key):
        raise InvalidInput(field="key", reason="3 to 40 of a-z, 0-9 and _, a letter first")
    if Template.objects.filter(key=key).exists():
        raise TemplateKeyTaken
    note = _note_checked(note)
    template_try(data, at=at)
    with transaction.atomic():
        try:
            with transaction.atomic():
                template = Template.objects.create(key=key, created_at=at)
        except IntegrityError as taken:
            raise TemplateKeyTaken from taken
        return _version_write(template, 1, owner, action, data, note, at)


def _edited(
    owner: Owner, action: str, key: str, data: Any, based_on: int, note: str, at: datetime
) -> TemplateVersion:
    note = _note_checked(note)
    _check_newest(template_current(key), based_on)
    template_try(data, at=at)
    with transaction.atomic():
        template = Template.objects.select_for_update().get(key=key)
        _check_newest(template_current(key), based_on)
        return _version_write(template, based_on + 1, owner, action, data, note, at)


def _check_newest(newest: TemplateVersion, based_on: int) -> None:
    if newest.number != based_on:
        raise TemplateChanged(number=newest.number)


def _version_write(
    template: Template,
    number: int,
    owner: Owner,
    action: str,
    data: Any,
    note: str,
    at: datetime,
) -> TemplateVersion:
    written = {"key": template.key, "number": number}
    owner_action(owner=owner, action=action, data=written, at=at)
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        data=data,
        note=note,
        account_id=owner.account_id,
        created_at=at,
    )


def _note_checked(note: str) -> str:
    return line_checked(note, field="note", max_length=500, min_length=0)
