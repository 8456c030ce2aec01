"""Deny first: every root field declares who may use it, and the check runs before its resolver."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, Final

from kernel.refusals import AccessDenied
from registry.owners import Owner
from schema.core.context import Context
from tenants.access.actors import Actor
from tenants.access.rights import STAFF_RIGHTS, Right


class Audience(Enum):
    """Who a root field is for, where no single right says it."""

    PUBLIC = "anybody, on a tenant's host"
    EVERYWHERE = "anybody, on any host"
    SIGNED_IN = "any person signed in with this operator"
    OWNER_PUBLIC = "anybody, on the platform's host"
    OWNER = "a signed-in owner, on the platform's host"


type Requirement = Right | tuple[Right | Audience, ...] | Audience

STAFF: Final = tuple(sorted(STAFF_RIGHTS))
"""Whoever works in the operator's back office."""

RIGHT_KEY: Final = "right"
"""Where a root field's metadata keeps its requirement; a test walks the schema for it."""


def check_requirement(context: Context, requirement: Requirement) -> None:
    """Raises `AccessDenied` unless the caller meets `requirement`; a tuple means any of it.

    A tuple with `Audience.OWNER` is for owners on the platform's host, and for those who hold one
    of its rights on a tenant's.
    """
    if requirement is Audience.EVERYWHERE:
        return
    if isinstance(requirement, tuple) and context.on_platform and Audience.OWNER in requirement:
        requirement = Audience.OWNER
    for_platform = requirement in (Audience.OWNER, Audience.OWNER_PUBLIC)
    if for_platform != context.on_platform:
        raise AccessDenied("WRONG_HOST")
    if requirement is Audience.OWNER:
        owner_of(context)
    elif requirement not in (Audience.PUBLIC, Audience.OWNER_PUBLIC):
        actor = actor_of(context)
        if isinstance(requirement, Right):
            actor.require(requirement)
        elif isinstance(requirement, tuple) and not actor.rights & set(requirement):
            raise AccessDenied("FORBIDDEN")


def actor_of(context: Context) -> Actor:
    """The signed-in person. Raises `AccessDenied("UNAUTHENTICATED")` when nobody is."""
    if context.actor is None:
        raise AccessDenied("UNAUTHENTICATED")
    return context.actor


def owner_of(context: Context) -> Owner:
    """The signed-in owner. Raises `AccessDenied("UNAUTHENTICATED")` when nobody is."""
    if context.owner is None:
        raise AccessDenied("UNAUTHENTICATED")
    return context.owner


def check_token(context: Context) -> None:
    """Raises `AccessDenied("UNAUTHENTICATED")` for a token of no session."""
    if context.token is not None:
        _ = context.owner if context.on_platform else context.actor


def guarded[**P, R](
    resolver: Callable[P, R], requirement: Requirement, *, is_read: bool
) -> Callable[P, R]:
    """`resolver` behind the check; its signature must have `info`.

    A read refuses a token of no session here even where none is needed: whoever sends one takes
    the answer for their own. A write that needs none does not, or nobody could sign in again.
    """

    @wraps(resolver)
    def check_then_resolve(*args: P.args, **kwargs: P.kwargs) -> R:
        info: Any = kwargs["info"]
        context: Context = info.context
        check_requirement(context, requirement)
        if is_read:
            check_token(context)
        return resolver(*args, **kwargs)

    return check_then_resolve
