"""What an operator has changed since it began, against the template's version it began with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from kernel.events import Fact, announce
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from kernel.texts import text_in
from registry.models import TemplateVersion, Tenant
from registry.templates import template_current

DESCRIBED: Final = "tenant.described"
"""Announced under a tenant's scope, to collect what it began with and what it has now.

Its data has `template`, a version's data, and two empty dicts, `began` and `now`: each tenant app
puts its section into both, in the template's shape, with nothing left to defaults and with money in
the operator's currency alone. So an operator that has changed nothing has the same in both.
"""


class ChangeKind(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in a section of the template. `path` names the categories, services and so on.

    `before` is None for what was added, `after` for what was removed; else both are plain JSON.
    """

    section: str
    path: tuple[str, ...]
    kind: ChangeKind
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Described:
    """A tenant by section, as it began and as it is now; see `DESCRIBED`."""

    began: dict[str, Any]
    now: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """A template by its `key` and `title`; the version that a tenant began with, and the newest."""

    key: str
    title: dict[str, str]
    number: int
    newest: int


def tenant_described(tenant: TenantRef, *, template: Mapping[str, Any], at: datetime) -> Described:
    """What the tenant began with, if that was `template`, and what it has now. Reads only."""
    described = Described(began={}, now={})
    with tenant_scope(tenant):
        announce(
            Fact(
                kind=DESCRIBED,
                subject=tenant.id,
                at=at,
                data={"template": template, "began": described.began, "now": described.now},
            )
        )
    return described


def template_standing(tenant: TenantRef) -> Standing | None:
    """Which version of which template the tenant began with, if any. In any scope."""
    with platform_scope():
        began = _began(tenant)
        if began is None:
            return None
        template = began.template
        return Standing(
            key=template.key,
            title=began.data["title"],
            number=began.number,
            newest=template_current(template.key).number,
        )


def template_changes(tenant: TenantRef, *, at: datetime) -> list[Change]:
    """What the operator has changed since it began, by section. In any scope.

    Order does not count. For a tenant of no template everything has been added, but for what every
    operator has.
    """
    with platform_scope():
        version = _began(tenant)
    described = tenant_described(tenant, template=version.data if version else {}, at=at)
    return list(differences(described.began, described.now))


def differences(began: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """The differences between two descriptions. Lists are compared by the names in them.

    What shares a name in any language with something that is there no more is that, renamed. The
    rules of a service went where it went.
    """
    began, now = _with_same_rules(began, now)
    for section in sorted(began.keys() | now.keys()):
        for path, before, after in _compared((), began.get(section), now.get(section)):
            kind = ChangeKind.CHANGED
            if before is None or after is None:
                kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            yield Change(section, path, kind, before, after)


def _began(tenant: TenantRef) -> TemplateVersion | None:
    rows = Tenant.objects.select_related("template_version__template")
    version: TemplateVersion | None = rows.get(id=tenant.id).template_version
    return version


type _Path = tuple[str, ...]


def _compared(path: _Path, before: Any, after: Any) -> Iterator[tuple[_Path, Any, Any]]:
    if before == after:
        return
    if isinstance(before, list) or isinstance(after, list):
        for label, old, new in _paired(before or [], after or []):
            # Of what is there on one side only, all is told at once.
            whole = old is None or new is None
            yield from (
                [((*path, label), old, new)] if whole else _compared((*path, label), old, new)
            )
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from _compared((*path, key), before.get(key), after.get(key))
    else:
        yield path, before, after


def _paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[str, Any, Any]]:
    old, new = _labelled(before), _labelled(after)
    renames = _matches(old, new)
    for label, item in old.items():
        yield label, item, new.get(renames.get(label, label))
    for label, item in new.items():
        if label not in old and label not in renames.values():
            yield label, None, item


def _matches(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """The new label of each old one that is gone, where something new shares a name with it."""
    gone = [label for label in old if label not in new]
    matches: dict[str, str] = {}
    for label in (label for label in new if label not in old):
        akin = (each for each in gone if each not in matches and _akin(old[each], new[label]))
        if (former := next(akin, None)) is not None:
            matches[former] = label
    return matches


def _akin(old: Any, new: Any) -> bool:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)) or "name" not in old:
        return False
    return old.get("kind") == new.get("kind") and not old["name"].items().isdisjoint(
        new["name"].items()
    )


def _labelled(items: Sequence[Any]) -> dict[str, Any]:
    """Each item by what people call it; the second of one name is `name (2)`."""
    seen: Counter[str] = Counter()
    labelled = {}
    for number, item in enumerate(items):
        label = _label(item, number)
        seen[label] += 1
        labelled[f"{label} ({seen[label]})" if seen[label] > 1 else label] = item
    return labelled


def _label(item: Any, number: int) -> str:
    if isinstance(item, Mapping) and "name" in item:
        return text_in(item["name"], "en", "en")
    if isinstance(item, Mapping) and "step" in item:
        return f"{item['step']}: {item['service']}" if "service" in item else item["step"]
    return str(number + 1)


def _with_same_rules(
    began: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides; began without the rules of what is gone, now with services' former names."""
    old, new = (_labelled([*_services(side.get("catalog", {}))]) for side in (began, now))
    renames = {after: before for before, after in _matches(old, new).items()}
    gone = old.keys() - new.keys() - set(renames.values())
    return (
        {**began, "pricing": _rules_of(began, dict.fromkeys(gone))},
        {**now, "pricing": _rules_of(now, renames)},
    )


def _services(shelf: Mapping[str, Any]) -> Iterator[Any]:
    yield from shelf.get("services", ())
    for category in shelf.get("categories", ()):
        yield from _services(category)


def _rules_of(side: Mapping[str, Any], renames: Mapping[str, str | None]) -> dict[str, Any]:
    """The section `pricing` with services renamed; without the rules of one renamed to None."""
    rules = []
    for rule in side.get("pricing", {}).get("rules", ()):
        name = rule.get("service")
        known_as = renames.get(name, name)
        if name is None:
            rules.append(rule)
        elif known_as is not None:
            rules.append({**rule, "service": known_as})
    return {"rules": rules} if rules else {}
