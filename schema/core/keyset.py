"""Connections whose pages go by the values that the rows are sorted by: deep pages cost no more."""

from typing import Any, Self

import strawberry
from strawberry.relay import NodeType
from strawberry.relay.types import NodeIterableType
from strawberry_django.relay import DjangoCursorConnection

from kernel.refusals import InvalidInput
from schema.core.context import Info


@strawberry.type(
    name="KeysetConnection", description="A list by pages; `first` or `last` is needed."
)
class KeysetConnection(DjangoCursorConnection[NodeType]):
    """strawberry-django's, which takes a cursor of another list for a bug of ours."""

    @classmethod
    def resolve_connection(
        cls, nodes: NodeIterableType[NodeType], *, info: Info, **page: Any
    ) -> Self:
        """The page. Raises `InvalidInput` for cursors of another order."""
        try:
            answer: Any = super().resolve_connection(nodes, info=info, **page)
        except ValueError:
            raise InvalidInput(field="after", reason="no cursor of this list") from None
        return answer  # type: ignore[no-any-return]
