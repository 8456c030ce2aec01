"""A topic: all that a subscription field needs to say about itself.

Its author never names the tenant: everything here runs with the tenant bound.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from inspect import cleandoc
from typing import Any, ClassVar, Final, cast
from uuid import UUID

import strawberry
from django.core.exceptions import ImproperlyConfigured
from graphql import VariableNode
from strawberry.types import get_object_definition

from kernel.refusals import NotFound
from schema.core.context import Context, Info
from schema.core.rights import RIGHT_KEY, Requirement, actor_of, guarded
from tenants.access.actors import Actor
from tenants.journal.selectors import LoggedEvent

TOPIC_KEY: Final = "topic"
"""Where a Subscription field's metadata keeps its topic."""

NOBODY: Final = UUID(int=0)


class Topic(ABC):
    """What one subscription field follows.

    `what` names its subject, `right` is who may use the field at all, `kinds` the prefix of the
    kinds of event it is about.
    """

    what: ClassVar[str]
    right: ClassVar[Requirement]
    kinds: ClassVar[str]

    @abstractmethod
    def of(self, event: LoggedEvent) -> Iterable[str]:
        """The keys that `event` is about."""

    @abstractmethod
    def load(self, event: LoggedEvent) -> Any:
        """The field's value for `event`."""

    def allow(self, actor: Actor, key: str) -> bool:
        """Whether `actor` may follow `key`: asked at the start, and again before each event."""
        return True

    def scope(self, actor: Actor) -> Actor:
        """Who events are rendered for. Followers with the same scope share one rendering."""
        return replace(actor, session_id=NOBODY)

    def stream(self, key: str) -> str | None:
        """The one stream of the log that all of `key`'s events are in, where there is one."""
        return None


@dataclass(frozen=True, slots=True)
class Scope:
    """All of a viewer that can change what is rendered for them."""

    actor: Actor
    language: str

    def context(self) -> Context:
        """What a resolver is told when it renders for this scope."""
        context = Context(token=None, accept_language=self.language)
        context.actor = self.actor
        return context


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to follow that has been allowed: what a subscription's resolver answers.

    `after_variable` is the variable that carried the cursor, if one did; `document` is the text.
    """

    topic: Topic
    key: str
    scope: Scope
    after: str | None
    after_variable: str | None
    document: str

    def __aiter__(self) -> "Asked":
        raise TypeError("the hub delivers the events; this is not iterated")


def follow(info: Info, topic: Topic, key: str, after: str | None) -> AsyncIterator[Any]:
    """Ask to follow `key` of `topic`. Raises `NotFound` when the caller may not, or it is not."""
    actor = actor_of(info.context)
    if not topic.allow(actor, key):
        raise NotFound(what=topic.what)
    variable = next(
        (
            argument.value.name.value
            for argument in info._raw_info.field_nodes[0].arguments or ()
            if argument.name.value == "after" and isinstance(argument.value, VariableNode)
        ),
        None,
    )
    scope = Scope(topic.scope(actor), info.context.language)
    location = info._raw_info.operation.loc
    assert location is not None
    document = location.source.body
    return cast("AsyncIterator[Any]", Asked(topic, key, scope, after, variable, document))


def subscription(topic: Topic) -> Callable[[Callable[..., Any]], Any]:
    """A subscription field for `topic`; its resolver calls `follow`, its docstring describes it."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.subscription(
            resolver=guarded(resolver, topic.right, is_read=True),
            description=cleandoc(resolver.__doc__ or ""),
            metadata={RIGHT_KEY: topic.right, TOPIC_KEY: topic},
        )

    return declare


def check_topics(schema: strawberry.Schema) -> None:
    """Raises `ImproperlyConfigured` when a subscription field has no topic. Run at start-up."""
    definition = get_object_definition(schema.subscription, strict=True)
    for field in definition.fields:
        if not isinstance(field.metadata.get(TOPIC_KEY), Topic):
            raise ImproperlyConfigured(f"subscription {field.python_name} has no topic")
